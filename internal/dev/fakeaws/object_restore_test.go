package fakeaws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestRestore(t *testing.T) {
	now := newClock()
	// The SDK signs by its own clock: time passes within what S3 tolerates.
	_, c := withBucket(t, Options{Clock: now.Now, RestoreTime: 5 * time.Minute})
	archived := func(in *s3.PutObjectInput) { in.StorageClass = types.StorageClassGlacier }
	put(t, c, "k", "frozen", archived)
	put(t, c, "warm", "x")
	get := func() (string, error) {
		out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k")})
		if err != nil {
			return "", err
		}
		return read(t, out.Body), nil
	}
	state := func() string {
		return aws.ToString(must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: aws.String("k")})).Restore)
	}
	restore := func(key string) error {
		_, err := c.RestoreObject(t.Context(), &s3.RestoreObjectInput{Bucket: videos, Key: &key, RestoreRequest: &types.RestoreRequest{
			Days: aws.Int32(2), GlacierJobParameters: &types.GlacierJobParameters{Tier: types.TierStandard},
		}})
		return err
	}
	_, err := get()
	wantCode(t, err, "InvalidObjectState")
	_, err = copyTo(t, c, "copy", "videos/k")
	wantCode(t, err, "InvalidObjectState")
	wantCode(t, restore("warm"), "InvalidObjectState")
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
	wantCode(t, err, "InvalidObjectState")
	wantCode(t, restore("k"), "RestoreAlreadyInProgress")

	now.Advance(6 * time.Minute)
	if got := state(); !strings.HasPrefix(got, `ongoing-request="false", expiry-date="`) || !strings.HasSuffix(got, `00:00:00 GMT"`) {
		t.Errorf("once restored: %q", got)
	}
	if body, err := get(); body != "frozen" || err != nil {
		t.Errorf("once restored: %q, %v", body, err)
	}
	listed := must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{
		Bucket: videos, OptionalObjectAttributes: []types.OptionalObjectAttributes{types.OptionalObjectAttributesRestoreStatus},
	}))
	if s := listed.Contents[0].RestoreStatus; s == nil || aws.ToBool(s.IsRestoreInProgress) || s.RestoreExpiryDate == nil {
		t.Errorf("listed with %v", s)
	}
	if err := restore("k"); err != nil {
		t.Errorf("once more: %v", err)
	}
}
