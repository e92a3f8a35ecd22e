package examples

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// The names of the guide, which are the example's defaults.
const (
	guideBucket = "fovea-production-videos"
	guideLogs   = "fovea-logs"
	guideBackup = "fovea-backup-videos"
)

// applyProduction applies the example with the guide's values.
func applyProduction(t *testing.T) (*acctest.Env, *folder) {
	t.Helper()
	e := fake(t, "moto has neither metrics nor Intelligent-Tiering configurations")
	f := copyExample(t, "production", toServer(e)+denyWithoutTLS("storage"), map[string]any{
		"force_destroy": true,
		"github_actions": map[string]any{
			"oidc_provider_arn": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
			"subjects":          []string{"repo:yourcompany/videos:ref:refs/heads/main"},
		},
	})
	f.apply(t)
	return e, f
}

func testProduction(t *testing.T) {
	e, f := applyProduction(t)
	f.planIsEmpty(t)

	upload(t, e.S3, guideBucket, "intro.mp4")
	printed, changes := f.plan(t)
	if !changes || !strings.Contains(printed, `"intro.mp4"`) {
		t.Errorf("the plan does not show the new video:\n%s", printed)
	}
	f.apply(t, "-var=video_key=intro.mp4")
	f.planIsEmpty(t, "-var=video_key=intro.mp4")
	var link string
	f.output(t, "video_url", &link)
	plays(t, link)
	theKeyReadsOnly(t, e, f)

	f.destroy(t)
	nothingLeft(t, e)
	nobodyLeft(t, e)
}

// theKeyReadsOnly uses the key of the outputs as FOVEA does.
func theKeyReadsOnly(t *testing.T, e *acctest.Env, f *folder) {
	t.Helper()
	var id, secret string
	f.output(t, "access_key_id", &id)
	f.output(t, "secret_access_key", &secret)
	reader, bucket, key := e.S3As(t, id, secret), guideBucket, "intro.mp4"

	listed, err := reader.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, object := range listed.Contents {
		keys = append(keys, *object.Key)
	}
	all := strings.Join(keys, " ")
	if !strings.HasPrefix(all, "intro.mp4 manifest.json manifests/") {
		t.Errorf("the bucket holds %s", all)
	}
	if _, err := reader.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		t.Error(err)
	}
	if _, err := reader.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err == nil {
		t.Error("FOVEA's key deletes a video")
	}
}
