package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// readingStep is a change that is applied while somebody reads.
type readingStep struct {
	name   string
	config string // unless it is empty, the new configuration
	before []string
	args   []string
	want   []string // in the output
	denies bool     // reading is denied, for which one of the warnings in want stands
	fails  bool
}

// readThrough applies the steps while a reader lists and reads. Reading may be denied only
// in a step that is known to deny it and whose output has a warning of it.
func (w *workspace) readThrough(reading *pollingReader, renew func() *s3.Client, steps []readingStep) {
	w.t.Helper()
	for _, step := range steps {
		if step.config != "" {
			w.configure(step.config)
		}
		if len(step.before) > 0 {
			w.mustRun(step.before...)
		}
		if client := renew(); client != nil {
			reading.use(client)
		}
		if denied := reading.losses(w.t); denied != "" {
			w.t.Errorf("before %s: denied:\n%s", step.name, denied)
		}
		output, code := w.terraform(append([]string{"apply", "-auto-approve"}, step.args...)...)
		denied := reading.losses(w.t)
		if (code != 0) != step.fails {
			w.t.Fatalf("%s: got exit code %d:\n%s", step.name, code, output)
		}
		w.says(output, step.want...)
		if !step.denies && denied != "" {
			w.t.Errorf("%s: denied without a warning:\n%s", step.name, denied)
		}
	}
}

// TestNoRoleEndsReadingUnseen changes a role while somebody reads with a session of it.
func TestNoRoleEndsReadingUnseen(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers do not heed policies")
	bucket, user, name := acctest.Name(t), acctest.Name(t), acctest.Name(t)
	create(t, e, bucket)
	putObject(t, e, bucket, "clips/a.mp4", "")
	makeUser(t, e, user)
	id, secret := makeKey(t, e, user)
	role := func(label, name, arguments string) string {
		return fmt.Sprintf("resource \"fovea_access_role\" %q {\n  name   = %q\n  bucket = %q\n  trusted_principal_arns = [\"arn:aws:iam::123456789012:user/%s\"]\n%s\n}\n", label, name, bucket, user, arguments)
	}
	moved := "moved {\n  from = fovea_access_role.app\n  to = fovea_access_role.reader\n}\n"
	w := newWorkspace(t, e, role("app", name, ""))
	w.apply()
	path, current := "", name
	// A session ends with its role: each step starts with a new one, unless the role is
	// gone.
	renew := func() *s3.Client {
		out, err := stsClient(t, e, id, secret).AssumeRole(t.Context(), &sts.AssumeRoleInput{
			RoleArn: aws.String("arn:aws:iam::123456789012:role/" + path + current), RoleSessionName: aws.String("test"),
		})
		if err != nil {
			t.Fatal(err)
		}
		return s3.New(sessionOptions(e, out.Credentials))
	}
	reading := startReaderWith(t, renew(), bucket)
	lost := "can no longer list the bucket " + bucket + " [listing-lost]"

	w.readThrough(reading, renew, []readingStep{
		{name: "tags and a longer session", config: role("app", name, "tags = { team = \"vision\" }\nmax_session_duration = 7200")},
		{name: "an instance profile", config: role("app", name, `instance_profile_name = "`+name+`"`)},
		{name: "no instance profile", config: role("app", name, ""), want: []string{"is deleted [listing-lost]"}},
		{name: "another policy name", config: role("app", name, `policy_name = "fovea"`)},
		{name: "replaced", args: []string{"-replace=fovea_access_role.app"}, fails: true, want: []string{"[principal-in-place]"}},
		{name: "renamed block", config: role("reader", name, `policy_name = "fovea"`), fails: true, want: []string{"[principal-managed-twice]"}},
		{name: "moved block", config: role("reader", name, `policy_name = "fovea"`) + moved},
		{name: "tainted", before: []string{"taint", "fovea_access_role.reader"}, want: []string{"is marked as tainted [principal-tainted]"}, denies: true},
		{name: "another path", config: role("reader", name, "policy_name = \"fovea\"\npath = \"/fovea/\""), want: []string{lost}, denies: true},
	})
	path = "fovea/"
	w.readThrough(reading, renew, []readingStep{
		{name: "another name, created first", config: role("reader", name+"-2", "policy_name = \"fovea\"\npath = \"/fovea/\"\nlifecycle {\n  create_before_destroy = true\n}"), want: []string{lost}, denies: true},
	})
	current = name + "-2"
	w.readThrough(reading, renew, []readingStep{
		{name: "destroyed", args: []string{"-destroy"}, want: []string{lost}, denies: true},
	})
}

