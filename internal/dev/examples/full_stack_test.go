package examples

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// cloud is AWS as the examples with hashicorp/aws see it. S3, IAM and STS of both
// providers are at fakeaws, CloudFront is at its stand-in, everything else at moto.
type cloud struct {
	*acctest.Env
	cloudFront *cloudFront
	moto       string
}

// startCloud skips the test where hashicorp/aws or moto is missing.
func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Env: fake(t, "two providers share it"), cloudFront: startCloudFront(t), moto: acctest.StartMoto(t)}
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	if !s.HasAWS {
		t.Skip("hashicorp/aws is in no mirror on this machine: FOVEA_AWS_MIRROR names one")
	}
	return c
}

// endpoints has the endpoint of each service that the examples use.
func (c *cloud) endpoints() map[string]string {
	at := map[string]string{"cloudfront": c.cloudFront.URL}
	for _, service := range []string{"s3", "iam", "sts"} {
		at[service] = c.Endpoint
	}
	for _, service := range []string{"ec2", "ssm", "lambda", "cloudwatch", "logs"} {
		at[service] = c.moto
	}
	return at
}

// override points the provider blocks of a configuration to the cloud: that of fovea,
// and those of hashicorp/aws with these aliases, "" for the one without. A region
// is for a configuration that has no block.
func (c *cloud) override(region string, aliases ...string) string {
	settings := credentialsOf(c.Env)
	if region != "" {
		settings += fmt.Sprintf("  region = %q\n", region)
	}
	text := strings.Replace(toServer(c.Env), credentialsOf(c.Env), settings, 1)
	for _, alias := range aliases {
		text += "provider \"aws\" {\n" + settings
		if alias != "" {
			text += fmt.Sprintf("  alias = %q\n", alias)
		}
		text += "  s3_use_path_style = true\n  endpoints {\n"
		endpoints := c.endpoints()
		for _, service := range slices.Sorted(maps.Keys(endpoints)) {
			text += fmt.Sprintf("    %s = %q\n", service, endpoints[service])
		}
		text += "  }\n}\n"
	}
	return text
}

// introduceToMoto makes a role and an instance profile at moto, whose Lambda and EC2
// look for them in its own IAM. The ARNs are the same: so is the account.
func (c *cloud) introduceToMoto(t *testing.T, role, profile string) {
	t.Helper()
	client := iam.New(iam.Options{Region: c.Region, BaseEndpoint: &c.moto, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	if role != "" {
		if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if profile != "" {
		if _, err := client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &profile}); err != nil {
			t.Fatal(err)
		}
	}
}

// packLambda builds the archive as the README says.
func packLambda(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), python(t), "-m", "zipfile", "-c", "manifest_lambda.zip", "lambda/manifest_lambda.py")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// doNotWait leaves out hashicorp/aws's wait for a distribution, which sleeps for 30 s
// before it looks.
const doNotWait = `
resource "aws_cloudfront_distribution" "videos" {
  wait_for_deployment = false
}
`

func testFullStack(t *testing.T) {
	c := startCloud(t)
	c.introduceToMoto(t, "fovea-production-manifest", "fovea-production-ec2")
	f := copyExample(t, "full-stack", c.override("", "", "backup")+denyWithoutTLS("storage")+doNotWait, map[string]any{
		"force_destroy": true, "github_subjects": []string{"repo:yourcompany/videos:ref:refs/heads/main"},
	})
	packLambda(t, filepath.Join(f.dir, "..", "manifest-lambda"))
	f.apply(t)
	f.planIsEmpty(t)
	theyAreJoined(t, f)
	f.destroy(t)
	nothingLeft(t, c.Env)
	nobodyLeft(t, c.Env)
	if left := c.cloudFront.left(); len(left) > 0 {
		t.Errorf("got %v left behind at CloudFront, want nothing", left)
	}
}

func testManifestLambda(t *testing.T) {
	c := startCloud(t)
	c.introduceToMoto(t, "fovea-manifest", "")
	_ = c
}

func theyAreJoined(t *testing.T, f *folder) {
	t.Helper()
	state := f.run(t, "show", "-json")
	var answer struct{}
	if err := json.Unmarshal([]byte(state), &answer); err != nil {
		t.Fatal(err)
	}
}
