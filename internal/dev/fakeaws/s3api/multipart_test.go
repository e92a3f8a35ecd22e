package s3api_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// assembly is a multipart upload in the making.
type assembly struct {
	t     testing.TB
	c     *s3.Client
	id    *string
	parts []types.CompletedPart
}

func begin(t testing.TB, c *s3.Client, change ...func(*s3.CreateMultipartUploadInput)) *assembly {
	t.Helper()
	in := &s3.CreateMultipartUploadInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32}
	for _, f := range change {
		f(in)
	}
	return &assembly{t: t, c: c, id: fakeawstest.Must[*s3.CreateMultipartUploadOutput](t)(c.CreateMultipartUpload(t.Context(), in)).UploadId}
}

func (a *assembly) add(number int32, body string) {
	a.t.Helper()
	out := fakeawstest.Must[*s3.UploadPartOutput](a.t)(a.c.UploadPart(a.t.Context(), &s3.UploadPartInput{
		Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id, PartNumber: &number, Body: strings.NewReader(body),
	}))
	a.parts = append(a.parts, types.CompletedPart{PartNumber: &number, ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32})
}

func (a *assembly) complete(change ...func(*s3.CompleteMultipartUploadInput)) (*s3.CompleteMultipartUploadOutput, error) {
	in := &s3.CompleteMultipartUploadInput{
		Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id, MultipartUpload: &types.CompletedMultipartUpload{Parts: a.parts},
	}
	for _, f := range change {
		f(in)
	}
	return a.c.CompleteMultipartUpload(a.t.Context(), in)
}

var fiveMiB = strings.Repeat("01234567", 5<<20/8)

func TestMultipart(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	a := begin(t, c)
	a.add(1, fiveMiB)
	a.add(2, "tail")
	listed := fakeawstest.Must[*s3.ListPartsOutput](t)(c.ListParts(t.Context(), &s3.ListPartsInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id}))
	if len(listed.Parts) != 2 || aws.ToString(listed.Parts[1].ChecksumCRC32) == "" || listed.ChecksumAlgorithm != "CRC32" {
		t.Errorf("listed %+v of %s", listed.Parts, listed.ChecksumAlgorithm)
	}
	done := fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(a.complete())
	first, second := md5.Sum([]byte(fiveMiB)), md5.Sum([]byte("tail"))
	both := md5.Sum(append(first[:], second[:]...))
	if want := `"` + hex.EncodeToString(both[:]) + `-2"`; aws.ToString(done.ETag) != want || done.ChecksumType != types.ChecksumTypeComposite {
		t.Errorf("etag %s, want %s; checksum %s", aws.ToString(done.ETag), want, done.ChecksumType)
	}
	whole := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if fakeawstest.Read(t, whole.Body) != fiveMiB+"tail" {
		t.Error("the body is not the parts joined")
	}
	across := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Range: aws.String(fmt.Sprintf("bytes=%d-%d", len(fiveMiB)-2, len(fiveMiB)+1))}))
	if got := fakeawstest.Read(t, across.Body); got != "67ta" {
		t.Errorf("range across the parts: %q", got)
	}
	part := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), PartNumber: aws.Int32(2), ChecksumMode: types.ChecksumModeEnabled}))
	if got := fakeawstest.Read(t, part.Body); got != "tail" || aws.ToInt32(part.PartsCount) != 2 || aws.ToString(part.ContentRange) != fmt.Sprintf("bytes %d-%d/%d", len(fiveMiB), len(fiveMiB)+3, len(fiveMiB)+4) {
		t.Errorf("part 2: %q, %d parts, %s", got, aws.ToInt32(part.PartsCount), aws.ToString(part.ContentRange))
	}
	attributes := fakeawstest.Must[*s3.GetObjectAttributesOutput](t)(c.GetObjectAttributes(t.Context(), &s3.GetObjectAttributesInput{
		Bucket: fakeawstest.Videos, Key: aws.String("k"), ObjectAttributes: types.ObjectAttributesEtag.Values(),
	}))
	if parts := attributes.ObjectParts; parts == nil || aws.ToInt32(parts.TotalPartsCount) != 2 || len(parts.Parts) != 2 || aws.ToInt64(attributes.ObjectSize) != int64(len(fiveMiB)+4) {
		t.Errorf("attributes %+v", attributes)
	}
	_, err := a.complete()
	fakeawstest.WantCode(t, err, "NoSuchUpload")
}

