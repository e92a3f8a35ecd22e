package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/provider"
	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

const everyCheck = `"credentials", "region", "list", "get", "manifest", "cors", "presigned_url", "clock_skew", "public_access", "tls_only", "versioning", "encryption", "lifecycle", "replication", "archived_videos", "costs"`

// TestStorageCheckWrongRegion has a provider block for another region.
func TestStorageCheckWrongRegion(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers have one region")
	bucket := acctest.Name(t)
	if err := fakeawstest.CreateIn(t, e.S3, bucket, "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	there := *e
	there.Region = "eu-west-1"
	config := checkOf(bucket, `include = ["region", "list"]`)
	e.Run(t,
		found(e, config, finding{"region", "warn region-differs", []string{`region of the provider to "eu-west-1"`}}, finding{name: "list", want: "pass ok"}),
		found(&there, config, finding{name: "region", want: "pass ok"}),
	)
}

// text is a configuration.
type text string

func (t text) String() string { return string(t) }

// checkOf has the check of a bucket that Terraform did not make.
func checkOf(bucket, arguments string) text {
	return text(fmt.Sprintf("data \"fovea_storage_check\" \"this\" {\n  bucket = %q\n  %s\n}\n", bucket, arguments))
}

// TestStorageCheckClock has a server whose clock is two hours behind, until it is set.
func TestStorageCheckClock(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it moves the clock of the server")
	var behind atomic.Int64
	server := fakeawstest.Start(t, fakeaws.Options{Clock: func() time.Time { return time.Now().Add(-time.Duration(behind.Load())) }})
	bucket := acctest.Name(t)
	client := fakeawstest.Client(server, server.Root())
	if err := fakeawstest.CreateIn(t, client, bucket, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("a.mp4"), Body: strings.NewReader("0123456789")}); err != nil {
		t.Fatal(err)
	}
	skewed := e.As(server.Root().AccessKeyID, server.Root().SecretAccessKey)
	skewed.Fake, skewed.Endpoint = server, server.URL()
	config := checkOf(bucket, `include = ["clock_skew", "list", "presigned_url"]`)
	step := func(findings ...finding) resource.TestStep {
		s := found(skewed, config, findings...)
		s.Config = skewed.ConfigWith("  skip_credentials_validation = true\n  skip_requesting_account_id = true", "%s", config)
		return s
	}
	first := step(finding{"clock_skew", "fail clock-skewed", []string{"NTP"}}, finding{"presigned_url", "fail clock-skewed", []string{"NTP"}})
	first.PreConfig = func() { behind.Store(int64(2 * time.Hour)) }
	second := step(finding{name: "clock_skew", want: "pass ok"}, finding{name: "presigned_url", want: "pass ok"})
	second.PreConfig = func() { behind.Store(0) }
	e.Run(t, first, second)
}

