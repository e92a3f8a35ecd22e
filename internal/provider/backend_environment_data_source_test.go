package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const theEnvironment = "data.fovea_backend_environment.this"

func environmentBlock(arguments string) string {
	return "data \"fovea_backend_environment\" \"this\" {\n" + arguments + "\n}\n"
}

func TestBackendEnvironmentDataSource(t *testing.T) {
	e := acctest.Start(t)
	state := stateOf(theEnvironment)
	variables := func(but map[string]string) knownvalue.Check {
		all := map[string]string{
			"VIDEO_STORAGE_TYPE": "s3", "S3_BUCKET": "fovea-videos", "S3_REGION": "eu-central-1", "S3_ENDPOINT": e.Endpoint, "S3_PUBLIC_BUCKET": "false",
			"CDN_ENABLED": "false", "CDN_BASE_URL": "", "AWS_ACCESS_KEY_ID": "", "S3_ACCESS_KEY_ID": "",
		}
		checks := map[string]knownvalue.Check{}
		for name, value := range all {
			if changed, ok := but[name]; ok {
				value = changed
			}
			checks[name] = knownvalue.StringExact(value)
		}
		return knownvalue.MapExact(checks)
	}
	secrets := func(secret string) knownvalue.Check {
		return knownvalue.MapExact(map[string]knownvalue.Check{"AWS_SECRET_ACCESS_KEY": knownvalue.StringExact(secret), "S3_SECRET_ACCESS_KEY": knownvalue.StringExact("")})
	}
	const where = "  bucket = \"fovea-videos\"\n  region = \"eu-central-1\"\n"
	const key = "  access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n  secret_access_key = \"it/s+a $ecret\"\n"
	for name, tt := range map[string]struct {
		arguments string
		checks    []statecheck.StateCheck
	}{
		"the role of the instance": {where, []statecheck.StateCheck{state("variables", variables(nil)), state("secret_variables", secrets(""))}},
		"a key, a server and a CDN": {
			where + key + "  endpoint = \"http://minio:9000/\"\n  cdn_base_url = \"https://d1.cloudfront.net//\"\n",
			[]statecheck.StateCheck{
				state("variables", variables(map[string]string{
					"S3_ENDPOINT": "http://minio:9000", "CDN_ENABLED": "true", "CDN_BASE_URL": "https://d1.cloudfront.net", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
				})),
				state("secret_variables", secrets("it/s+a $ecret")),
				state("dotenv", knownvalue.StringRegexp(acctest.Message("AWS_SECRET_ACCESS_KEY='it/s+a $ecret' S3_ACCESS_KEY_ID= S3_SECRET_ACCESS_KEY="))),
				state("compose", knownvalue.StringRegexp(acctest.Message("AWS_SECRET_ACCESS_KEY: 'it/s+a $$ecret'"))),
				statecheck.ExpectSensitiveValue(theEnvironment, tfjsonpath.New("secret_variables")),
				statecheck.ExpectSensitiveValue(theEnvironment, tfjsonpath.New("dotenv")),
				statecheck.ExpectSensitiveValue(theEnvironment, tfjsonpath.New("compose")),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if e.Fake != nil {
				e.Fake.Requests().Reset()
			}
			e.Run(t, resource.TestStep{Config: e.Config("%s", environmentBlock(tt.arguments)), ConfigStateChecks: tt.checks})
			if e.Fake != nil && e.Fake.Requests().Count("GetCallerIdentity") != e.Fake.Requests().Total() {
				t.Errorf("got the requests %v, want none about the bucket", e.Fake.Requests().Counts())
			}
		})
	}
}

// TestBackendEnvironmentFindsTheRegion leaves it out.
func TestBackendEnvironmentFindsTheRegion(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	t.Cleanup(func() { library{e, t, bucket}.clear() })
	region := func(bucket string) string { return environmentBlock(fmt.Sprintf("  bucket = %q", bucket)) }
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", region(bucket)), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(theEnvironment, tfjsonpath.New("variables").AtMapKey("S3_REGION"), knownvalue.StringExact(e.Region)),
		}},
		resource.TestStep{Config: e.Config("%s", region(bucket+"-not")), ExpectError: acctest.Message("Could not find the region of the bucket " + bucket + "-not")},
	)
}

