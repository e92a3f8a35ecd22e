package s3api_test

import (
	"slices"
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

func copyTo(t testing.TB, c *s3.Client, key, source string, change ...func(*s3.CopyObjectInput)) (*s3.CopyObjectOutput, error) {
	t.Helper()
	in := &s3.CopyObjectInput{Bucket: fakeawstest.Videos, Key: &key, CopySource: &source}
	for _, f := range change {
		f(in)
	}
	return c.CopyObject(t.Context(), in)
}

func TestCopyObject(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a b+c", "hello", func(in *s3.PutObjectInput) {
		in.ContentType, in.Metadata, in.Tagging = aws.String("video/mp4"), map[string]string{"camera": "left"}, aws.String("kind=raw")
	})
	out := fakeawstest.Must[*s3.CopyObjectOutput](t)(copyTo(t, c, "copy", "videos/a%20b%2Bc"))
	if got := aws.ToString(out.CopyObjectResult.ETag); got != `"5d41402abc4b2a76b9719d911017c592"` {
		t.Errorf("etag %s", got)
	}
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("copy")}))
	if body := fakeawstest.Read(t, got.Body); body != "hello" || aws.ToString(got.ContentType) != "video/mp4" || got.Metadata["camera"] != "left" || aws.ToInt32(got.TagCount) != 1 {
		t.Errorf("copied %q, %s, %v, %d tags", body, aws.ToString(got.ContentType), got.Metadata, aws.ToInt32(got.TagCount))
	}
	fakeawstest.Must[*s3.CopyObjectOutput](t)(copyTo(t, c, "copy", "videos/a%20b%2Bc", func(in *s3.CopyObjectInput) {
		in.MetadataDirective, in.Metadata = types.MetadataDirectiveReplace, map[string]string{"camera": "right"}
		in.TaggingDirective = types.TaggingDirectiveReplace
		in.StorageClass = types.StorageClassStandardIa
	}))
	head := fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("copy")}))
	if head.Metadata["camera"] != "right" || aws.ToString(head.ContentType) != "binary/octet-stream" || head.StorageClass != types.StorageClassStandardIa || aws.ToInt32(head.TagCount) != 0 {
		t.Errorf("replaced: %v, %s, %s, %d tags", head.Metadata, aws.ToString(head.ContentType), head.StorageClass, aws.ToInt32(head.TagCount))
	}
}

func TestCopyHeedsTheExpectedSourceOwner(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a.mp4", "x")
	for owner, code := range map[string]string{"123456789012": "", "999999999999": "AccessDenied", "me": "InvalidBucketOwnerAWSAccountID"} {
		_, err := copyTo(t, c, "copy", "videos/a.mp4", func(in *s3.CopyObjectInput) { in.ExpectedSourceBucketOwner = &owner })
		if got := awserr.Code(err); got != code {
			t.Errorf("owner %s: got %q, want %q", owner, got, code)
		}
	}
}

func TestCopyRefusals(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	etag := fakeawstest.Put(t, c, "k", "x").ETag
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
			fakeawstest.WantCode(t, err, tc.code)
		})
	}
}

func TestCopyOfAnOldVersionBringsItBack(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	old := fakeawstest.Put(t, c, "k", "old").VersionId
	fakeawstest.Put(t, c, "k", "new")
	out := fakeawstest.Must[*s3.CopyObjectOutput](t)(copyTo(t, c, "k", "videos/k?versionId="+*old))
	if aws.ToString(out.CopySourceVersionId) != *old || aws.ToString(out.VersionId) == *old {
		t.Errorf("version %s of %s", aws.ToString(out.VersionId), aws.ToString(out.CopySourceVersionId))
	}
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if body := fakeawstest.Read(t, got.Body); body != "old" {
		t.Errorf("body %q", body)
	}
}

func TestObjectTagging(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "k", "x")
	set := func(tags ...types.Tag) error {
		_, err := c.PutObjectTagging(t.Context(), &s3.PutObjectTaggingInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), Tagging: &types.Tagging{TagSet: tags}})
		return err
	}
	get := func() []string {
		out := fakeawstest.Must[*s3.GetObjectTaggingOutput](t)(c.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
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
	fakeawstest.WantCode(t, set(tag, tag), "InvalidTag")
	fakeawstest.Must[*s3.DeleteObjectTaggingOutput](t)(c.DeleteObjectTagging(t.Context(), &s3.DeleteObjectTaggingInput{Bucket: fakeawstest.Videos, Key: aws.String("k")}))
	if got := get(); len(got) != 0 {
		t.Errorf("tags %v are left", got)
	}
}

func TestRestore(t *testing.T) {
	now := fakeawstest.NewClock()
	// The SDK signs by its own clock: time passes within what S3 tolerates.
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{Clock: now.Now, RestoreTime: 5 * time.Minute})
	archived := func(in *s3.PutObjectInput) { in.StorageClass = types.StorageClassGlacier }
	fakeawstest.Put(t, c, "k", "frozen", archived)
	fakeawstest.Put(t, c, "warm", "x")
	get := func() (string, error) {
		out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})
		if err != nil {
			return "", err
		}
		return fakeawstest.Read(t, out.Body), nil
	}
	state := func() string {
		return aws.ToString(fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k")})).Restore)
	}
	restore := func(key string) error {
		_, err := c.RestoreObject(t.Context(), &s3.RestoreObjectInput{Bucket: fakeawstest.Videos, Key: &key, RestoreRequest: &types.RestoreRequest{
			Days: aws.Int32(2), GlacierJobParameters: &types.GlacierJobParameters{Tier: types.TierStandard},
		}})
		return err
	}
	_, err := get()
	fakeawstest.WantCode(t, err, "InvalidObjectState")
	_, err = copyTo(t, c, "copy", "videos/k")
	fakeawstest.WantCode(t, err, "InvalidObjectState")
	fakeawstest.WantCode(t, restore("warm"), "InvalidObjectState")
	if got := state(); got != "" {
		t.Errorf("before a restore: %q", got)
	}

	if err := restore("k"); err != nil {
		t.Fatal(err)
	}
	if got := state(); got != `ongoing-request="true"` {
		t.Errorf("at first: %q", got)
	}
	_, err = get()
	fakeawstest.WantCode(t, err, "InvalidObjectState")
	fakeawstest.WantCode(t, restore("k"), "RestoreAlreadyInProgress")

	now.Advance(6 * time.Minute)
	if got := state(); !strings.HasPrefix(got, `ongoing-request="false", expiry-date="`) || !strings.HasSuffix(got, `00:00:00 GMT"`) {
		t.Errorf("once restored: %q", got)
	}
	if body, err := get(); body != "frozen" || err != nil {
		t.Errorf("once restored: %q, %v", body, err)
	}
	listed := fakeawstest.Must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{
		Bucket: fakeawstest.Videos, OptionalObjectAttributes: []types.OptionalObjectAttributes{types.OptionalObjectAttributesRestoreStatus},
	}))
	if s := listed.Contents[0].RestoreStatus; s == nil || aws.ToBool(s.IsRestoreInProgress) || s.RestoreExpiryDate == nil {
		t.Errorf("listed with %v", s)
	}
	if err := restore("k"); err != nil {
		t.Errorf("once more: %v", err)
	}
}
