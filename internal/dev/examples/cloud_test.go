package examples

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// cloud is AWS as examples with hashicorp/aws see it: S3, IAM and STS of both providers
// are at fakeaws, CloudFront is at its stand-in, everything else at moto.
type cloud struct {
	*acctest.Env
	cloudFront *cloudFront
	moto       string
}

// startsAtCloud gives the reader a copy of an example, in an environment that leads both
// providers and the AWS CLI to the cloud. The test is skipped without hashicorp/aws or
// moto.
func (r *reader) startsAtCloud(t *testing.T, example string, others ...string) *cloud {
	t.Helper()
	c := &cloud{Env: fake(t, "two providers share it"), cloudFront: startCloudFront(t), moto: acctest.StartMoto(t)}
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	if !s.HasAWS {
		t.Skip("hashicorp/aws is in no mirror on this machine: FOVEA_AWS_MIRROR names one")
	}
	r.startsAt(t, c.Env)
	r.copies(t, append(others, example)...)
	r.dir = filepath.Join(r.dir, filepath.FromSlash(example))
	r.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", c.cloudFront.URL)
	for _, service := range []string{"EC2", "SSM", "LAMBDA", "CLOUDWATCH", "CLOUDWATCH_LOGS"} {
		r.setenv("AWS_ENDPOINT_URL_"+service, c.moto)
	}
	return c
}

// introduceToMoto makes a role and an instance profile at moto, whose Lambda and EC2
// look for them in its own IAM. Their ARNs are those at fakeaws: the account is the same.
func (c *cloud) introduceToMoto(t *testing.T, role, profile string) {
	t.Helper()
	client := iam.New(iam.Options{Region: c.Region, BaseEndpoint: &c.moto, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}); err != nil {
		t.Fatal(err)
	}
	if profile == "" {
		return
	}
	if _, err := client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &profile}); err != nil {
		t.Fatal(err)
	}
}

// invokeWithoutDocker lets moto answer calls of Lambdas without running them.
func (c *cloud) invokeWithoutDocker(t *testing.T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.moto+"/moto-api/config", strings.NewReader(`{"lambda": {"use_docker": false}}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("moto answers %s", resp.Status)
	}
}

// nothingLeft fails when something is left behind at fakeaws or CloudFront.
func (c *cloud) nothingLeft(t *testing.T) {
	t.Helper()
	nothingLeft(t, c.Env)
	nobodyLeft(t, c.Env)
	if left := c.cloudFront.left(); len(left) > 0 {
		t.Errorf("got %v left behind at CloudFront, want nothing", left)
	}
}

// stateValues are the attributes of resources, by their addresses.
type stateValues map[string]map[string]any

// state reads the state, which costs less than terraform show: no provider is started.
func (r *reader) state(t *testing.T) stateValues {
	t.Helper()
	var state struct {
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				Key        any `json:"index_key"`
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal([]byte(r.types(t, "terraform state pull")), &state); err != nil {
		t.Fatal(err)
	}
	values := stateValues{}
	for _, resource := range state.Resources {
		address := resource.Type + "." + resource.Name
		if resource.Module != "" {
			address = resource.Module + "." + address
		}
		for _, instance := range resource.Instances {
			switch key := instance.Key.(type) {
			case string:
				values[fmt.Sprintf("%s[%q]", address, key)] = instance.Attributes
			case float64:
				values[fmt.Sprintf("%s[%d]", address, int(key))] = instance.Attributes
			default:
				values[address] = instance.Attributes
			}
		}
	}
	return values
}

// at follows a path through the attributes of a resource, such as "origin.0.domain_name".
func (s stateValues) at(t *testing.T, address, path string) any {
	t.Helper()
	var value any = s[address]
	if s[address] == nil {
		t.Fatalf("the state has no %s", address)
	}
	for _, step := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				t.Fatalf("%s has no %s: %v", address, path, v)
			}
			value = v[i]
		default:
			t.Fatalf("%s has no %s", address, path)
		}
	}
	return value
}

// text is at for a string.
func (s stateValues) text(t *testing.T, address, path string) string {
	t.Helper()
	value, ok := s.at(t, address, path).(string)
	if !ok {
		t.Fatalf("%s of %s is no string", path, address)
	}
	return value
}
