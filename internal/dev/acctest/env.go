package acctest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/provider"
)

// Env is what an acceptance test works with. Clients in it act as an
// administrator, to look at and to disturb what the provider made.
type Env struct {
	Fake     *fakeaws.Server // nil with another server
	Endpoint string          // "" with AWS
	Region   string
	S3       *s3.Client
	IAM      *iam.Client

	accessKey, secretKey string
	withoutSTS           bool // nobody can be asked who the caller is
	atAWS                bool // the provider block names AWS's endpoints
}

// Start makes the test parallel and gives it a server. The test is skipped
// without TF_ACC, as is usual for acceptance tests.
func Start(t *testing.T) *Env {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		t.Skip("acceptance tests run with TF_ACC=1; make test sets it")
	}
	t.Parallel()
	skipGaps(t)
	e := &Env{Region: "us-east-1"}
	e.connect(t)
	e.connected(t)
	return e
}

// connected makes the clients.
func (e *Env) connected(t *testing.T) {
	t.Helper()
	cfg := e.config(t, e.accessKey, e.secretKey)
	e.S3, e.IAM = e.s3Client(cfg), iam.NewFromConfig(cfg)
}

// As gives the same server with another access key in the provider block.
func (e *Env) As(accessKeyID, secretAccessKey string) *Env {
	other := *e
	other.accessKey, other.secretKey = accessKeyID, secretAccessKey
	return &other
}

// AtAWS gives the same server under the names of AWS's endpoints, for what the
// provider does there alone. The provider block names these endpoints without TLS,
// and the server as the proxy that leads to them. It needs fakeaws, which takes the
// requests that a proxy gets. Clients in the Env go to the server itself.
func (e *Env) AtAWS(t *testing.T) *Env {
	t.Helper()
	e.FakeOnly(t, "requests to AWS's endpoints must not reach AWS")
	other := *e
	other.atAWS = true
	return &other
}

// endpoints are the arguments of the provider block that lead to the server.
func (e *Env) endpoints() string {
	if !e.atAWS {
		return fmt.Sprintf("endpoints {\n    s3  = %[1]q\n    iam = %[1]q\n    sts = %[1]q\n  }", e.Endpoint)
	}
	return fmt.Sprintf("http_proxy = %[1]q\n  endpoints {\n    s3  = \"http://s3.%[2]s.amazonaws.com\"\n    iam = \"http://iam.amazonaws.com\"\n    sts = \"http://sts.%[2]s.amazonaws.com\"\n  }",
		e.Endpoint, e.Region)
}

// Keys are those in the provider block.
func (e *Env) Keys() (accessKeyID, secretAccessKey string) { return e.accessKey, e.secretKey }

// FakeOnly skips the test on servers that cannot be disturbed on purpose, or
// that do not check what the test is about.
func (e *Env) FakeOnly(t *testing.T, why string) {
	t.Helper()
	if e.Fake == nil {
		t.Skipf("%s needs fakeaws: %s", ServerName(), why)
	}
}

// Run runs the steps with the provider in this process.
func (e *Env) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: Factories(), Steps: steps})
}

// Factories gives the provider in this process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"fovea": func() (tfprotov6.ProviderServer, error) {
			server, err := Unrecorded()["fovea"]()
			if err != nil {
				return nil, err
			}
			return record(server)
		},
	}
}

// Unrecorded is Factories for a test on Elsewhere too, which proves nothing about
// the server under test.
func Unrecorded() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"fovea": providerserver.NewProtocol6WithError(provider.New("test")()),
	}
}

// Config puts the provider block in front of a configuration.
func (e *Env) Config(format string, args ...any) string {
	return e.ConfigWith("", format, args...)
}

// ConfigWith is Config with further lines in the provider block.
func (e *Env) ConfigWith(settings, format string, args ...any) string {
	body := format
	if len(args) > 0 {
		body = fmt.Sprintf(format, args...)
	}
	return e.ProviderBlock(settings) + body
}

// ProviderBlock is the block that points the provider to the server.
func (e *Env) ProviderBlock(settings string) string {
	if e.Endpoint == "" {
		return fmt.Sprintf("provider \"fovea\" {\n  region = %q\n%s\n}\n", e.Region, settings)
	}
	if e.withoutSTS {
		settings = "  skip_credentials_validation = true\n  skip_requesting_account_id  = true\n" + settings
	}
	return fmt.Sprintf(`provider "fovea" {
  region                  = %[1]q
  access_key              = %[2]q
  secret_key              = %[3]q
  s3_use_path_style       = true
  skip_metadata_api_check = true
  %[4]s
%[5]s
}
`, e.Region, e.accessKey, e.secretKey, e.endpoints(), settings)
}

// S3As gives a client that signs with another key.
func (e *Env) S3As(t *testing.T, accessKeyID, secretAccessKey string) *s3.Client {
	t.Helper()
	return e.s3Client(e.config(t, accessKeyID, secretAccessKey))
}

func (e *Env) config(t *testing.T, accessKey, secretKey string) aws.Config {
	t.Helper()
	options := []func(*config.LoadOptions) error{config.WithRegion(e.Region), config.WithHTTPClient(&http.Client{})}
	if accessKey != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(accessKey, secretKey, "")))
	}
	if e.Endpoint != "" {
		options = append(options, config.WithBaseEndpoint(e.Endpoint))
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func (e *Env) s3Client(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = e.Endpoint != "" })
}

// Name makes a name that nothing else has, for buckets, users and roles.
func Name(t *testing.T) string {
	t.Helper()
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails
	test, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(t.Name(), "Test")), "/")
	test = strings.NewReplacer("_", "-").Replace(test)
	if len(test) > 40 {
		test = test[:40]
	}
	return "fovea-" + strings.Trim(test, "-") + "-" + hex.EncodeToString(random)
}
