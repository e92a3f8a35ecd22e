package examples

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// infra is the Terraform configuration of the repository whose workflows run.
const infra = `
terraform {
  required_providers {
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "fovea" {
  region = "us-east-1"
}

variable "oidc_provider_arn" {
  type = string
}

module "storage" {
  source = "../modules/video-storage"

  name_prefix   = "fovea-production"
  frontend_urls = ["https://fovea.example.com"]
  manifest      = {}

  deny_insecure_transport = false
  github_role = {
    oidc_provider_arn = var.oidc_provider_arn
    subjects          = ["repo:yourcompany/videos:ref:refs/heads/main"]
  }
}

output "github_role_arn" {
  value = module.storage.github_role_arn
}
`

// atServer points a provider block to the server, and takes the credentials from the
// environment.
func atServer(e *acctest.Env) string {
	return strings.Replace(toServer(e), credentialsOf(e), "", 1)
}

// bothAtServer overrides the provider blocks of hashicorp/aws and of this provider.
func bothAtServer(e *acctest.Env) string {
	own := toServer(e)
	return own + strings.Replace(strings.Replace(own, `provider "fovea"`, `provider "aws"`, 1), "  s3_use_path_style = true\n", "  s3_use_path_style = true\n  skip_metadata_api_check = true\n  skip_requesting_account_id = true\n", 1)
}

// job is a job of a pipeline: a folder, and the credentials for which it has exchanged its
// token.
type job struct {
	*folder
	environ []string
}

// newJob assumes a role with the token that GitHub gives a job with that subject.
func newJob(t *testing.T, e *acctest.Env, f *folder, role, subject string) job {
	t.Helper()
	session, err := assumeWithToken(t, e, role, subject)
	if err != nil {
		t.Fatal(err)
	}
	return job{f, slices.Concat(f.session.Command(t.Context(), f.dir).Env,
		environOf(e, *session.Credentials.AccessKeyId, *session.Credentials.SecretAccessKey, *session.Credentials.SessionToken), []string{"TERRAFORM=" + f.session.CLI.Path})}
}

func assumeWithToken(t *testing.T, e *acctest.Env, role, subject string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	t.Helper()
	claims, err := json.Marshal(map[string]any{
		"iss": "https://token.actions.githubusercontent.com", "sub": subject, "aud": "sts.amazonaws.com", "exp": time.Now().Add(time.Hour).Unix(),
	})
	if err != nil {
		t.Fatal(err)
	}
	client := sts.New(sts.Options{Region: e.Region, BaseEndpoint: &e.Endpoint, Credentials: aws.AnonymousCredentials{}})
	return client.AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &role, RoleSessionName: aws.String("job"), WebIdentityToken: aws.String("e30." + base64.RawURLEncoding.EncodeToString(claims) + ".c2ln"),
	})
}

// plan runs plan.py. It returns what the job printed, its summary, and its outputs.
func (j job) plan(t *testing.T, code int, args ...string) (printed, summary string, outputs map[string]string) {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{"--summary", filepath.Join(dir, "summary"), "--output", filepath.Join(dir, "outputs")}, args...)
	printed, got := script(t, j.dir, "plan.py", j.environ, args...)
	if got != code {
		t.Fatalf("exit code of plan.py: got %d, want %d:\n%s", got, code, printed)
	}
	text, err := os.ReadFile(filepath.Join(dir, "summary"))
	if err != nil {
		t.Fatal(err)
	}
	outputs = map[string]string{}
	lines, _ := os.ReadFile(filepath.Join(dir, "outputs")) // a plan that failed has none
	for line := range strings.Lines(string(lines)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	return printed, string(text), outputs
}

// says compares parts of a text.
func says(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("got %q, want it to contain %q", text, want)
		}
	}
}

// variablesOfReadme are the values that the README has the reader write.
func variablesOfReadme(t *testing.T, f *folder) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```terraform\n")
	block, _, found := strings.Cut(block, "```")
	if !found {
		t.Fatal("the README has no block of variables")
	}
	return block
}

