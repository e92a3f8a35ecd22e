package examples

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// doNotWait leaves out hashicorp/aws's wait for a new distribution, which sleeps for 30 s
// before it looks.
const doNotWait = `
resource "aws_cloudfront_distribution" "videos" {
  wait_for_deployment = false
}
`

// guideDistribution is cloudfront-config.json of the deployment guide, with the Cookies
// that it lacks.
const guideDistribution = `{
  "CallerReference": "fovea-videos-cdn", "Comment": "FOVEA Video CDN", "Enabled": true,
  "Origins": {"Quantity": 1, "Items": [{
    "Id": "S3", "DomainName": "yourcompany-fovea-videos.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}
  }]},
  "DefaultCacheBehavior": {
    "TargetOriginId": "S3", "ViewerProtocolPolicy": "redirect-to-https",
    "ForwardedValues": {"QueryString": true, "Headers": {"Quantity": 0}, "Cookies": {"Forward": "none"}}, "MinTTL": 0
  }
}`

// The blocks of the README.
const (
	fullStackApply        = "(cd ../manifest-lambda"
	fullStackDistribution = "aws cloudfront get-distribution-config"
	fullStackInstance     = "aws ec2 associate-iam-instance-profile"
	fullStackDotenv       = "(umask 077 && terraform output -raw dotenv"
	fullStackKeep         = "terraform state rm"
	fullStackDestroy      = "terraform apply\nterraform destroy"
)

