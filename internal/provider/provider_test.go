package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// configures is what makes Terraform configure the provider.
const configures = `
data "fovea_presigned_url" "this" {
  bucket = "videos"
  key    = "a.mp4"
}
`

// static are settings that are right in themselves; %s is the server.
const static = `
  region      = "us-east-1"
  access_key  = "AKIDEXAMPLE"
  secret_key  = "hunter2"
  max_retries = 1
  endpoints {
    sts = %q
  }
`

func TestBadSettings(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html><body>Sign in</body></html>"))
	}))
	t.Cleanup(page.Close)
	const nowhere = "http://127.0.0.1:1"
	staticAt := func(url string) string { return fmt.Sprintf(static, url) }

	tests := map[string]struct{ settings, message string }{
		"access_key alone":       {`access_key = "AKIDEXAMPLE"`, `access_key is set, and secret_key is not. Set access_key and secret_key together`},
		"secret_key alone":       {`secret_key = "hunter2"`, `secret_key is set, and access_key is not. Set access_key and secret_key together`},
		"token alone":            {`token = "hunter2"`, `token is set, and access_key is not. Set access_key and secret_key together`},
		"empty secret_key":       {"access_key = \"AKIDEXAMPLE\"\nsecret_key = \"\"", `secret_key is empty. access_key and secret_key belong together`},
		"both lists of accounts": {"allowed_account_ids = [\"123456789012\"]\nforbidden_account_ids = [\"210987654321\"]", `"forbidden_account_ids" cannot be specified when "allowed_account_ids" is specified`},
		"short account":          {`allowed_account_ids = ["12345"]`, `"12345" cannot be used: it does not have 12 digits`},
		"account not checked": {staticAt(nowhere) + "allowed_account_ids = [\"123456789012\"]\nskip_credentials_validation = true\nskip_requesting_account_id = true",
			`allowed_account_ids needs the account's ID, and skip_credentials_validation and skip_requesting_account_id keep the provider from asking`},
		"two tokens": {"assume_role_with_web_identity {\nrole_arn = \"arn:aws:iam::123456789012:role/ci\"\nweb_identity_token = \"hunter2\"\nweb_identity_token_file = \"token\"\n}",
			`web_identity_token" cannot be specified when "assume_role_with_web_identity[0].web_identity_token_file" is specified`},
		"no token": {"region = \"us-east-1\"\nassume_role_with_web_identity {\nrole_arn = \"arn:aws:iam::123456789012:role/ci\"\n}",
			`Set web_identity_token or web_identity_token_file in the assume_role_with_web_identity block, or AWS_WEB_IDENTITY_TOKEN_FILE`},
		"role without an ARN": {"assume_role {\nrole_arn = \"deploy\"\n}", `"deploy" cannot be used: it is not an ARN. It must be an ARN like "arn:aws:iam::123456789012:role/example"`},
		"short session":       {"assume_role {\nrole_arn = \"arn:aws:iam::123456789012:role/ci\"\nduration = \"5m\"\n}", `"5m" cannot be used: it is too short`},
		"no credentials":      {`region = "us-east-1"`, `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment; or profile, or access_key and secret_key, in the provider block`},
		"no region":           {"access_key = \"AKIDEXAMPLE\"\nsecret_key = \"hunter2\"", `Set region in the provider block, AWS_REGION in the environment`},
		"unknown region":      {`region = "us-esat-1"`, `"us-esat-1" is not a region of AWS, such as "us-east-1".`},
		"unknown profile":     {"region = \"us-east-1\"\nprofile = \"absent\"\nshared_config_files = [\"/none\"]", `There is no AWS profile "absent"`},
		"malformed endpoint":  {staticAt("localhost:9000"), `The value of sts in the endpoints block cannot be used: it does not begin with http:// or https://.`},
		"malformed proxy":     {`http_proxy = "ftp://me:hunter2@proxy"`, `http_proxy cannot be used: it does not begin with http://`},
		"unreadable bundle":   {`custom_ca_bundle = "/none"`, `custom_ca_bundle must name a file with certificates in PEM format.`},
		"unknown retry mode":  {`retry_mode = "often"`, `Attribute retry_mode value must be one of: ["standard" "adaptive"]`},
		"reserved tag":        {"default_tags {\ntags = { \"aws:x\" = \"y\" }\n}", `The tag "aws:x" cannot be used`},
		"endpoint of a page":  {staticAt(page.URL), `The answer is a web page, not one of S3, IAM or STS. Check the endpoint`},
		"endpoint of nothing": {staticAt(nowhere), `The request went to http://127.0.0.1:1, which is sts in the endpoints block.`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "the environment must not hold credentials")
			e.Run(t, resource.TestStep{
				Config:      "provider \"fovea\" {\n" + tt.settings + "\n}\n" + configures,
				ExpectError: acctest.Message(tt.message),
			})
		})
	}
}

// TestSettingsFromTheEnvironment is not parallel, since the environment is of
// the whole process.
func TestSettingsFromTheEnvironment(t *testing.T) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL(), "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ACCESS_KEY_ID": server.Root().AccessKeyID, "AWS_SECRET_ACCESS_KEY": server.Root().SecretAccessKey,
	} {
		t.Setenv(name, value)
	}
	plan := func(t *testing.T, message string) {
		t.Helper()
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{
			Config:      "provider \"fovea\" {\n  s3_use_path_style = true\n}\n" + configures,
			ExpectError: acctest.Message(message),
		}}})
	}
	t.Run("endpoint and credentials", func(t *testing.T) {
		plan(t, "Could not find the bucket videos") // which the server said
		if n := server.Requests().Count("GetCallerIdentity"); n == 0 {
			t.Error("STS was not asked")
		}
	})
	t.Run("malformed endpoint", func(t *testing.T) {
		t.Setenv("AWS_ENDPOINT_URL_S3", "localhost:9000")
		plan(t, "The value of AWS_ENDPOINT_URL_S3 in the environment cannot be used")
	})
	t.Run("refused credentials", func(t *testing.T) {
		t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
		plan(t, "They come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment. The server does not accept the credentials.")
	})
	t.Run("half a key", func(t *testing.T) {
		t.Setenv("AWS_SECRET_ACCESS_KEY", "")
		plan(t, "AWS_ACCESS_KEY_ID is set in the environment, and AWS_SECRET_ACCESS_KEY is not.")
	})
	t.Run("unknown region", func(t *testing.T) {
		t.Setenv("AWS_REGION", "us-esat-1")
		plan(t, "\"us-esat-1\" is not a region of AWS")
	})
}

func TestUnknownSettings(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{
		Config: `
resource "terraform_data" "later" {
  input = "us-east-1"
}

provider "fovea" {
  region = terraform_data.later.output
}
` + configures,
		ExpectError: acctest.Message("A provider setting is not known yet"),
	})
}
