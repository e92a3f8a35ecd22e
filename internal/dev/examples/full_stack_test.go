package examples

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// gapsOfMoto overrides what moto cannot do:
//   - it passes over the condition of "deny without TLS", and so denies everything;
//   - its ARNs of distributions lack a colon;
//   - it forgets the origin access control of a distribution.
const gapsOfMoto = `
resource "fovea_bucket_policy" "videos" {
  deny_insecure_transport      = false
  cloudfront_distribution_arns = [replace(aws_cloudfront_distribution.videos.arn, ":cloudfront:", ":cloudfront::")]
}

resource "fovea_bucket_policy" "logs" {
  deny_insecure_transport = false
}

resource "fovea_bucket_policy" "backup" {
  deny_insecure_transport = false
  source_policy_documents = [jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "s3:ListBucket", Resource = fovea_video_bucket.backup.arn }]
  })]
}

resource "aws_cloudfront_distribution" "videos" {
  lifecycle {
    ignore_changes = [origin, viewer_certificate]
  }
}
`

// testFullStack applies the example with hashicorp/aws against moto.
//
// moto takes PUT ?metrics for the making of a bucket, and DELETE ?metrics for its
// deletion. These requests alone go to fakeaws, which has a bucket of the same name.
func testFullStack(t *testing.T) {
	e := fake(t, "it has a server of its own")
	moto := acctest.StartMoto(t)
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	if !s.HasAWS {
		t.Skip("hashicorp/aws is in no mirror on this machine: FOVEA_AWS_MIRROR names one")
	}
	bucket := guideBucket
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}

	f := copyExample(t, "full-stack", toBoth(e, moto, withoutMetrics(t, moto, e.Endpoint))+gapsOfMoto, map[string]any{
		"force_destroy": true, "github_subjects": []string{"repo:yourcompany/videos:ref:refs/heads/main"},
	})
	packLambda(t, f.dir)
	f.apply(t)
	f.planIsEmpty(t)
	theyAreJoined(t, f)
	f.destroy(t)
}

// toBoth overrides both provider blocks.
func toBoth(e *acctest.Env, moto, s3Endpoint string) string {
	aws := `provider "aws" {
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
`
	for _, service := range []string{"s3", "iam", "sts", "ec2", "ssm", "lambda", "cloudfront", "cloudwatch", "logs"} {
		aws += fmt.Sprintf("    %s = %q\n", service, moto)
	}
	return aws + "  }\n}\n" + fmt.Sprintf("provider \"fovea\" {\n%s  s3_use_path_style = true\n  endpoints {\n    s3 = %q\n    iam = %[3]q\n    sts = %[3]q\n  }\n}\n",
		credentialsOf(e), s3Endpoint, moto)
}

// withoutMetrics passes requests on to moto, and those of the metrics
// configuration to another server.
func withoutMetrics(t *testing.T, moto, other string) string {
	t.Helper()
	pass := func(to string) http.Handler {
		target, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // it is signed
		}}
	}
	toMoto, toOther := pass(moto), pass(other)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("metrics") {
			toOther.ServeHTTP(w, r)
			return
		}
		toMoto.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// packLambda does what the example's README says.
func packLambda(t *testing.T, dir string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(dir, "lambda", "manifest_lambda.py"))
	if err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(dir, "manifest_lambda.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // closed below, where it counts
	packed := zip.NewWriter(archive)
	file, err := packed.Create("manifest_lambda.py")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(source); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
}

// theyAreJoined looks in the state for what one provider's resources have of the
// other's.
func theyAreJoined(t *testing.T, f *folder) {
	t.Helper()
	state := f.run(t, "show", "-json")
	var answer struct {
		Values struct {
			Root struct {
				Resources []struct {
					Address string
					Values  json.RawMessage
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(state), &answer); err != nil {
		t.Fatal(err)
	}
	has := map[string]string{}
	for _, r := range answer.Values.Root.Resources {
		has[r.Address] = string(r.Values)
	}
	for address, wants := range map[string][]string{
		"aws_instance.server":                       {`"iam_instance_profile":"FOVEA-EC2-Profile"`, `"http_tokens":"required"`, `"http_put_response_hop_limit":2`},
		"aws_cloudwatch_metric_alarm.client_errors": {`"FilterId":"EntireBucket"`, `"BucketName":"fovea-production-videos"`},
		"aws_lambda_function.manifest":              {`"role":"arn:aws:iam::123456789012:role/FOVEA-Manifest-Lambda"`, `"MAX_REMOVED_PERCENT":"50"`},
		"aws_s3_bucket_notification.videos":         {`"filter_suffix":".mp4"`, `"filter_suffix":".MP4"`},
		"aws_cloudfront_distribution.videos":        {`"domain_name":"fovea-production-videos.s3.us-east-1.amazonaws.com"`, `"query_string":false`},
		"fovea_bucket_policy.videos":                {`cloudfront.amazonaws.com`, `arn:aws:cloudfront::123456789012:distribution/`},
		"fovea_access_role.uploads[0]":              {`oidc-provider/token.actions.githubusercontent.com`},
	} {
		for _, want := range wants {
			if !strings.Contains(has[address], want) {
				t.Errorf("%s has no %s:\n%s", address, want, has[address])
			}
		}
	}
}