// testPipelines creates the roles with both providers, and then does what the workflows
// do, each job with the credentials of its own role: apply, upload, plan of a pull
// request, and an apply that removes a video.
func testPipelines(t *testing.T) {
	programs(t, "python3", "git", "aws")
	e := fake(t, "other servers do not enforce identity policies and trust")
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	if !s.HasAWS {
		t.Skip("hashicorp/aws is in no mirror on this machine: FOVEA_AWS_MIRROR names one")
	}
	roles := copyExample(t, "pipelines", bothAtServer(e), nil)
	roles.write(t, "terraform.tfvars", variablesOfReadme(t, roles))
	roles.apply(t)
	roles.planIsEmpty(t)
	var planRole, applyRole, provider, uploadRole string
	roles.output(t, "plan_role_arn", &planRole)
	roles.output(t, "apply_role_arn", &applyRole)
	roles.output(t, "oidc_provider_arn", &provider)
	for _, role := range []string{planRole, applyRole} {
		if regexp.MustCompile(`role/fovea-production`).MatchString(role) {
			t.Errorf("the pipelines can change their own role %s", role)
		}
	}
	if printed, err := roles.session.Run(t.Context(), roles.dir, "plan", "-var=principals=*fovea-A*"); err == nil {
		t.Errorf("a plan with principals that match a role of the pipelines: got %s, want an error", printed)
	} else {
		says(t, err.Error(), "principals matches the role pipeline-fovea-apply")
	}
	if _, err := assumeWithToken(t, e, applyRole, "repo:yourcompany/videos:pull_request"); err == nil {
		t.Error("a pull request can assume the role that applies")
	}

	f := copyFolder(t, storageModule, atServer(e), map[string]any{})
	f.dir = filepath.Join(filepath.Dir(filepath.Dir(f.dir)), "infra")
	if err := os.Mkdir(f.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f.write(t, "main.tf", infra)
	f.write(t, "test_override.tf", atServer(e))
	f.write(t, "test.auto.tfvars.json", `{"oidc_provider_arn": "`+provider+`"}`)
	f.run(t, "init")

	reviewer := newJob(t, e, f, planRole, "repo:yourcompany/videos:pull_request")
	operator := newJob(t, e, f, applyRole, "repo:yourcompany/videos:environment:production")

	// The plan role plans everything, and can write nothing.
	printed, summary, outputs := reviewer.plan(t, 1, "--apply", "--", "-lock=false")
	says(t, summary, "### Terraform plan: 4 to create", "module.storage.fovea_manifest.videos[0]: the changes are known after the apply", "  + module.storage.fovea_access_role.uploads[0]")
	if outputs["changes"] != "true" || outputs["review"] != "false" || outputs["digest"] != "none" {
		t.Errorf("outputs of a plan that only creates: got %v", outputs)
	}
	says(t, printed, "AccessDenied", "assumed-role/pipeline-fovea-plan/job", "s3:CreateBucket")
	operator.plan(t, 0, "--apply", "--approved", outputs["digest"])

	// Videos are uploaded with the role of the module, and published by the next apply.
	f.output(t, "github_role_arn", &uploadRole)
	uploader := newJob(t, e, f, uploadRole, "repo:yourcompany/videos:ref:refs/heads/main")
	c := &checkout{t, e, t.TempDir(), videosBucket, uploader.environ}
	c.git("init", "-q")
	c.add(map[string]string{"intro.mp4": "1", "`@octocat` <b>|.mp4": "2"})
	c.upload(0, "2 uploaded")
	_, summary, outputs = operator.plan(t, 0, "--apply")
	says(t, summary, "### Terraform plan: 1 to update", "module.storage.fovea_manifest.videos[0]: 2 added, 0 removed, 0 changed", "<pre>", "  + intro.mp4\n", "  + `@octocat` &lt;b&gt;|.mp4\n")
	if outputs["review"] != "false" {
		t.Errorf("outputs of a plan that adds videos: got %v", outputs)
	}

	// A video that is gone is only taken from the list after a review.
	gone := "intro.mp4"
	if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(videosBucket), Key: &gone}); err != nil {
		t.Fatal(err)
	}
	_, summary, outputs = reviewer.plan(t, 0)
	says(t, summary, "[!CAUTION]", "**1 video disappears from the list.**", "0 added, 1 removed, 0 changed", "  - intro.mp4\n")
	if outputs["review"] != "true" || outputs["digest"] == "none" {
		t.Errorf("outputs of a plan that removes a video: got %v", outputs)
	}
	upload(t, e.S3, videosBucket, "later.mp4") // more videos need no other review
	removals := newJob(t, e, f, applyRole, "repo:yourcompany/videos:environment:production-review")
	removals.plan(t, 0, "--apply", "--approved", outputs["digest"])
	published, err := e.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(videosBucket), Key: aws.String("manifest.json")})
	if err != nil {
		t.Fatal(err)
	}
	list, err := io.ReadAll(published.Body)
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(list), "later.mp4", "@octocat")
	if strings.Contains(string(list), "intro.mp4") {
		t.Errorf("the published list is %s, want it without intro.mp4", list)
	}
}

// TestPipelineFiles compares what the workflows name with what there is: scripts, and
// variables that the README has the reader set.
func TestPipelineFiles(t *testing.T) {
	dir := filepath.Join(examplesDir(t), "pipelines")
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "git*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := filepath.Glob(filepath.Join(dir, "gitlab", ".*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if files = slices.Compact(slices.Sorted(slices.Values(append(files, hidden...)))); len(files) != 4 {
		t.Fatalf("got the workflows %q, want 4", files)
	}
	scripts, variables := regexp.MustCompile(`scripts/\w+\.py`), regexp.MustCompile(`(?:vars\.|\$)(AWS_(?:\w+_ROLE|REGION)|VIDEO_BUCKET|REVIEWERS_\w+)\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named := scripts.FindAllString(string(text), -1)
		if len(named) == 0 {
			t.Errorf("%s names no script", file)
		}
		for _, name := range named {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%s names %s: %v", file, name, err)
			}
		}
		for _, match := range variables.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(string(readme), "`"+match[1]+"`") {
				t.Errorf("%s reads the variable %s, which README.md does not name", file, match[1])
			}
		}
		// A run that is repeated later must not bring back old videos or an old configuration.
		checkouts, newest := strings.Count(string(text), "actions/checkout@"), strings.Count(string(text), "ref: ${{ github.ref_name }}")
		switch filepath.Base(file) {
		case "plan.yml": // plans the pull request
			checkouts = 0
		case ".gitlab-ci.yml":
			checkouts, newest = strings.Count(string(text), "\n  script:\n")-1, strings.Count(string(text), "!reference [.latest, script]")
		}
		if newest != checkouts {
			t.Errorf("jobs of %s that check out the newest commit: got %d, want %d", file, newest, checkouts)
		}
	}
}