// TestStorageCheckWithoutTLS reaches the server through a proxy that tells it that there
// was no TLS.
func TestStorageCheckWithoutTLS(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it looks at the header of a proxy")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	putVideo(t, e, bucket, "a.mp4", []byte("0123456789"), "")
	policy := strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[`+tlsStatement+`]}`, "BUCKET", bucket)
	if _, err := e.S3.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // which is signed
		r.Out.Header.Set("X-Forwarded-Proto", "http")
	}})
	t.Cleanup(proxy.Close)
	plain := *e
	plain.Endpoint = proxy.URL
	config := checkOf(bucket, `include = ["list", "get", "presigned_url", "tls_only"]`)
	e.Run(t,
		found(&plain, config, finding{"list", "fail tls-required", []string{"endpoints block", "https://", "deny_insecure_transport", "fovea_bucket_policy"}}, finding{name: "tls_only", want: "pass ok"}),
		found(e, config, finding{name: "list", want: "pass ok"}, finding{name: "get", want: "pass ok"}, finding{name: "presigned_url", want: "pass ok"}, finding{name: "tls_only", want: "pass ok"}),
	)
}

// TestStorageCheckDataSource runs on every server: what a server lacks is skipped.
func TestStorageCheckDataSource(t *testing.T) {
	l := newLibrary(t, "clips/a.mp4")
	config := text(l.block("this", "") + fmt.Sprintf("resource \"fovea_bucket_cors\" \"this\" {\n  bucket = %q\n  rules = [{ allowed_origins = [%q] }]\n}\n", l.bucket, theApp) +
		string(checkOf(l.bucket, fmt.Sprintf("origin = %q\n  include = [%s]\n  depends_on = [fovea_manifest.this, fovea_bucket_cors.this]", theApp, everyCheck))))
	step := found(l.Env, config, finding{name: "credentials", want: "pass ok"}, finding{name: "list", want: "pass ok"}, finding{name: "get", want: "pass ok"}, finding{name: "manifest", want: "pass ok"}, finding{name: "presigned_url", want: "pass ok"})
	step.ConfigStateChecks = append(step.ConfigStateChecks, stateOf(theStorageCheck)("healthy", knownvalue.Bool(true)))
	l.run(step)
}

// TestStorageCheckRequests counts what one plan sends.
func TestStorageCheckRequests(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it reads the log of requests")
	s := newStorage(t)
	s.include = everyCheck
	s.policy = "deny_insecure_transport = true"
	w := newWorkspace(t, e, s.String())
	w.apply()
	s.upload(t, e, "clips/a.mp4", "")
	w.apply()
	// The data source alone, with the key that was made.
	key := keyOf(t, w)
	alone := func(arguments string) *workspace {
		return newWorkspace(t, e, string(checkOf(s.bucket, fmt.Sprintf("origin = %q\n  include = [%s]\n%s", theApp, everyCheck, arguments))))
	}
	for name, tt := range map[string]struct {
		arguments      string
		most, mostKeys int
	}{
		"the provider's credentials": {"", 15, 0},
		"the app's key":              {fmt.Sprintf("access_key_id = %q\n  secret_access_key = %q", key.AccessKeyID, key.SecretAccessKey), 15, 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := alone(tt.arguments)
			e.Fake.Requests().Reset()
			output := w.mustRun("plan", "-no-color")
			own, app := 0, 0
			for _, entry := range e.Fake.Requests().Entries() {
				switch {
				case entry.Service == "sts":
				case strings.HasSuffix(entry.Principal, ":user/"+s.bucket):
					app++
				default:
					own++
				}
			}
			if own == 0 || own > tt.most || app != tt.mostKeys {
				t.Errorf("got %d requests and %d with the app's key, want at most %d and %d: %v", own, app, tt.most, tt.mostKeys, e.Fake.Requests().Counts())
			}
			for _, secret := range []string{key.SecretAccessKey, key.AccessKeyID, "X-Amz-Signature"} {
				if strings.Contains(output, secret) {
					t.Errorf("got %s in the output, want no secret in it:\n%s", secret, output)
				}
			}
		})
	}
}

// keyOf reads the access key from the state of a workspace.
func keyOf(t *testing.T, w *workspace) fakeaws.Credentials {
	t.Helper()
	var key fakeaws.Credentials
	for _, line := range strings.Split(w.mustRun("state", "pull"), "\n") {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		value = strings.Trim(value, `",`)
		switch {
		case name == `"access_key_id"` && strings.HasPrefix(value, "AKIA"):
			key.AccessKeyID = value
		case name == `"secret_access_key"` && value != "null":
			key.SecretAccessKey = value
		}
	}
	if key.AccessKeyID == "" || key.SecretAccessKey == "" {
		t.Fatal("the state has no access key")
	}
	return key
}