// fullStackReadme is the test of examples/full-stack: it applies all of it, takes over a
// distribution and an instance that exist, and takes it down.
func fullStackReadme() pageCommands {
	return pageCommands{stories: []story{{
		"from nothing to nothing",
		[]string{fullStackApply, fullStackDotenv, fullStackDistribution, fullStackKeep, fullStackInstance, fullStackDestroy},
		func(t *testing.T, r *reader) {
			c := r.startsAtCloud(t, "examples/full-stack", "examples/manifest-lambda", "modules")
			c.introduceToMoto(t, "yourcompany-fovea-manifest", "yourcompany-fovea-ec2")
			r.writes(t, "test_override.tf", denyWithoutTLS("storage")+doNotWait)
			r.pastes(t, "name_prefix", "terraform.tfvars")
			values := r.block(t, "name_prefix").text + "github_subjects = [\"repo:yourcompany/videos:ref:refs/heads/main\"]\n"
			r.writes(t, "terraform.tfvars", values)

			r.runs(t, fullStackApply)
			// moto ignores the termination protection of a new instance, and keeps that of
			// an update.
			if out := r.types(t, "terraform apply"); !strings.Contains(out, "disable_api_termination") || !strings.Contains(out, "0 added, 1 changed, 0 destroyed") {
				t.Errorf("got another apply than that of the termination protection:\n%s", out)
			}
			if out := r.types(t, "terraform plan -detailed-exitcode"); !strings.Contains(out, "No changes.") {
				t.Errorf("got a second plan with changes:\n%s", out)
			}
			state := r.state(t)
			theyAreJoined(t, state)
			alarmsAreOnWhatIsThere(t, state)
			dashboardIsOfTheBucket(t, state)

			// On a machine without the CLI the rest of the page is left out.
			_, noAWS := exec.LookPath("aws")
			_, noJQ := exec.LookPath("jq")
			var existing string
			if noAWS == nil && noJQ == nil {
				existing = r.usesWhatExists(t, c, state, &values)
			} else {
				defer t.Skip("the page uses aws and jq, which are not on PATH: the commands for what exists were left out")
			}
			r.runs(t, fullStackDotenv)
			if env := readText(t, filepath.Join(r.dir, ".env")); !strings.Contains(env, "S3_BUCKET=yourcompany-fovea-videos\n") || !strings.Contains(env, "AWS_ACCESS_KEY_ID=\n") {
				t.Errorf("got the settings %s, want the bucket and no key", env)
			}
			if info, err := os.Stat(filepath.Join(r.dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("got the file .env %v, %v, want it readable by its owner alone", info, err)
			}
			r.writes(t, "terraform.tfvars", values+"force_destroy = true\n")
			server := filepath.Join(r.dir, "server.tf")
			r.writes(t, "server.tf", strings.Replace(readText(t, server), "    prevent_destroy = true\n", "", 1))
			if out := r.runs(t, fullStackDestroy); !strings.Contains(out, "0 added, 4 changed, 0 destroyed") {
				t.Errorf("got another apply than that of force_destroy of the buckets and the instance:\n%s", out)
			}
			c.cloudFront.forget(existing)
			c.nothingLeft(t)
		},
	}}}
}

// usesWhatExists runs the commands for a distribution, which it returns, and an instance
// that exist. The distribution that the configuration has made goes. The instance, which
// may have FOVEA's database, stays.
func (r *reader) usesWhatExists(t *testing.T, c *cloud, state stateValues, values *string) (distribution string) {
	t.Helper()
	userData := r.types(t, "aws ec2 describe-instance-attribute --attribute userData --query UserData.Value --output text --instance-id "+
		state.text(t, "aws_instance.server[0]", "id"))
	settings, err := base64.StdEncoding.DecodeString(strings.TrimSpace(userData))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"S3_BUCKET=yourcompany-fovea-videos\n", "VIDEO_STORAGE_TYPE=s3\n", "CDN_BASE_URL=https://" + state.text(t, "aws_cloudfront_distribution.videos[0]", "domain_name") + "\n"} {
		if !strings.Contains(string(settings), want) {
			t.Errorf("got the user data\n%s\nwant %q in it", settings, want)
		}
	}

	r.writes(t, "guide.json", guideDistribution)
	distribution = strings.TrimSpace(r.types(t, "aws cloudfront create-distribution --distribution-config file://guide.json --query Distribution.Id --output text"))
	instance := strings.TrimSpace(r.types(t, "aws ec2 run-instances --query 'Instances[0].InstanceId' --output text --image-id "+
		state.text(t, "aws_instance.server[0]", "ami")))
	*values += strings.Replace(r.block(t, "cloudfront = {").text, "E2EXAMPLE", distribution, 1)
	r.writes(t, "terraform.tfvars", *values)
	if out := r.types(t, "terraform plan"); strings.Contains(out, "aws_instance.server[0] will be") || strings.Contains(out, "aws_instance.server[0] must be") {
		t.Errorf("got a plan that changes the instance, want its user data left alone:\n%s", out)
	}
	r.keepsTheInstance(t, state.text(t, "aws_instance.server[0]", "id"), *values)
	joined := r.state(t)
	if policy := joined.text(t, "module.storage.fovea_bucket_policy.videos[0]", "policy"); strings.Count(policy, "distribution/") != 1 || !strings.Contains(policy, "distribution/"+distribution) {
		t.Errorf("got the policy %s, want the distribution %s alone to read", policy, distribution)
	}

	r.runsWith(t, fullStackDistribution, "E2EXAMPLE", distribution)
	if left := c.cloudFront.left(); len(left) != 2 {
		t.Errorf("got %v at CloudFront, want the distribution that exists and the origin access control", left)
	}
	oac, origin := joined.text(t, "aws_cloudfront_origin_access_control.videos[0]", "id"), c.cloudFront.origin(distribution)
	if origin.OriginAccessControlID != oac || origin.DomainName != "yourcompany-fovea-videos.s3.us-east-1.amazonaws.com" {
		t.Errorf("got the origin access control %s and the domain %s, want %s and that of the bucket in its region", origin.OriginAccessControlID, origin.DomainName, oac)
	}

	r.runsWith(t, fullStackInstance, "i-1234567890abcdef0", instance)
	profile := r.types(t, "aws ec2 describe-iam-instance-profile-associations --output text --query 'IamInstanceProfileAssociations[].IamInstanceProfile.Arn' --filters Name=instance-id,Values="+instance)
	if !strings.HasSuffix(strings.TrimSpace(profile), ":instance-profile/yourcompany-fovea-ec2") {
		t.Errorf("got the profile %s, want yourcompany-fovea-ec2", profile)
	}
	hops := r.types(t, "aws ec2 describe-instances --output text --query 'Reservations[].Instances[].MetadataOptions.[HttpTokens,HttpPutResponseHopLimit]' --instance-ids "+instance)
	if got := strings.Join(strings.Fields(hops), " "); got != "required 2" {
		t.Errorf("got the metadata options %s, want required 2", got)
	}

	// Back to its own origin, or CloudFront keeps the origin access control.
	r.types(t, "aws cloudfront update-distribution --id "+distribution+" --if-match V2 --distribution-config file://guide.json")
	return distribution
}

