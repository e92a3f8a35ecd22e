package s3api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func TestAbsenceIsToldToWhoMayList(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	get := fakeawstest.Allow(`"s3:GetObject"`, "arn:aws:s3:::videos/*")
	for name, tc := range map[string]struct{ policy, code string }{
		"reader": {fakeawstest.Policy(get), "AccessDenied"},
		"lister": {fakeawstest.Policy(get + "," + fakeawstest.Allow(`"s3:ListBucket"`, "arn:aws:s3:::videos")), "NoSuchKey"},
	} {
		c := fakeawstest.Client(s, fakeawstest.NewUser(t, s, name, tc.policy))
		_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("absent")})
		fakeawstest.WantCode(t, err, tc.code)
	}
}

func TestListingByPrefix(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "team/a", "x")
	c := fakeawstest.Client(s, fakeawstest.NewUser(t, s, "u", fakeawstest.Policy(`{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos","Condition":{"StringLike":{"s3:prefix":"team/*"}}}`)))
	list := func(prefix *string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos, Prefix: prefix})
		return err
	}
	if err := list(aws.String("team/a")); err != nil {
		t.Error(err)
	}
	fakeawstest.WantCode(t, list(nil), "AccessDenied")
	fakeawstest.WantCode(t, list(aws.String("other/")), "AccessDenied")
}

func TestVersionsNeedTheirOwnPermission(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	setVersioning(t, root, types.BucketVersioningStatusEnabled)
	id := fakeawstest.Put(t, root, "k", "x").VersionId
	c := fakeawstest.Client(s, fakeawstest.NewUser(t, s, "u", fakeawstest.Policy(fakeawstest.Allow(`"s3:GetObject","s3:DeleteObject"`, "arn:aws:s3:::videos/*"))))
	if out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}); err != nil {
		t.Error(err)
	} else {
		fakeawstest.Read(t, out.Body)
	}
	_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), VersionId: id})
	fakeawstest.WantCode(t, err, "AccessDenied")
	_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), VersionId: id})
	fakeawstest.WantCode(t, err, "AccessDenied")
	out := fakeawstest.Must[*s3.DeleteObjectsOutput](t)(c.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: fakeawstest.Videos, Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("k")}, {Key: aws.String("k"), VersionId: id}},
	}}))
	if len(out.Deleted) != 1 || len(out.Errors) != 1 || *out.Errors[0].Code != "AccessDenied" {
		t.Errorf("deleted %v, errors %v", out.Deleted, out.Errors)
	}
}

// A write with If-Match tells whether the etag is right.
func TestIfMatchNeedsReadPermission(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	etag := fakeawstest.Put(t, root, "k", "x").ETag
	c := fakeawstest.Client(s, fakeawstest.NewUser(t, s, "u", fakeawstest.Policy(fakeawstest.Allow(`"s3:PutObject"`, "arn:aws:s3:::videos/*"))))
	fakeawstest.Put(t, c, "new", "y", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Body: strings.NewReader("y"), IfMatch: etag})
	fakeawstest.WantCode(t, err, "AccessDenied")
}

func TestCustomerKeyNeedsItsOwnPermission(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	encrypted := func(in *s3.PutObjectInput) {
		in.ServerSideEncryption, in.SSEKMSKeyId = types.ServerSideEncryptionAwsKms, aws.String(key)
	}
	out := fakeawstest.Put(t, root, "k", "hello", encrypted)
	if aws.ToString(out.SSEKMSKeyId) != key || aws.ToString(out.ETag) == `"5d41402abc4b2a76b9719d911017c592"` {
		t.Errorf("key %s, etag %s", aws.ToString(out.SSEKMSKeyId), aws.ToString(out.ETag))
	}
	objects := fakeawstest.Allow(`"s3:GetObject","s3:PutObject"`, "arn:aws:s3:::videos/*")
	for name, tc := range map[string]struct{ policy, code string }{
		"without": {fakeawstest.Policy(objects), "AccessDenied"},
		"with":    {fakeawstest.Policy(objects + "," + fakeawstest.Allow(`"kms:Decrypt","kms:GenerateDataKey"`, key)), ""},
	} {
		c := fakeawstest.Client(s, fakeawstest.NewUser(t, s, name, tc.policy))
		_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})
		if tc.code != "" || err != nil {
			fakeawstest.WantCode(t, err, tc.code)
		}
		in := &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k2"), Body: strings.NewReader("x")}
		encrypted(in)
		if _, err := c.PutObject(t.Context(), in); tc.code != "" || err != nil {
			fakeawstest.WantCode(t, err, tc.code)
		}
	}
}

