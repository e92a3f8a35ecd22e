package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// stack is examples/migration in a folder of its own, with names that nothing else
// has, applied by the real CLI with both providers.
type stack struct {
	*acctest.Env
	t       *testing.T
	session *tfcli.Session
	dir     string
	name    string // in place of fovea-production
}

func newStack(t *testing.T) *stack {
	t.Helper()
	e := acctest.Start(t)
	if e.Endpoint == "" {
		t.Skip("it would leave a stack with hashicorp/aws and its costs behind in AWS")
	}
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	session, err := tfcli.NewSession(t.Context(), cli, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !session.HasAWS {
		t.Skip("hashicorp/aws is in none of the usual mirrors; FOVEA_AWS_MIRROR names one")
	}
	for name, value := range e.Environ() {
		session.Setenv(name, value)
	}
	return &stack{e, t, session, t.TempDir(), acctest.Name(t)}
}

func (s *stack) run(args ...string) string {
	s.t.Helper()
	out, err := s.session.Run(s.t.Context(), s.dir, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// write replaces the configuration by that of an example, but for the files that
// are left out.
func (s *stack) write(example string, without ...string) {
	s.t.Helper()
	old, err := filepath.Glob(filepath.Join(s.dir, "*.tf"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			s.t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "migration", example, "*.tf"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("the example %s has %d files, %v", example, len(files), err)
	}
	blocks := ""
	for _, file := range files {
		if slices.Contains(without, filepath.Base(file)) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		s.put(filepath.Base(file), strings.ReplaceAll(string(text), "fovea-production", s.name))
		blocks += pathStyle(string(text))
	}
	s.put("servers_override.tf", blocks)
	s.run("init")
}

func (s *stack) put(file, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, file), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// pathStyle gives, for each provider block in a file, what has to be added to it
// for a server without a domain.
func pathStyle(text string) string {
	added := ""
	for _, block := range strings.Split(text, "\nprovider ")[1:] {
		head, body, _ := strings.Cut(block, "\n")
		added += "provider " + head + "\n"
		for line := range strings.Lines(body) {
			if strings.HasPrefix(strings.TrimSpace(line), "alias") {
				added += line
			}
		}
		added += "  s3_use_path_style = true\n}\n"
	}
	return added
}

// upload puts a video so many times. moto takes the statement that denies requests
// without TLS for one that denies all: it is lifted meanwhile.
func (s *stack) upload(key string, times int) {
	s.t.Helper()
	bucket := s.name + "-videos"
	if s.Fake == nil {
		policy, err := s.S3.GetBucketPolicy(s.t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := s.S3.DeleteBucketPolicy(s.t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &bucket}); err != nil {
			s.t.Fatal(err)
		}
		defer func() {
			if _, err := s.S3.PutBucketPolicy(s.t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: policy.Policy}); err != nil {
				s.t.Fatal(err)
			}
		}()
	}
	for range times {
		putObject(s.t, s.Env, bucket, key, "")
	}
}

// plan makes a plan and reads it.
func (s *stack) plan() *tfjson.Plan {
	s.t.Helper()
	s.run("plan", "-out=planned")
	var plan tfjson.Plan
	if err := plan.UnmarshalJSON([]byte(s.run("show", "-json", "planned"))); err != nil {
		s.t.Fatal(err)
	}
	return &plan
}

// empty expects a plan without changes.
func (s *stack) empty(when string) {
	s.t.Helper()
	for _, r := range s.plan().ResourceChanges {
		if !r.Change.Actions.NoOp() && r.Mode == tfjson.ManagedResourceMode {
			s.t.Errorf("%s the plan has %s of %s: %v -> %v", when, r.Change.Actions, r.Address, r.Change.Before, r.Change.After)
		}
	}
}

// output gives the outputs, by name.
func (s *stack) output() map[string]string {
	s.t.Helper()
	var outputs map[string]struct{ Value string }
	if err := json.Unmarshal([]byte(s.run("output", "-json")), &outputs); err != nil {
		s.t.Fatal(err)
	}
	values := map[string]string{}
	for name, o := range outputs {
		values[name] = o.Value
	}
	return values
}

// made identifies everything whose loss would show: what is made anew has another
// of these.
func (s *stack) made() map[string]string {
	s.t.Helper()
	found := map[string]string{}
	buckets, err := s.S3.ListBuckets(s.t.Context(), &s3.ListBucketsInput{Prefix: aws.String(s.name)})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, b := range buckets.Buckets {
		if strings.HasPrefix(*b.Name, s.name) {
			found["bucket "+*b.Name] = b.CreationDate.String()
		}
	}
	versions, err := s.S3.ListObjectVersions(s.t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(s.name + "-videos")})
	if err != nil {
		s.t.Fatal(err)
	}
	for i, v := range versions.Versions {
		found[fmt.Sprintf("version %d of %s", i, *v.Key)] = *v.VersionId + " " + *v.ETag + " " + v.LastModified.String()
	}
	maps.Copy(found, s.madeInIAM())
	return found
}

func (s *stack) madeInIAM() map[string]string {
	s.t.Helper()
	found := map[string]string{"keys": strings.Join(idsOfKeys(s.t, s.Env, s.name), " ")}
	user, err := s.IAM.GetUser(s.t.Context(), &iam.GetUserInput{UserName: &s.name})
	if err != nil {
		s.t.Fatal(err)
	}
	found["user"] = *user.User.UserId
	for _, role := range []string{s.name + "-replication", s.name + "-backend"} {
		out, err := s.IAM.GetRole(s.t.Context(), &iam.GetRoleInput{RoleName: &role})
		if err != nil {
			s.t.Fatal(err)
		}
		policies, err := s.IAM.ListRolePolicies(s.t.Context(), &iam.ListRolePoliciesInput{RoleName: &role})
		if err != nil {
			s.t.Fatal(err)
		}
		found["role "+role] = *out.Role.RoleId + " " + strings.Join(policies.PolicyNames, " ")
	}
	profile, err := s.IAM.GetInstanceProfile(s.t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: aws.String(s.name + "-instances")})
	if err != nil {
		s.t.Fatal(err)
	}
	found["profile"] = *profile.InstanceProfile.InstanceProfileId + " of " + *profile.InstanceProfile.Roles[0].RoleName
	return found
}
