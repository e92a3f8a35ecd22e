package examples

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// python finds an interpreter that has boto3, as the Lambda's runtime has it.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not on PATH")
	}
	if out, err := exec.CommandContext(t.Context(), path, "-c", "import boto3").CombinedOutput(); err != nil {
		t.Skipf("python3 has no boto3: %s", out)
	}
	return path
}

// runPython runs python3 in a copy of the Lambda's folder.
func runPython(t *testing.T, environ []string, args ...string) string {
	t.Helper()
	path, dir := python(t), filepath.Join(t.TempDir(), "lambda")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(examplesDir(t), "manifest-lambda", "lambda"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir, cmd.Env = dir, append(tfcli.CleanEnviron(), environ...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("python3 %v: %v\n%s", args, err, out.Bytes())
	}
	return out.String()
}

// The blocks of the README.
const (
	manifestLambdaApply  = "python3 -m zipfile"
	manifestLambdaInvoke = "aws lambda invoke"
	manifestLambdaTests  = "python3 -m unittest"
)

// manifestLambdaReadme applies the Lambda by itself, for a bucket that exists.
func manifestLambdaReadme() pageCommands {
	return pageCommands{stories: []story{{
		"for a bucket that exists", []string{manifestLambdaApply, manifestLambdaInvoke, manifestLambdaTests},
		func(t *testing.T, r *reader) {
			c := r.startsAtCloud(t, "examples/manifest-lambda")
			c.introduceToMoto(t, "fovea-manifest", "")
			c.invokeWithoutDocker(t)
			bucket := "yourcompany-fovea-videos"
			if _, err := c.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
				t.Fatal(err)
			}
			r.runs(t, manifestLambdaApply)
			if out := r.types(t, "terraform plan -detailed-exitcode -var bucket="+bucket); !strings.Contains(out, "No changes.") {
				t.Errorf("got a second plan with changes:\n%s", out)
			}
			told, err := c.S3.GetBucketNotificationConfiguration(t.Context(), &s3.GetBucketNotificationConfigurationInput{Bucket: &bucket})
			if err != nil {
				t.Fatal(err)
			}
			if got := len(told.LambdaFunctionConfigurations); got != 2 {
				t.Errorf("got %d notifications, want one for .mp4 and one for .MP4", got)
			}

			_, noAWS := exec.LookPath("aws")
			if noAWS == nil {
				r.runs(t, manifestLambdaInvoke)
			}

			r.types(t, "rm manifest_lambda.zip")
			out, err := r.shell(t, "terraform plan -var bucket="+bucket)
			if err == nil || !strings.Contains(strings.Join(strings.Fields(out), " "), "Build it: python3 -m zipfile") {
				t.Errorf("got %v, want a plan that says how to build the archive:\n%s", err, out)
			}
			r.types(t, "terraform destroy -var bucket="+bucket)
			nobodyLeft(t, c.Env)

			python(t) // with boto3
			r.runs(t, manifestLambdaTests)
			r.needs(t, "aws")
		},
	}}}
}

// TestManifestLambda runs the Lambda's own tests.
func TestManifestLambda(t *testing.T) {
	out := runPython(t, nil, "-m", "unittest", "-v")
	if !strings.Contains(out, "\nOK\n") || strings.Contains(out, "Ran 0 tests") {
		t.Errorf("the tests did not run:\n%s", out)
	}
}

// TestManifestLambdaPublishesTheSame calls the Lambda with the rights that the
// example gives it, on more videos than a page of a listing holds. What it writes
// is what fovea_manifest would: the plan afterwards is empty.
func TestManifestLambdaPublishesTheSame(t *testing.T) {
	e := fake(t, "it checks the rights of the Lambda")
	bucket := "fovea-lambda"
	f := copyExample(t, "quickstart", toServer(e)+fmt.Sprintf(`
resource "fovea_video_bucket" "videos" {
  bucket        = %q
  bucket_prefix = null
}

resource "fovea_access_user" "reader" {
  access = "manifest"
}
`, bucket), map[string]any{"force_destroy": true})
	f.apply(t)
	var id, secret string
	f.output(t, "access_key_id", &id)
	f.output(t, "secret_access_key", &secret)
	call := func(event string) string {
		t.Helper()
		return runPython(t, []string{
			"AWS_ENDPOINT_URL=" + e.Endpoint, "AWS_REGION=" + e.Region, "AWS_DEFAULT_REGION=" + e.Region,
			"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret, "BUCKET=" + bucket,
		}, "-c", "import manifest_lambda; print(manifest_lambda.handler("+event+", None))")
	}

	for i := range 1001 {
		upload(t, e.S3, bucket, fmt.Sprintf("clips/%04d.mp4", i))
	}
	upload(t, e.S3, bucket, "clips/é & <ä>.MP4")
	upload(t, e.S3, bucket, "0.info.json")
	if out := call(`{"Records": [{"s3": {"object": {"key": "manifest.json"}}}]}`); !strings.Contains(out, "no video came or went") {
		t.Errorf("its own upload makes the Lambda answer %s", out)
	}
	if out := call(`{"Records": [{"s3": {"object": {"key": "clips/%C3%A9+%26+%3C%C3%A4%3E.MP4"}}}]}`); !strings.Contains(out, "'videos': 1002") {
		t.Errorf("the Lambda answers %s", out)
	}
	noVideosToAdd(t, f, "1002")

	deleteVideo(t, e, bucket, "clips/0500.mp4")
	if out := call(`{}`); !strings.Contains(out, "'videos': 1001") {
		t.Errorf("after a deletion the Lambda answers %s", out)
	}
	noVideosToAdd(t, f, "1001")
	f.destroy(t)
}

// noVideosToAdd takes over what the Lambda has published, and expects nothing to
// do, and as many videos as it has published.
func noVideosToAdd(t *testing.T, f *folder, count string) {
	t.Helper()
	f.run(t, "apply", "-auto-approve", "-refresh-only")
	f.planIsEmpty(t)
	if got := strings.TrimSpace(f.run(t, "output", "-json", "video_count")); got != count {
		t.Errorf("the manifest has %s videos, not %s", got, count)
	}
}

func deleteVideo(t *testing.T, e *acctest.Env, bucket, key string) {
	t.Helper()
	if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		t.Fatal(err)
	}
}