// TestStorageCheckReadOnly has the credentials of a plan.
func TestStorageCheckReadOnly(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it checks permissions")
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	putVideo(t, e, bucket, "a.mp4", []byte("0123456789"), "")
	reader := fakeawstest.NewUser(t, e.Fake, "planner", strings.ReplaceAll(fakeawstest.ReadPolicy(t), ":::videos", ":::"+bucket))
	skipped := func(name string) finding {
		return finding{name, "skipped not-permitted", []string{"s3:Get", "provider's credentials", "include"}}
	}
	planner := e.As(reader.AccessKeyID, reader.SecretAccessKey)
	e.Run(t, found(planner, checkOf(bucket, "include = ["+strings.ReplaceAll(everyCheck, `"manifest", `, "")+"]"),
		finding{name: "list", want: "pass ok"}, finding{name: "get", want: "pass ok"}, finding{name: "presigned_url", want: "pass ok"},
		finding{name: "cors", want: "skipped no-origin"}, skipped("public_access"), skipped("tls_only"), skipped("versioning"), skipped("encryption"), skipped("lifecycle"), skipped("replication"),
		finding{name: "archived_videos", want: "pass ok"}, finding{name: "costs", want: "pass ok"},
	))
}

// TestStorageCheckOfNothing never fails a plan.
func TestStorageCheckOfNothing(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it has buckets of another account, and faults")
	others := acctest.Name(t)
	if err := fakeawstest.CreateIn(t, fakeawstest.Client(e.Fake, e.Fake.AddAccount("210987654321")), others, ""); err != nil {
		t.Fatal(err)
	}
	e.Run(t,
		found(e, checkOf(others+"-not", ""), finding{"region", "fail bucket-missing", []string{"fovea_video_bucket", "bucket"}}, finding{name: "list", want: "skipped not-reached"}),
		found(e, checkOf(others, ""), finding{"list", "fail list-denied", []string{"s3:ListBucket", "another account"}}),
	)
	for _, fault := range []fakeaws.Fault{{Body: "<html></html>"}, {Status: http.StatusInternalServerError, Code: "InternalError"}} {
		fault.Bucket = others
		remove := e.Fake.Inject(fault)
		e.Run(t, resource.TestStep{Config: e.Config("%s", checkOf(others, "")), ConfigStateChecks: []statecheck.StateCheck{stateOf(theStorageCheck)("healthy", knownvalue.Bool(false))}})
		remove()
	}
}

// TestStorageCheckThroughAProxy sends what browsers send through the provider's proxy:
// nothing else leads to the endpoint.
func TestStorageCheckThroughAProxy(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	putVideo(t, e, bucket, "a.mp4", []byte("0123456789"), "")
	config := checkOf(bucket, fmt.Sprintf("origin = %q\n  include = [\"region\", \"list\", \"cors\", \"presigned_url\"]", theApp))
	e.Run(t, found(e.AtAWS(t), config, finding{name: "region", want: "pass ok"}, finding{name: "list", want: "pass ok"}, finding{name: "cors", want: "fail cors-missing"}, finding{name: "presigned_url", want: "pass ok"}))
}

// TestStorageCheckUnknown has arguments that are known after the apply.
func TestStorageCheckUnknown(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers have no IAM")
	s := newStorage(t)
	config := strings.Replace(s.String(), fmt.Sprintf("origin = %q", theApp), "origin = terraform_data.origin.output\n  include = terraform_data.include.output", 1) +
		fmt.Sprintf("resource \"terraform_data\" \"origin\" {\n  input = %q\n}\nresource \"terraform_data\" \"include\" {\n  input = toset([\"cors\", \"list\"])\n}\n", theApp)
	e.Run(t, resource.TestStep{Config: e.Config("%s", config), ConfigStateChecks: []statecheck.StateCheck{
		finding{name: "cors", want: "pass ok"}, finding{name: "list", want: "pass ok"},
		statecheck.ExpectKnownValue(theStorageCheck, tfjsonpath.New("checks"), knownvalue.ListSizeExact(2)),
		statecheck.ExpectSensitiveValue(theStorageCheck, tfjsonpath.New("access_key_id")),
		statecheck.ExpectSensitiveValue(theStorageCheck, tfjsonpath.New("secret_access_key")),
	}})
}