func TestBackendEnvironmentExample(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the names of the example are not its own")
	config := strings.Replace(readExample(t, "data-sources", "fovea_backend_environment", "data-source.tf"), `"fovea-videos"`, "\"fovea-videos\"\n  force_destroy = true", 1)
	e.Run(t, resource.TestStep{Config: e.Config("%s", config), ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue("data.fovea_backend_environment.fovea", tfjsonpath.New("dotenv"),
			knownvalue.StringRegexp(acctest.Message("VIDEO_STORAGE_TYPE=s3 S3_BUCKET=fovea-videos S3_REGION="+e.Region+" S3_ENDPOINT="+e.Endpoint+" S3_PUBLIC_BUCKET=false CDN_ENABLED=false CDN_BASE_URL= AWS_ACCESS_KEY_ID=AKIA"))),
	}})
}

// TestBackendEnvironmentRefuses asks the provider as terraform validate does.
func TestBackendEnvironmentRefuses(t *testing.T) {
	server, err := acctest.Factories()["fovea"]()
	if err != nil {
		t.Fatal(err)
	}
	const secret = "S3cr3t"
	for name, tt := range map[string]struct {
		arguments string // JSON
		at, want  string
	}{
		"a temporary key":                    {`"access_key_id": "ASIAIOSFODNN7EXAMPLE", "secret_access_key": "S3cr3t"`, "access_key_id", "FOVEA drops session tokens. Use a key of fovea_access_key"},
		"a key with a line break":            {`"access_key_id": "AKIAIOSFODNN7EXAMPLE\n", "secret_access_key": "S3cr3t"`, "access_key_id", "it has a line break"},
		"an empty key":                       {`"access_key_id": "", "secret_access_key": "S3cr3t"`, "access_key_id", "it is empty"},
		"a key without a secret":             {`"access_key_id": "AKIAIOSFODNN7EXAMPLE"`, "access_key_id", `"secret_access_key" must be specified`},
		"a secret without a key":             {`"secret_access_key": "S3cr3t"`, "secret_access_key", `"access_key_id" must be specified`},
		"a secret with a line break":         {`"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "S3cr3t\n"`, "", "secret_access_key cannot be used: it has a line break"},
		"a secret that no quotes protect":    {`"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "S3cr3t'$"`, "", "no quoting protects"},
		"a secret with a backslash":          {`"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "S3cr3t\\"`, "", "a backslash at its end"},
		"CloudFront as the endpoint":         {`"endpoint": "https://d111111abcdef8.cloudfront.net"`, "endpoint", "Set cdn_base_url to this URL instead, and leave endpoint out."},
		"the CDN as the endpoint":            {`"endpoint": "https://cdn.example.com/", "cdn_base_url": "https://cdn.example.com"`, "endpoint", "Set cdn_base_url to this URL instead"},
		"the bucket in the endpoint's host":  {`"endpoint": "https://fovea-videos.s3.us-east-1.amazonaws.com"`, "endpoint", "Remove the bucket's name from the host"},
		"an endpoint without a scheme":       {`"endpoint": "minio:9000"`, "endpoint", "does not begin with http:// or https://"},
		"an empty endpoint":                  {`"endpoint": ""`, "endpoint", "it is empty"},
		"an endpoint with a password":        {`"endpoint": "https://u:S3cr3t@minio:9000"`, "endpoint", "it has a user name"},
		"a CDN without a scheme":             {`"cdn_base_url": "d111111abcdef8.cloudfront.net"`, "cdn_base_url", "does not begin with http:// or https://"},
		"a CDN with a query":                 {`"cdn_base_url": "https://d1.cloudfront.net?x=1"`, "cdn_base_url", "it has a query or a fragment"},
		"an empty region":                    {`"region": ""`, "region", "it is empty"},
		"a region with a space":              {`"region": "us-east-1 "`, "region", "begins or ends with a space"},
		"a bucket that no server would have": {`"bucket": "a b"`, "bucket", "cannot be used"},
	} {
		t.Run(name, func(t *testing.T) {
			config := `{"bucket": "fovea-videos", ` + tt.arguments + `}`
			if strings.Contains(tt.arguments, `"bucket"`) {
				config = "{" + tt.arguments + "}"
			}
			answer, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: "fovea_backend_environment", Config: &tfprotov6.DynamicValue{JSON: []byte(config)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Diagnostics) != 1 {
				t.Fatalf("got %d messages, want 1: %v", len(answer.Diagnostics), answer.Diagnostics)
			}
			d := answer.Diagnostics[0]
			at := ""
			if d.Attribute != nil {
				at = strings.TrimSuffix(strings.TrimPrefix(d.Attribute.String(), `AttributeName("`), `")`)
			}
			if text := d.Summary + " " + d.Detail; at != tt.at || !strings.Contains(text, tt.want) {
				t.Errorf("got %q on %q, want %q on %q", text, at, tt.want, tt.at)
			} else if strings.Contains(text, secret) {
				t.Errorf("got %q, want no secret in it", text)
			}
		})
	}
}