// keepsTheInstance sets server to null, which deletes the instance, and follows the page
// when that is refused. Afterwards the instance is imported, for the rest of the page.
func (r *reader) keepsTheInstance(t *testing.T, id, values string) {
	t.Helper()
	r.writes(t, "terraform.tfvars", values+r.block(t, "server = null").text)
	if out, err := r.shell(t, "terraform apply"); err == nil || !strings.Contains(out, "Instance cannot be destroyed") {
		t.Errorf("an apply that deletes the instance ended with %v, want it refused:\n%s", err, out)
	}
	// It also deletes the distribution for which the existing one stands in.
	if out := r.runs(t, fullStackKeep); !strings.Contains(out, "2 to destroy") || strings.Contains(out, "aws_instance.server[0]: Destr") {
		t.Errorf("got another apply than one that keeps the instance, and deletes the distribution and its cache policy:\n%s", out)
	}
	status := r.types(t, "aws ec2 describe-instances --output text --query 'Reservations[].Instances[].State.Name' --instance-ids "+id)
	if got := strings.TrimSpace(status); got != "running" {
		t.Errorf("got the instance %s, want it running", got)
	}
	r.writes(t, "terraform.tfvars", values)
	r.types(t, "terraform import 'aws_instance.server[0]' "+id)
}

// theyAreJoined looks for the values that the resources of one provider have of those of
// the other.
func theyAreJoined(t *testing.T, state stateValues) {
	t.Helper()
	const bucket = "module.storage.fovea_video_bucket.videos[0]"
	for _, tt := range []struct{ address, path, of, value string }{
		{"aws_instance.server[0]", "iam_instance_profile", "module.storage.fovea_access_role.ec2[0]", "instance_profile_name"},
		{"aws_cloudfront_distribution.videos[0]", "origin.0.domain_name", bucket, "bucket_regional_domain_name"},
		{"aws_cloudfront_distribution.videos[0]", "origin.0.origin_access_control_id", "aws_cloudfront_origin_access_control.videos[0]", "id"},
		{"aws_cloudfront_distribution.videos[0]", "default_cache_behavior.0.cache_policy_id", "aws_cloudfront_cache_policy.videos[0]", "id"},
		{"module.storage.fovea_bucket_policy.videos[0]", "cloudfront_distribution_arns.0", "aws_cloudfront_distribution.videos[0]", "arn"},
		{"module.storage.fovea_access_role.uploads[0]", "github_actions.oidc_provider_arn", "aws_iam_openid_connect_provider.github[0]", "arn"},
		{"module.manifest_lambda.aws_lambda_function.manifest", "role", "module.manifest_lambda.fovea_access_role.manifest", "arn"},
		{"module.manifest_lambda.aws_lambda_function.manifest", "environment.0.variables.BUCKET", bucket, "bucket"},
		{"module.manifest_lambda.aws_lambda_function.manifest", "environment.0.variables.MANIFEST_KEY", "module.storage.fovea_manifest.videos[0]", "key"},
		{"module.manifest_lambda.aws_lambda_permission.bucket", "source_arn", bucket, "arn"},
		{"module.manifest_lambda.aws_s3_bucket_notification.videos", "bucket", bucket, "bucket"},
		{"module.manifest_lambda.aws_s3_bucket_notification.videos", "lambda_function.0.lambda_function_arn", "module.manifest_lambda.aws_lambda_function.manifest", "arn"},
		{"aws_cloudwatch_metric_alarm.manifest", "dimensions.FunctionName", "module.manifest_lambda.aws_lambda_function.manifest", "function_name"},
	} {
		if got, want := state.at(t, tt.address, tt.path), state.at(t, tt.of, tt.value); got != want || got == "" {
			t.Errorf("%s of %s: got %v, want %v, the %s of %s", tt.path, tt.address, got, want, tt.value, tt.of)
		}
	}
	for path, want := range map[string]any{"metadata_options.0.http_tokens": "required", "metadata_options.0.http_put_response_hop_limit": 2.0} {
		if got := state.at(t, "aws_instance.server[0]", path); got != want {
			t.Errorf("%s of the instance: got %v, want %v", path, got, want)
		}
	}
	const key = "parameters_in_cache_key_and_forwarded_to_origin.0."
	for path, want := range map[string]any{"query_strings_config.0.query_string_behavior": "none", "headers_config.0.headers.0.items.0": "Origin"} {
		if got := state.at(t, "aws_cloudfront_cache_policy.videos[0]", key+path); got != want {
			t.Errorf("%s of the cache policy: got %v, want %v", path, got, want)
		}
	}
}

// replicationDimensions are what S3 names its metrics of the copies by.
func replicationDimensions(t *testing.T, state stateValues) map[string]any {
	t.Helper()
	return map[string]any{
		"SourceBucket":      state.at(t, "module.storage.fovea_video_bucket.videos[0]", "bucket"),
		"DestinationBucket": state.at(t, "module.storage.fovea_video_bucket.backup[0]", "bucket"),
		"RuleId":            state.at(t, "module.storage.fovea_bucket_replication.videos[0]", "rules.0.id"),
	}
}