func TestMultipartRefusals(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	a := begin(t, c)
	a.add(1, "too small")
	a.add(2, "tail")
	_, err := a.complete()
	fakeawstest.WantCode(t, err, "EntityTooSmall")
	_, err = a.complete(func(in *s3.CompleteMultipartUploadInput) {
		in.MultipartUpload.Parts = []types.CompletedPart{a.parts[1], a.parts[0]}
	})
	fakeawstest.WantCode(t, err, "InvalidPartOrder")
	_, err = a.complete(func(in *s3.CompleteMultipartUploadInput) {
		in.MultipartUpload.Parts = []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: a.parts[1].ETag, ChecksumCRC32: a.parts[1].ChecksumCRC32}}
	})
	fakeawstest.WantCode(t, err, "InvalidPart")
	_, err = a.complete(func(in *s3.CompleteMultipartUploadInput) {
		in.MultipartUpload.Parts = []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: a.parts[0].ETag}}
	})
	fakeawstest.WantCode(t, err, "InvalidRequest")
	_, err = a.complete(func(in *s3.CompleteMultipartUploadInput) { in.MultipartUpload = &types.CompletedMultipartUpload{} })
	fakeawstest.WantCode(t, err, "MalformedXML")
	_, err = c.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id, PartNumber: aws.Int32(10001), Body: strings.NewReader("")})
	fakeawstest.WantCode(t, err, "InvalidArgument")
	_, err = c.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id, PartNumber: aws.Int32(3), Body: strings.NewReader(""), ChecksumAlgorithm: types.ChecksumAlgorithmSha256})
	fakeawstest.WantCode(t, err, "InvalidRequest")
	_, err = c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})
	fakeawstest.WantCode(t, err, "NotFound")
	fakeawstest.Must[*s3.AbortMultipartUploadOutput](t)(c.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id}))
	_, err = c.ListParts(t.Context(), &s3.ListPartsInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id})
	fakeawstest.WantCode(t, err, "NoSuchUpload")
}

func TestMultipartGapInPartNumbers(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	a := begin(t, c)
	a.add(2, "only")
	_, err := a.complete()
	fakeawstest.WantCode(t, err, "InternalError")
}

func TestConditionalCompletion(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	absent := func(in *s3.CompleteMultipartUploadInput) { in.IfNoneMatch = aws.String("*") }
	a := begin(t, c)
	a.add(1, "a")
	fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(a.complete(absent))
	b := begin(t, c)
	b.add(1, "b")
	_, err := b.complete(absent)
	fakeawstest.WantCode(t, err, "PreconditionFailed")

	// The key goes while the upload is under way.
	fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	_, err = b.complete(absent)
	fakeawstest.WantCode(t, err, "ConditionalRequestConflict")

	etag := fakeawstest.Put(t, c, "k", "x").ETag
	d := begin(t, c)
	d.add(1, "d")
	_, err = d.complete(func(in *s3.CompleteMultipartUploadInput) { in.IfMatch = aws.String(`"other"`) })
	fakeawstest.WantCode(t, err, "PreconditionFailed")
	fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(d.complete(func(in *s3.CompleteMultipartUploadInput) { in.IfMatch = etag }))
}

func TestFullObjectChecksum(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	a := begin(t, c, func(in *s3.CreateMultipartUploadInput) {
		in.ChecksumAlgorithm, in.ChecksumType = types.ChecksumAlgorithmCrc32, types.ChecksumTypeFullObject
	})
	a.add(1, "hel"+fiveMiB)
	a.add(2, "lo")
	_, err := a.complete(func(in *s3.CompleteMultipartUploadInput) { in.ChecksumCRC32 = aws.String("NhCmhg==") })
	fakeawstest.WantCode(t, err, "BadDigest")
	fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(a.complete())
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled}))
	// The SDK compares the body with the checksum of the whole object.
	if fakeawstest.Read(t, got.Body) != "hel"+fiveMiB+"lo" || got.ChecksumType != types.ChecksumTypeFullObject {
		t.Errorf("checksum type %s", got.ChecksumType)
	}
}

