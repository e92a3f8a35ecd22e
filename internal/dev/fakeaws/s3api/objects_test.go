package s3api_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func TestPutThenGet(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	const key = "a b+c/é&<\"'>.mp4"
	fakeawstest.Put(t, c, key, "hello", func(in *s3.PutObjectInput) {
		in.ContentType = aws.String("video/mp4")
		in.CacheControl = aws.String("max-age=60")
		in.Metadata = map[string]string{"camera": "left"}
		in.Tagging = aws.String("project=one&kind=raw")
		in.StorageClass = types.StorageClassGlacierIr
	})
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String(key), ChecksumMode: types.ChecksumModeEnabled}))
	if body := fakeawstest.Read(t, got.Body); body != "hello" {
		t.Errorf("body %q", body)
	}
	for name, pair := range map[string][2]string{
		"etag":          {aws.ToString(got.ETag), `"5d41402abc4b2a76b9719d911017c592"`},
		"content type":  {aws.ToString(got.ContentType), "video/mp4"},
		"cache control": {aws.ToString(got.CacheControl), "max-age=60"},
		"metadata":      {got.Metadata["camera"], "left"},
		"storage class": {string(got.StorageClass), "GLACIER_IR"},
		"encryption":    {string(got.ServerSideEncryption), "AES256"},
		"checksum":      {aws.ToString(got.ChecksumCRC32), "NhCmhg=="},
		"checksum type": {string(got.ChecksumType), "FULL_OBJECT"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	if aws.ToInt64(got.ContentLength) != 5 || aws.ToInt32(got.TagCount) != 2 {
		t.Errorf("length %d, %d tags", aws.ToInt64(got.ContentLength), aws.ToInt32(got.TagCount))
	}
	if got.VersionId != nil {
		t.Errorf("version id %q without versioning", *got.VersionId)
	}
	head := fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String(key)}))
	if aws.ToString(head.ETag) != aws.ToString(got.ETag) || aws.ToInt64(head.ContentLength) != 5 || !head.LastModified.Equal(*got.LastModified) {
		t.Errorf("HEAD says %v, GET says %v", head, got)
	}
}

func TestAbsentObject(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("absent")})
	fakeawstest.WantCode(t, err, "NoSuchKey")
	_, err = c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("absent")})
	fakeawstest.WantCode(t, err, "NotFound")
	_, err = c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("elsewhere"), Key: aws.String("absent")})
	fakeawstest.WantCode(t, err, "NoSuchBucket")
}

func TestRanges(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "k", "0123456789")
	fakeawstest.Put(t, c, "empty", "")
	tests := map[string]struct{ key, header, body, contentRange, code string }{
		"middle":              {"k", "bytes=2-4", "234", "bytes 2-4/10", ""},
		"open end":            {"k", "bytes=7-", "789", "bytes 7-9/10", ""},
		"suffix":              {"k", "bytes=-3", "789", "bytes 7-9/10", ""},
		"suffix too long":     {"k", "bytes=-30", "0123456789", "bytes 0-9/10", ""},
		"end too far":         {"k", "bytes=8-100", "89", "bytes 8-9/10", ""},
		"start behind end":    {"k", "bytes=10-", "", "", "InvalidRange"},
		"empty suffix":        {"k", "bytes=-0", "", "", "InvalidRange"},
		"of an empty object":  {"empty", "bytes=0-", "", "", "InvalidRange"},
		"several are ignored": {"k", "bytes=0-1,3-4", "0123456789", "", ""},
		"nonsense is ignored": {"k", "bytes=4-2", "0123456789", "", ""},
		"other unit":          {"k", "frames=1-2", "0123456789", "", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: &tc.key, Range: &tc.header})
			if tc.code != "" {
				fakeawstest.WantCode(t, err, tc.code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if body := fakeawstest.Read(t, got.Body); body != tc.body || aws.ToString(got.ContentRange) != tc.contentRange {
				t.Errorf("got %q, %q; want %q, %q", body, aws.ToString(got.ContentRange), tc.body, tc.contentRange)
			}
		})
	}
}

