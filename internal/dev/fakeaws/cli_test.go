package fakeaws_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// awsCLI is the real CLI, set up to speak to one server and to know nothing of
// the user's own configuration.
type awsCLI struct {
	t    *testing.T
	path string
	dir  string
	env  []string
}

func newAWSCLI(t *testing.T, s *fakeaws.Server, creds fakeaws.Credentials) awsCLI {
	t.Helper()
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("the AWS CLI is not on PATH: its calls are not tested")
	}
	dir := t.TempDir()
	cli := awsCLI{t: t, path: path, dir: dir}
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "AWS_") && !strings.Contains(strings.ToLower(entry), "_proxy=") {
			cli.env = append(cli.env, entry)
		}
	}
	absent := filepath.Join(dir, "absent")
	cli.env = append(cli.env,
		"AWS_ENDPOINT_URL="+s.URL(), "AWS_DEFAULT_REGION=us-east-1", "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1",
		"AWS_ACCESS_KEY_ID="+creds.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+creds.SecretAccessKey,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+absent, "AWS_SHARED_CREDENTIALS_FILE="+absent)
	return cli
}

// as is the same CLI with another user's key.
func (a awsCLI) as(creds fakeaws.Credentials) awsCLI {
	a.env = append(append([]string{}, a.env...), "AWS_ACCESS_KEY_ID="+creds.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+creds.SecretAccessKey)
	return a
}

func (a awsCLI) command(line string) (stdout, stderr string, err error) {
	a.t.Helper()
	var out, errs bytes.Buffer
	c := exec.CommandContext(a.t.Context(), a.path, strings.Fields(line)...)
	c.Dir, c.Env, c.Stdout, c.Stderr = a.dir, a.env, &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// run runs a command that has to succeed.
func (a awsCLI) run(line string) string {
	a.t.Helper()
	out, errs, err := a.command(line)
	if err != nil {
		a.t.Fatalf("aws %s: %v\n%s", line, err, errs)
	}
	return out
}

// refused runs a command that has to fail with an error code.
func (a awsCLI) refused(line, code string) {
	a.t.Helper()
	out, errs, err := a.command(line)
	if err == nil || !strings.Contains(errs, "("+code+")") {
		a.t.Fatalf("aws %s: %v, want %s\n%s%s", line, err, code, out, errs)
	}
}

func (a awsCLI) file(name, text string) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// TestCLI goes through what the deployment guide of FOVEA has an operator type.
func TestCLI(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	a := newAWSCLI(t, s, s.Root())

	a.run("s3api create-bucket --bucket videos")
	a.run("s3api put-bucket-versioning --bucket videos --versioning-configuration Status=Enabled")
	a.file("cors.json", `{"CORSRules":[{"AllowedOrigins":["https://app.example"],"AllowedMethods":["GET","HEAD"],"AllowedHeaders":["*"]}]}`)
	a.run("s3api put-bucket-cors --bucket videos --cors-configuration file://cors.json")
	a.file("lifecycle.json", `{"Rules":[{"ID":"a","Status":"Enabled","Filter":{},"Transitions":[{"Days":90,"StorageClass":"STANDARD_IA"}]}]}`)
	a.run("s3api put-bucket-lifecycle-configuration --bucket videos --lifecycle-configuration file://lifecycle.json")
	if out := a.run("s3api get-bucket-lifecycle-configuration --bucket videos"); !strings.Contains(out, "STANDARD_IA") {
		t.Errorf("lifecycle: %s", out)
	}
	a.run("s3api put-bucket-metrics-configuration --bucket videos --id EntireBucket --metrics-configuration Id=EntireBucket")
	a.refused("s3api get-bucket-policy --bucket videos", "NoSuchBucketPolicy")
	a.refused("s3api put-bucket-logging --bucket videos --bucket-logging-status LoggingEnabled={TargetBucket=none,TargetPrefix=x}", "InvalidTargetBucketForLogging")
	a.refused("s3api get-bucket-analytics-configuration --bucket videos --id x", "NotImplemented")

	a.file("a.mp4", strings.Repeat("video", 1000))
	a.run("s3 cp a.mp4 s3://videos/a.mp4 --only-show-errors")
	if out := a.run("s3 ls s3://videos/"); !strings.Contains(out, "5000 a.mp4") {
		t.Errorf("listing: %s", out)
	}

	a.run("iam create-user --user-name reader")
	a.file("policy.json", fakeawstest.ReadPolicy(t))
	a.run("iam put-user-policy --user-name reader --policy-name FOVEAVideoAccess --policy-document file://policy.json")
	var made struct {
		AccessKey struct{ AccessKeyId, SecretAccessKey string } //nolint:revive // AWS's name
	}
	if err := json.Unmarshal([]byte(a.run("iam create-access-key --user-name reader")), &made); err != nil {
		t.Fatal(err)
	}
	reader := a.as(fakeaws.Credentials{AccessKeyID: made.AccessKey.AccessKeyId, SecretAccessKey: made.AccessKey.SecretAccessKey})
	if out := reader.run("sts get-caller-identity"); !strings.Contains(out, "user/reader") {
		t.Errorf("identity: %s", out)
	}
	reader.run("s3 cp s3://videos/a.mp4 copy.mp4 --only-show-errors")
	if got, err := os.ReadFile(filepath.Join(a.dir, "copy.mp4")); err != nil || len(got) != 5000 {
		t.Errorf("downloaded %d bytes, %v", len(got), err)
	}
	reader.refused("s3api put-object --bucket videos --key b.mp4 --body a.mp4", "AccessDenied")
	reader.refused("s3api delete-object --bucket videos --key a.mp4", "AccessDenied")
	a.refused("s3api delete-bucket --bucket videos", "BucketNotEmpty")
}