// The SDK sends checksums of parts even when none was asked for at the start.
func TestDefaultChecksum(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	a := begin(t, c, func(in *s3.CreateMultipartUploadInput) { in.ChecksumAlgorithm = "" })
	a.add(1, fiveMiB)
	a.add(2, "tail")
	done := fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(a.complete())
	whole := fakeawstest.Put(t, c, "whole", fiveMiB+"tail", func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = types.ChecksumAlgorithmCrc64nvme })
	if got, want := aws.ToString(done.ChecksumCRC64NVME), aws.ToString(whole.ChecksumCRC64NVME); got != want || want == "" || done.ChecksumType != types.ChecksumTypeFullObject {
		t.Errorf("checksum %q of type %s, want %q", got, done.ChecksumType, want)
	}
}

func TestUploadPartCopy(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "source", "0123456789")
	a := begin(t, c)
	copyPart := func(r string) (*s3.UploadPartCopyOutput, error) {
		return c.UploadPartCopy(t.Context(), &s3.UploadPartCopyInput{
			Bucket: fakeawstest.Videos, Key: aws.String("k"), UploadId: a.id, PartNumber: aws.Int32(1), CopySource: aws.String("videos/source"), CopySourceRange: &r,
		})
	}
	_, err := copyPart("bytes=5-10")
	fakeawstest.WantCode(t, err, "InvalidArgument")
	out := fakeawstest.Must[*s3.UploadPartCopyOutput](t)(copyPart("bytes=5-9"))
	a.parts = []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: out.CopyPartResult.ETag, ChecksumCRC32: out.CopyPartResult.ChecksumCRC32}}
	fakeawstest.Must[*s3.CompleteMultipartUploadOutput](t)(a.complete())
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if body := fakeawstest.Read(t, got.Body); body != "56789" {
		t.Errorf("body %q", body)
	}
}

func TestListMultipartUploads(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	var want []string
	for _, key := range []string{"a", "b/1", "b/2", "c", "c"} {
		a := begin(t, c, func(in *s3.CreateMultipartUploadInput) { in.Key = &key })
		want = append(want, key+" "+*a.id)
	}
	var got []string
	pages := s3.NewListMultipartUploadsPaginator(c, &s3.ListMultipartUploadsInput{Bucket: fakeawstest.Videos, MaxUploads: aws.Int32(2)})
	for pages.HasMorePages() {
		page := fakeawstest.Must[*s3.ListMultipartUploadsOutput](t)(pages.NextPage(t.Context()))
		for _, u := range page.Uploads {
			got = append(got, *u.Key+" "+*u.UploadId)
		}
	}
	if fmt.Sprint(sorted(got)) != fmt.Sprint(sorted(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
	page := fakeawstest.Must[*s3.ListMultipartUploadsOutput](t)(c.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: fakeawstest.Videos, Delimiter: aws.String("/")}))
	if len(page.Uploads) != 3 || len(page.CommonPrefixes) != 1 || *page.CommonPrefixes[0].Prefix != "b/" {
		t.Errorf("%d uploads, prefixes %v", len(page.Uploads), page.CommonPrefixes)
	}
}

// The SDK's transfer manager is a client of its own habits.
func TestTransferManager(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	m := transfermanager.New(c)
	body := strings.Repeat(fiveMiB, 4) + "end"
	if _, err := m.UploadObject(t.Context(), &transfermanager.UploadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Body: strings.NewReader(body)}); err != nil {
		t.Fatal(err)
	}
	out, err := m.GetObject(t.Context(), &transfermanager.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(out.Body); err != nil || got.String() != body {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
}