func TestConditionalReads(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{Clock: func() time.Time { return now }})
	etag := fakeawstest.Put(t, c, "k", "x").ETag
	earlier, later := now.Add(-time.Hour), now.Add(time.Hour)
	tests := map[string]struct {
		in     s3.GetObjectInput
		status int
	}{
		"if-match":                          {s3.GetObjectInput{IfMatch: etag}, 200},
		"if-match fails":                    {s3.GetObjectInput{IfMatch: aws.String(`"other"`)}, 412},
		"if-none-match":                     {s3.GetObjectInput{IfNoneMatch: etag}, 304},
		"if-none-match fails":               {s3.GetObjectInput{IfNoneMatch: aws.String(`"other"`)}, 200},
		"modified since":                    {s3.GetObjectInput{IfModifiedSince: &earlier}, 200},
		"not modified since":                {s3.GetObjectInput{IfModifiedSince: &now}, 304},
		"unmodified since":                  {s3.GetObjectInput{IfUnmodifiedSince: &now}, 200},
		"modified, unmodified wanted":       {s3.GetObjectInput{IfUnmodifiedSince: &earlier}, 412},
		"if-match goes before the time":     {s3.GetObjectInput{IfMatch: etag, IfUnmodifiedSince: &earlier}, 200},
		"if-none-match goes before a time":  {s3.GetObjectInput{IfNoneMatch: etag, IfModifiedSince: &earlier}, 304},
		"if-none-match wins over the time":  {s3.GetObjectInput{IfNoneMatch: aws.String(`"other"`), IfModifiedSince: &later}, 200},
		"a star matches whatever there is ": {s3.GetObjectInput{IfMatch: aws.String("*")}, 200},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			tc.in.Bucket, tc.in.Key = fakeawstest.Videos, aws.String("k")
			got, err := c.GetObject(t.Context(), &tc.in)
			status := http.StatusOK
			if err != nil {
				status = awserr.Status(err)
			} else if body := fakeawstest.Read(t, got.Body); body != "x" {
				t.Errorf("body %q", body)
			}
			if status != tc.status {
				t.Errorf("status %d (%v), want %d", status, err, tc.status)
			}
		})
	}
}

func TestCorruptUploadsAreRefused(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	tests := map[string]struct {
		in   s3.PutObjectInput
		code string
	}{
		"MD5":           {s3.PutObjectInput{ContentMD5: aws.String("XUFAKrxLKna5cZ2REBfFkg==")}, "BadDigest"},
		"empty MD5":     {s3.PutObjectInput{ContentMD5: aws.String("")}, "InvalidDigest"},
		"malformed MD5": {s3.PutObjectInput{ContentMD5: aws.String("XUFA")}, "InvalidDigest"},
		"CRC32":         {s3.PutObjectInput{ChecksumCRC32: aws.String("NhCmhg==")}, "BadDigest"},
		"SHA256 length": {s3.PutObjectInput{ChecksumSHA256: aws.String("NhCmhg==")}, "InvalidRequest"},
		"CRC64NVME":     {s3.PutObjectInput{ChecksumCRC64NVME: aws.String("AAAAAAAAAAA=")}, "BadDigest"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			tc.in.Bucket, tc.in.Key, tc.in.Body = fakeawstest.Videos, aws.String("k"), strings.NewReader("other than hello")
			_, err := c.PutObject(t.Context(), &tc.in)
			fakeawstest.WantCode(t, err, tc.code)
			_, err = c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})
			fakeawstest.WantCode(t, err, "NotFound")
		})
	}
}

func TestChecksumAlgorithms(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512"} {
		t.Run(string(algorithm), func(t *testing.T) {
			fakeawstest.Put(t, c, "k", "hello", func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = algorithm })
			// The SDK compares the checksum that comes with the body.
			got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled}))
			if body := fakeawstest.Read(t, got.Body); body != "hello" {
				t.Errorf("body %q", body)
			}
			list := fakeawstest.Must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos}))
			if got := list.Contents[0].ChecksumAlgorithm; len(got) != 1 || got[0] != algorithm {
				t.Errorf("listed with %v", got)
			}
		})
	}
}