// TestNoKeyEndsReadingUnseen changes an access key while somebody reads with it.
func TestNoKeyEndsReadingUnseen(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers do not heed keys")
	bucket, user := acctest.Name(t), acctest.Name(t)
	create(t, e, bucket)
	putObject(t, e, bucket, "clips/a.mp4", "")
	key := func(label, release, arguments string) string {
		return fmt.Sprintf(`
resource "terraform_data" "release" {
  input = "%[4]s"
}
resource "fovea_access_user" "this" {
  name   = %[1]q
  bucket = %[2]q
}
resource "fovea_access_key" %[3]q {
  user = fovea_access_user.this.name
%[5]s
}
output "id" {
  value = fovea_access_key.%[3]s.access_key_id
}
output "secret" {
  value     = fovea_access_key.%[3]s.secret_access_key
  sensitive = true
}
`, user, bucket, label, release, arguments)
	}
	const triggered = "\nlifecycle {\n  replace_triggered_by = [terraform_data.release]\n}"
	const triggeredFirst = "\nlifecycle {\n  create_before_destroy = true\n  replace_triggered_by  = [terraform_data.release]\n}"
	w := newWorkspace(t, e, key("app", "1", `rotation_triggers = { release = "1" }`))
	w.apply()
	renew := func() *s3.Client {
		id := strings.TrimSpace(w.mustRun("output", "-raw", "id"))
		return e.S3As(t, id, strings.TrimSpace(w.mustRun("output", "-raw", "secret")))
	}
	reading := startReaderWith(t, renew(), bucket)
	const first = "\nlifecycle {\n  create_before_destroy = true\n}"
	moved := "moved {\n  from = fovea_access_key.app\n  to = fovea_access_key.reader\n}\n"

	w.readThrough(reading, renew, []readingStep{
		{name: "a rotation", config: key("app", "1", `rotation_triggers = { release = "2" }`), want: []string{"[access-key-replaced]"}, denies: true},
		{name: "a rotation that creates first", config: key("app", "1", `rotation_triggers = { release = "3" }`+first), want: []string{"[access-key-replaced]"}, denies: true},
		{name: "replaced, created first", args: []string{"-replace=fovea_access_key.app"}, want: []string{"[access-key-ends]"}, denies: true},
		{name: "tainted, created first", before: []string{"taint", "fovea_access_key.app"}, want: []string{"[access-key-ends]"}, denies: true},
		{name: "an order that changes nothing", config: key("app", "1", `rotation_triggers = { release = "3" }`)},
		{name: "replaced", args: []string{"-replace=fovea_access_key.app"}, want: []string{"[access-key-ends]"}, denies: true},
		{name: "tainted", before: []string{"taint", "fovea_access_key.app"}, want: []string{"[access-key-ends]"}, denies: true},
		{name: "moved block", config: key("reader", "1", `rotation_triggers = { release = "3" }`) + moved},
		{name: "renamed block", config: key("app", "1", `rotation_triggers = { release = "3" }`), want: []string{"[access-key-ends]"}, denies: true},
		{name: "a trigger that nothing fires", config: key("app", "1", `rotation_triggers = { release = "3" }`+triggered)},
		{name: "replace_triggered_by", config: key("app", "2", `rotation_triggers = { release = "3" }`+triggered), want: []string{"[access-key-ends]"}, denies: true},
		{name: "replace_triggered_by, created first", config: key("app", "3", `rotation_triggers = { release = "3" }`+triggeredFirst), want: []string{"[access-key-ends]"}, denies: true},
		{name: "renamed block, created first", config: key("reader", "3", `rotation_triggers = { release = "3" }`+triggeredFirst), want: []string{"[access-key-ends]"}, denies: true},
		{name: "inactive", config: key("reader", "3", "status = \"Inactive\"\nrotation_triggers = { release = \"3\" }"), want: []string{"[access-key-ends]"}, denies: true},
	})
	if ids := idsOfKeys(t, e, user); len(ids) != 1 {
		t.Errorf("access keys of the user: got %q, want one", ids)
	}
}