// TestStorageCheckDescription lists every check and every code.
func TestStorageCheckDescription(t *testing.T) {
	description := ""
	for _, make := range provider.New("test")().DataSources(t.Context()) {
		d := make()
		var name datasource.MetadataResponse
		d.Metadata(t.Context(), datasource.MetadataRequest{}, &name)
		if name.TypeName == "fovea_storage_check" {
			var resp datasource.SchemaResponse
			d.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
			description = resp.Schema.MarkdownDescription
		}
	}
	for _, name := range storagecheck.Names() {
		if !strings.Contains(description, "\n| `"+string(name)+"` |") {
			t.Errorf("got a description without the check %s, want a row for it", name)
		}
	}
	for _, code := range storagecheck.Codes() {
		if code != storagecheck.OK && !strings.Contains(description, "`"+string(code)+"`") {
			t.Errorf("got a description without the code %s, want it named", code)
		}
	}
}

// TestStorageCheckRefuses asks the provider as terraform validate does.
func TestStorageCheckRefuses(t *testing.T) {
	server, err := acctest.Factories()["fovea"]()
	if err != nil {
		t.Fatal(err)
	}
	const secret = "S3cr3t"
	for name, tt := range map[string]struct{ arguments, at, want string }{
		"a bucket that no server would have": {`"bucket": "a b"`, "bucket", "cannot be used"},
		"an origin with a path":              {`"origin": "https://fovea.example.com/app"`, "origin", "it has a path"},
		"an origin with a slash":             {`"origin": "https://fovea.example.com/"`, "origin", "it ends in a slash"},
		"any origin":                         {`"origin": "*"`, "origin", "it has a *, and browsers send none"},
		"an origin without a scheme":         {`"origin": "fovea.example.com"`, "origin", "it has no scheme"},
		"no check":                           {`"include": []`, "include", "at least 1"},
		"a check that does not exist":        {`"include": ["lists"]`, "include", "lists"},
		"an empty key":                       {`"key": ""`, "key", "it is empty"},
		"a key without a secret":             {`"access_key_id": "AKIAIOSFODNN7EXAMPLE"`, "access_key_id", `"secret_access_key" must be specified`},
		"a secret without a key":             {`"secret_access_key": "S3cr3t"`, "secret_access_key", `"access_key_id" must be specified`},
		"a secret with a line break":         {`"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "S3cr3t\n"`, "", "secret_access_key cannot be used: it has a line break"},
		"an empty access key":                {`"access_key_id": "", "secret_access_key": "S3cr3t"`, "", "access_key_id cannot be used: it is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			config := `{"bucket": "fovea-videos", ` + tt.arguments + `}`
			if strings.Contains(tt.arguments, `"bucket"`) {
				config = "{" + tt.arguments + "}"
			}
			answer, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: "fovea_storage_check", Config: &tfprotov6.DynamicValue{JSON: []byte(config)},
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
				at, _, _ = strings.Cut(strings.TrimPrefix(d.Attribute.String(), `AttributeName("`), `")`)
			}
			if said := d.Summary + " " + d.Detail; at != tt.at || !strings.Contains(said, tt.want) {
				t.Errorf("got %q on %q, want %q on %q", said, at, tt.want, tt.at)
			} else if strings.Contains(said, secret) {
				t.Errorf("got %q, want no secret in it", said)
			}
		})
	}
}

// TestStorageCheckExamples applies both, and breaks what the check block looks at.
func TestStorageCheckExamples(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the names of the examples are not its own")
	config := strings.Replace(readExample(t, "data-sources", "fovea_storage_check", "data-source.tf"), `bucket = "fovea-videos"`, "bucket = \"fovea-videos\"\n  force_destroy = true", 1)
	w := newWorkspace(t, e, config)
	w.saysNot(w.apply(), "Check block assertion failed")
	w.configure(strings.Replace(config, `allowed_origins = ["https://fovea.example.com"]`, `allowed_origins = ["https://other.example.com"]`, 1))
	w.says(w.apply(), "Check block assertion failed", "cors: No CORS rule of the bucket allows GET with the header Range from https://fovea.example.com.", `Add "https://fovea.example.com" to allowed_origins of a rule in the fovea_bucket_cors of fovea-videos`)
	settings := newWorkspace(t, e, readExample(t, "data-sources", "fovea_storage_check", "data-source_settings.tf"))
	settings.says(settings.apply(), "findings = {", `"replication" = "Add a fovea_bucket_replication`)
}