// alarmsAreOnWhatIsThere holds the dimensions of the alarms on S3 against what the
// provider has made, and their regions against those that S3 publishes the metrics in.
func alarmsAreOnWhatIsThere(t *testing.T, state stateValues) {
	t.Helper()
	requests := map[string]any{
		"BucketName": state.at(t, "module.storage.fovea_video_bucket.videos[0]", "bucket"),
		"FilterId":   state.at(t, "module.storage.fovea_bucket_metrics.videos[0]", "name"),
	}
	for address, want := range map[string]struct {
		metric, region string
		dimensions     map[string]any
	}{
		`aws_cloudwatch_metric_alarm.videos["4xx"]`:                 {"4xxErrors", "us-east-1", requests},
		`aws_cloudwatch_metric_alarm.videos["5xx"]`:                 {"5xxErrors", "us-east-1", requests},
		`aws_cloudwatch_metric_alarm.videos["downloads"]`:           {"BytesDownloaded", "us-east-1", requests},
		`aws_cloudwatch_metric_alarm.videos["replication-failed"]`:  {"OperationsFailedReplication", "us-east-1", replicationDimensions(t, state)},
		`aws_cloudwatch_metric_alarm.backup["replication-latency"]`: {"ReplicationLatency", "us-west-2", replicationDimensions(t, state)},
		`aws_cloudwatch_metric_alarm.backup["replication-pending"]`: {"OperationsPendingReplication", "us-west-2", replicationDimensions(t, state)},
	} {
		if got := state.at(t, address, "metric_name"); got != want.metric {
			t.Errorf("%s: got an alarm on %v, want %s", address, got, want.metric)
		}
		if got := state.text(t, address, "arn"); !strings.Contains(got, ":"+want.region+":") {
			t.Errorf("%s: got %s, want an alarm in %s", address, got, want.region)
		}
		got, ok := state.at(t, address, "dimensions").(map[string]any)
		if !ok || len(got) != len(want.dimensions) {
			t.Errorf("%s: got the dimensions %v, want %v", address, got, want.dimensions)
		}
		for name, value := range want.dimensions {
			if got[name] != value {
				t.Errorf("%s: got %s = %v, want %v", address, name, got[name], value)
			}
		}
	}
}

// dashboardIsOfTheBucket reads the dashboard as CloudWatch does: each metric is a
// namespace, a name, and names and values of dimensions.
func dashboardIsOfTheBucket(t *testing.T, state stateValues) {
	t.Helper()
	var dashboard struct {
		Widgets []struct {
			Properties struct {
				Title, Region string
				Metrics       [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(state.text(t, "aws_cloudwatch_dashboard.videos", "dashboard_body")), &dashboard); err != nil {
		t.Fatal(err)
	}
	bucket := state.text(t, "module.storage.fovea_video_bucket.videos[0]", "bucket")
	var shown []string
	for _, widget := range dashboard.Widgets {
		for _, metric := range widget.Properties.Metrics {
			text, err := json.Marshal(metric)
			if err != nil {
				t.Fatal(err)
			}
			if search, ok := metric[0].(map[string]any); ok {
				shown = append(shown, "BucketSizeBytes")
				if !strings.Contains(fmt.Sprint(search["expression"]), `BucketName="`+bucket+`"`) {
					t.Errorf("%s: got %s, want a search for %s", widget.Properties.Title, text, bucket)
				}
				continue
			}
			name := fmt.Sprint(metric[1])
			shown = append(shown, name)
			if metric[0] == "AWS/S3" && !strings.Contains(string(text), `"`+bucket+`"`) {
				t.Errorf("%s: got %s, want a metric of %s", widget.Properties.Title, text, bucket)
			}
			if strings.Contains(name, "Replication") {
				for dimension, value := range replicationDimensions(t, state) {
					if i := slices.Index(metric, any(dimension)); i < 0 || metric[i+1] != value {
						t.Errorf("%s: got %s, want %s = %v", widget.Properties.Title, text, dimension, value)
					}
				}
			}
		}
	}
	for _, want := range []string{"AllRequests", "BytesDownloaded", "4xxErrors", "5xxErrors", "FirstByteLatency", "BucketSizeBytes", "ReplicationLatency", "OperationsFailedReplication"} {
		if !slices.Contains(shown, want) {
			t.Errorf("got a dashboard of %v, want %s too", shown, want)
		}
	}
}