func TestLargeObjectLeavesMemory(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<16+1)
	if _, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("big"), Body: bytes.NewReader(want)}); err != nil {
		t.Fatal(err)
	}
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("big")}))
	if body := fakeawstest.Read(t, got.Body); body != string(want) {
		t.Errorf("%d bytes came back changed", len(body))
	}
}

func TestACLsAreRefused(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Body: strings.NewReader(""), ACL: types.ObjectCannedACLPublicRead})
	fakeawstest.WantCode(t, err, "AccessControlListNotSupported")
	fakeawstest.Put(t, c, "k", "", func(in *s3.PutObjectInput) { in.ACL = types.ObjectCannedACLBucketOwnerFullControl })
}

func TestKeysThatAreRefused(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	for key, code := range map[string]string{strings.Repeat("é", 513): "KeyTooLongError", "a\xff": "InvalidURI"} {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: &key, Body: strings.NewReader("")})
		fakeawstest.WantCode(t, err, code)
	}
	fakeawstest.Put(t, c, strings.Repeat("é", 512), "")
}

func TestConditionalWrites(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	etag := fakeawstest.Put(t, c, "there", "x").ETag
	tests := map[string]struct {
		in   s3.PutObjectInput
		code string
	}{
		"create":                       {s3.PutObjectInput{Key: aws.String("new"), IfNoneMatch: aws.String("*")}, ""},
		"create what is there":         {s3.PutObjectInput{Key: aws.String("there"), IfNoneMatch: aws.String("*")}, "PreconditionFailed"},
		"update with an old etag":      {s3.PutObjectInput{Key: aws.String("there"), IfMatch: aws.String(`"old"`)}, "PreconditionFailed"},
		"update what is not there":     {s3.PutObjectInput{Key: aws.String("absent"), IfMatch: etag}, "NoSuchKey"},
		"create unless of an etag":     {s3.PutObjectInput{Key: aws.String("there"), IfNoneMatch: etag}, "NotImplemented"},
		"update, whatever is there":    {s3.PutObjectInput{Key: aws.String("there"), IfMatch: aws.String("*")}, "NotImplemented"},
		"create and update in one put": {s3.PutObjectInput{Key: aws.String("there"), IfMatch: etag, IfNoneMatch: aws.String("*")}, "NotImplemented"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			tc.in.Bucket, tc.in.Body = fakeawstest.Videos, strings.NewReader("y")
			if _, err := c.PutObject(t.Context(), &tc.in); tc.code != "" || err != nil {
				fakeawstest.WantCode(t, err, tc.code)
			}
		})
	}
	fakeawstest.Put(t, c, "there", "y", func(in *s3.PutObjectInput) { in.IfMatch = etag })
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("there"), Body: strings.NewReader("z"), IfMatch: etag})
	fakeawstest.WantCode(t, err, "PreconditionFailed")
}

// hookedReader calls hook before anything is read.
type hookedReader struct {
	io.Reader
	hook func()
}

func (r *hookedReader) Read(p []byte) (int, error) {
	if r.hook != nil {
		r.hook()
		r.hook = nil
	}
	return r.Reader.Read(p)
}

func TestDeletionDuringConditionalWriteConflicts(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "k", "x")
	url := fakeawstest.Must[*fakeawstest.Presigned](t)(fakeawstest.Presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), IfNoneMatch: aws.String("*")}))
	body := &hookedReader{Reader: strings.NewReader("xy"), hook: func() {
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}); err != nil {
			t.Error(err)
		}
	}}
	r := fakeawstest.Must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPut, url.URL, body))
	r.Header, r.ContentLength = url.SignedHeader.Clone(), 2
	// The client sends the body when the server begins to read it, which is after
	// the server has looked at the key.
	r.Header.Set("Expect", "100-continue")
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	resp := fakeawstest.Must[*http.Response](t)(transport.RoundTrip(r))
	if text := fakeawstest.Read(t, resp.Body); resp.StatusCode != http.StatusConflict || !strings.Contains(text, "ConditionalRequestConflict") {
		t.Errorf("status %d, %s", resp.StatusCode, text)
	}
}
