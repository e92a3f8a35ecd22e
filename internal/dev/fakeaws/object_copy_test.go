package fakeaws

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func copyTo(t testing.TB, c *s3.Client, key, source string, change ...func(*s3.CopyObjectInput)) (*s3.CopyObjectOutput, error) {
	t.Helper()
	in := &s3.CopyObjectInput{Bucket: videos, Key: &key, CopySource: &source}
	for _, f := range change {
		f(in)
	}
	return c.CopyObject(t.Context(), in)
}

func TestCopyObject(t *testing.T) {
	_, c := withBucket(t, Options{})
	put(t, c, "a b+c", "hello", func(in *s3.PutObjectInput) {
		in.ContentType, in.Metadata, in.Tagging = aws.String("video/mp4"), map[string]string{"camera": "left"}, aws.String("kind=raw")
	})
	out := must[*s3.CopyObjectOutput](t)(copyTo(t, c, "copy", "videos/a%20b%2Bc"))
	if got := aws.ToString(out.CopyObjectResult.ETag); got != `"5d41402abc4b2a76b9719d911017c592"` {
		t.Errorf("etag %s", got)
	}
	got := must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("copy")}))
	if body := read(t, got.Body); body != "hello" || aws.ToString(got.ContentType) != "video/mp4" || got.Metadata["camera"] != "left" || aws.ToInt32(got.TagCount) != 1 {
		t.Errorf("copied %q, %s, %v, %d tags", body, aws.ToString(got.ContentType), got.Metadata, aws.ToInt32(got.TagCount))
	}
	must[*s3.CopyObjectOutput](t)(copyTo(t, c, "copy", "videos/a%20b%2Bc", func(in *s3.CopyObjectInput) {
		in.MetadataDirective, in.Metadata = types.MetadataDirectiveReplace, map[string]string{"camera": "right"}
		in.TaggingDirective = types.TaggingDirectiveReplace
		in.StorageClass = types.StorageClassStandardIa
	}))
	head := must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: aws.String("copy")}))
	if head.Metadata["camera"] != "right" || aws.ToString(head.ContentType) != "binary/octet-stream" || head.StorageClass != types.StorageClassStandardIa || aws.ToInt32(head.TagCount) != 0 {
		t.Errorf("replaced: %v, %s, %s, %d tags", head.Metadata, aws.ToString(head.ContentType), head.StorageClass, aws.ToInt32(head.TagCount))
	}
}

func TestCopyHeedsTheExpectedSourceOwner(t *testing.T) {
	_, c := withBucket(t, Options{})
	put(t, c, "a.mp4", "x")
	for owner, code := range map[string]string{"123456789012": "", "999999999999": "AccessDenied", "me": "InvalidBucketOwnerAWSAccountID"} {
		_, err := copyTo(t, c, "copy", "videos/a.mp4", func(in *s3.CopyObjectInput) { in.ExpectedSourceBucketOwner = &owner })
		if got := awserr.Code(err); got != code {
			t.Errorf("owner %s: got %q, want %q", owner, got, code)
		}
	}
}

func TestCopyRefusals(t *testing.T) {
	_, c := withBucket(t, Options{})
	etag := put(t, c, "k", "x").ETag
	tests := map[string]struct {
		source string
		change func(*s3.CopyObjectInput)
		code   string
	}{
		"onto itself":        {"videos/k", func(in *s3.CopyObjectInput) { in.Key = aws.String("k") }, "InvalidRequest"},
		"absent":             {"videos/absent", func(*s3.CopyObjectInput) {}, "NoSuchKey"},
		"other bucket":       {"elsewhere/k", func(*s3.CopyObjectInput) {}, "NoSuchBucket"},
		"no key":             {"videos", func(*s3.CopyObjectInput) {}, "InvalidArgument"},
		"source has changed": {"videos/k", func(in *s3.CopyObjectInput) { in.CopySourceIfMatch = aws.String("old") }, "PreconditionFailed"},
		"source is the same": {"videos/k", func(in *s3.CopyObjectInput) { in.CopySourceIfNoneMatch = etag }, "PreconditionFailed"},
		"destination exists": {"videos/k", func(in *s3.CopyObjectInput) {
			in.Key, in.IfNoneMatch, in.StorageClass = aws.String("k"), aws.String("*"), "STANDARD_IA"
		}, "PreconditionFailed"},
		"destination is gone": {"videos/k", func(in *s3.CopyObjectInput) { in.IfMatch = etag }, "NoSuchKey"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := copyTo(t, c, "copy", tc.source, tc.change)
			wantCode(t, err, tc.code)
		})
	}
}

func TestCopyOfAnOldVersionBringsItBack(t *testing.T) {
	_, c := withBucket(t, Options{})
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	old := put(t, c, "k", "old").VersionId
	put(t, c, "k", "new")
	out := must[*s3.CopyObjectOutput](t)(copyTo(t, c, "k", "videos/k?versionId="+*old))
	if aws.ToString(out.CopySourceVersionId) != *old || aws.ToString(out.VersionId) == *old {
		t.Errorf("version %s of %s", aws.ToString(out.VersionId), aws.ToString(out.CopySourceVersionId))
	}
	got := must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k")}))
	if body := read(t, got.Body); body != "old" {
		t.Errorf("body %q", body)
	}
}

func TestObjectTagging(t *testing.T) {
	_, c := withBucket(t, Options{})
	put(t, c, "k", "x")
	set := func(tags ...types.Tag) error {
		_, err := c.PutObjectTagging(t.Context(), &s3.PutObjectTaggingInput{Bucket: videos, Key: aws.String("k"), Tagging: &types.Tagging{TagSet: tags}})
		return err
	}
	get := func() []string {
		out := must[*s3.GetObjectTaggingOutput](t)(c.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: videos, Key: aws.String("k")}))
		tags := []string{}
		for _, tag := range out.TagSet {
			tags = append(tags, *tag.Key+"="+*tag.Value)
		}
		return tags
	}
	tag := types.Tag{Key: aws.String("kind"), Value: aws.String("raw")}
	if got := get(); len(got) != 0 {
		t.Errorf("a new object has tags %v", got)
	}
	if err := set(tag); err != nil {
		t.Fatal(err)
	}
	if got := get(); !slices.Equal(got, []string{"kind=raw"}) {
		t.Errorf("tags %v", got)
	}
	wantCode(t, set(tag, tag), "InvalidTag")
	must[*s3.DeleteObjectTaggingOutput](t)(c.DeleteObjectTagging(t.Context(), &s3.DeleteObjectTaggingInput{Bucket: videos, Key: aws.String("k")}))
	if got := get(); len(got) != 0 {
		t.Errorf("tags %v are left", got)
	}
}