func TestPresignedGet(t *testing.T) {
	now := fakeawstest.NewClock()
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{Clock: now.Now})
	fakeawstest.Put(t, c, "a clip.mp4", "0123456789")
	url := fakeawstest.Must[*fakeawstest.Presigned](t)(fakeawstest.Presign(c).PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: fakeawstest.Videos, Key: aws.String("a clip.mp4"), ResponseContentType: aws.String("video/mp4"), ResponseContentDisposition: aws.String(`attachment; filename="a.mp4"`),
	}, s3.WithPresignExpires(time.Hour)))

	resp, body := fakeawstest.Send(t, url, nil, nil)
	if resp.StatusCode != http.StatusOK || body != "0123456789" || resp.Header.Get("Content-Type") != "video/mp4" || resp.Header.Get("Content-Disposition") != `attachment; filename="a.mp4"` {
		t.Errorf("status %d, %v, %s", resp.StatusCode, resp.Header, body)
	}
	resp, body = fakeawstest.Send(t, url, nil, http.Header{"Range": {"bytes=0-0"}})
	if resp.StatusCode != http.StatusPartialContent || body != "0" {
		t.Errorf("ranged: status %d, %s", resp.StatusCode, body)
	}
	now.Advance(50 * time.Minute)
	if resp, body := fakeawstest.Send(t, url, nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("after 50 minutes: status %d, %s", resp.StatusCode, body)
	}
	now.Advance(11 * time.Minute)
	if resp, body := fakeawstest.Send(t, url, nil, nil); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "Request has expired") {
		t.Errorf("after 61 minutes: status %d, %s", resp.StatusCode, body)
	}
}

func TestPresignedGetIsForOneKey(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a.mp4", "a")
	fakeawstest.Put(t, c, "b.mp4", "b")
	url := fakeawstest.Must[*fakeawstest.Presigned](t)(fakeawstest.Presign(c).PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("a.mp4")}))
	url.URL = strings.Replace(url.URL, "a.mp4", "b.mp4", 1)
	if resp, body := fakeawstest.Send(t, url, nil, nil); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
}

func TestPresignedPut(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	url := fakeawstest.Must[*fakeawstest.Presigned](t)(fakeawstest.Presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{
		Bucket: fakeawstest.Videos, Key: aws.String("up.mp4"), ContentType: aws.String("video/mp4"), Metadata: map[string]string{"camera": "left"},
	}))
	if resp, body := fakeawstest.Send(t, url, strings.NewReader("hello"), nil); resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %s", resp.StatusCode, body)
	}
	head := fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("up.mp4")}))
	if aws.ToInt64(head.ContentLength) != 5 || aws.ToString(head.ContentType) != "video/mp4" || head.Metadata["camera"] != "left" {
		t.Errorf("length %d, type %q, metadata %v", aws.ToInt64(head.ContentLength), aws.ToString(head.ContentType), head.Metadata)
	}
}

// What a presigned URL carries in its query counts as a header.
func TestPresignedChecksum(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	url := fakeawstest.Must[*fakeawstest.Presigned](t)(fakeawstest.Presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), ChecksumCRC32: aws.String("NhCmhg==")}))
	if resp, body := fakeawstest.Send(t, url, strings.NewReader("other"), nil); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "BadDigest") {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
	if resp, body := fakeawstest.Send(t, url, strings.NewReader("hello"), nil); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
}

// Every SDK moves other headers into the query, in a case of its own.
func TestPresignedInTheFormOfOtherSDKs(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a.mp4", "hello", func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32 })
	for name, tt := range map[string]struct {
		query, checksum string
		status          int
	}{
		"JavaScript":             {"x-amz-checksum-mode=ENABLED&x-id=GetObject", "NhCmhg==", http.StatusOK},
		"canonical case":         {"X-Amz-Checksum-Mode=ENABLED", "NhCmhg==", http.StatusOK},
		"requester pays":         {"x-amz-request-payer=requester", "", http.StatusOK},
		"unknown header":         {"x-amz-sorcery=1", "", http.StatusNotImplemented},
		"header of another call": {"x-amz-metadata-directive=COPY", "", http.StatusNotImplemented},
		"unknown parameter":      {"sorcery=1", "", http.StatusNotImplemented},
	} {
		t.Run(name, func(t *testing.T) {
			r := fakeawstest.Must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/videos/a.mp4?X-Amz-Expires=900&"+tt.query, nil))
			key := fakeawstest.Must[aws.Credentials](t)(fakeawstest.Provider(s.Root()).Retrieve(t.Context()))
			signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
			signed, _, err := signer.PresignHTTP(t.Context(), key, r, "UNSIGNED-PAYLOAD", "s3", s.Region(), s.Now())
			if err != nil {
				t.Fatal(err)
			}
			resp, body := fakeawstest.Send(t, &fakeawstest.Presigned{Method: http.MethodGet, URL: signed}, nil, nil)
			if resp.StatusCode != tt.status {
				t.Errorf("status: got %d, want %d; %s", resp.StatusCode, tt.status, body)
			}
			if got := resp.Header.Get("X-Amz-Checksum-Crc32"); got != tt.checksum {
				t.Errorf("x-amz-checksum-crc32: got %q, want %q", got, tt.checksum)
			}
		})
	}
}

func TestGrantsOfNewBucketAreRefused(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	got := fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/videos", "", map[string]string{"X-Amz-Grant-Read": "uri=x"})
	if got.Code != "InvalidBucketAclWithObjectOwnership" {
		t.Errorf("code: got %q, want InvalidBucketAclWithObjectOwnership", got.Code)
	}
}
