package examples

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// TestSecurityPage keeps the table of who may do what in step with the policies.
func TestSecurityPage(t *testing.T) {
	guideIsWritten(t, "security.md.tmpl", []writtenPart{
		{"<!-- Written by: go test ./internal/dev/examples -run TestSecurityPage -update -->\n", "<!-- End of what is written. -->\n", capabilitiesTable(t)},
	})
}

const securityBucket = "arn:aws:s3:::" + guideBucket

// capabilities are what someone may want to do, as an action on a resource.
var capabilities = []struct{ name, action, resource string }{
	{"list the videos", "s3:ListBucket", securityBucket},
	{"watch a video", "s3:GetObject", securityBucket + "/intro.mp4"},
	{"upload or overwrite a video", "s3:PutObject", securityBucket + "/intro.mp4"},
	{"delete a video", "s3:DeleteObject", securityBucket + "/intro.mp4"},
	{"delete an old version for good", "s3:DeleteObjectVersion", securityBucket + "/intro.mp4"},
	{"publish the manifest", "s3:PutObject", securityBucket + "/manifest.json"},
	{"change the lifecycle rules", "s3:PutLifecycleConfiguration", securityBucket},
	{"change the bucket policy", "s3:PutBucketPolicy", securityBucket},
	{"turn off versioning", "s3:PutBucketVersioning", securityBucket},
	{"delete the empty bucket", "s3:DeleteBucket", securityBucket},
	{"change what FOVEA's user may do", "iam:PutUserPolicy", "arn:aws:iam::" + fakeAccount + ":user/fovea-production"},
	{"create an access key", "iam:CreateAccessKey", "arn:aws:iam::" + fakeAccount + ":user/fovea-production"},
}

// capabilitiesTable has a column for each profile.
func capabilitiesTable(t *testing.T) string {
	t.Helper()
	type column struct {
		title string
		doc   iampolicy.Document
	}
	var columns []column
	add := func(title string, doc iampolicy.Document, err error) {
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, column{title, doc})
	}
	for _, access := range iampolicy.Accesses() {
		doc, err := iampolicy.Grant{Bucket: guideBucket, Access: access, ManifestKey: "manifest.json"}.Policy()
		add(code(string(access)), doc, err)
	}
	grant := iampolicy.ProviderGrant{
		AccountID: fakeAccount, Buckets: []string{guideBucket}, ManifestKey: "manifest.json", Snapshots: "manifests/", Principals: []string{"fovea-production*"},
	}
	for _, access := range iampolicy.ProviderAccesses() {
		doc, err := grant.Policy(access)
		add(code(string(access)), doc, err)
	}
	grant.Empty = true
	doc, err := grant.Policy(iampolicy.Apply)
	add("`apply` with `force_destroy`", doc, err)

	var table strings.Builder
	table.WriteString("| may")
	for _, c := range columns {
		table.WriteString(" | " + c.title)
	}
	table.WriteString(" |\n|---" + strings.Repeat("|---", len(columns)) + "|\n")
	for _, capability := range capabilities {
		table.WriteString("| " + capability.name)
		for _, c := range columns {
			fmt.Fprintf(&table, " | %s", map[bool]string{true: "yes", false: "no"}[allows(c.doc, capability.action, capability.resource)])
		}
		table.WriteString(" |\n")
	}
	return table.String()
}

// allows reports whether a statement without a condition allows the action on the
// resource. A resource of these policies has at most one *, at its end.
func allows(doc iampolicy.Document, action, resource string) bool {
	return slices.ContainsFunc(doc.Statements, func(s iampolicy.Statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Actions, action) && slices.ContainsFunc(s.Resources, func(pattern string) bool {
			prefix, open := strings.CutSuffix(pattern, "*")
			return pattern == resource || open && strings.HasPrefix(resource, prefix)
		})
	})
}

// securityGuide moves a state with secrets into a backend, and looks for them where
// the page says that they are and are not.
func securityGuide() pageCommands {
	return pageCommands{stories: []story{{
		"where the secrets are", []string{"terraform init -migrate-state", "rm -f terraform.tfstate", "(umask 077 && terraform output -raw dotenv"}, findSecrets,
	}, {
		"a migration that is declined", []string{"terraform state push"}, declineMigration,
	}}}
}

func findSecrets(t *testing.T, r *reader) {
	e := fake(t, "the state is looked at in the backend")
	r.startsAt(t, e)
	bucket, key := "yourcompany-terraform-state", "fovea/terraform.tfstate"
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	upload(t, e.S3, bucket, "intro.mp4") // to make a link to
	r.writes(t, "main.tf", troubled+`
data "fovea_presigned_url" "intro" {
  bucket = "`+bucket+`"
  key    = "intro.mp4"
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}
`)
	r.setenv("TF_LOG", "TRACE")
	r.setenv("TF_LOG_PATH", filepath.Join(t.TempDir(), "trace.log"))
	log := func() string { return readText(t, r.env[len(r.env)-1][len("TF_LOG_PATH="):]) }
	r.types(t, "terraform init")
	printed := r.types(t, "terraform apply")
	r.pastes(t, "terraform {\n  backend", "backend.tf")
	moved := r.runs(t, "terraform init -migrate-state")
	if !strings.Contains(moved, "No changes.") {
		t.Errorf("got a plan with changes after the migration:\n%s", moved)
	}
	printed += moved + r.runs(t, "rm -f terraform.tfstate")
	if left, err := filepath.Glob(filepath.Join(r.dir, "terraform.tfstate*")); err != nil || len(left) > 0 {
		t.Errorf("got %v left behind, want no copy of the state", left)
	}
	printed += r.types(t, "terraform plan -out=saved")
	r.runs(t, "(umask 077 && terraform output -raw dotenv")

	secret := secretOf(t, readText(t, filepath.Join(r.dir, ".env")))
	state := storedState(t, e.S3, bucket, key)
	shown := r.types(t, "terraform show -json saved")
	_, provider := e.Keys()
	for name, tt := range map[string]struct {
		text, what string
		want       bool
	}{
		"the state has the secret":                {state, secret, true},
		"the state has the link":                  {state, "X-Amz-Signature=", true},
		"the state lacks the provider's secret":   {state, provider, false},
		"a saved plan has the secret":             {shown, secret, true},
		"the output lacks the secret":             {printed, secret, false},
		"the output lacks the link":               {printed, "X-Amz-Signature=", false},
		"the log lacks the secret":                {log(), secret, false},
		"the log lacks the provider's secret":     {log(), provider, false},
		"the log lacks the link":                  {log(), "X-Amz-Signature=" + linkOf(t, state), false},
		"the log has the names of what is listed": {log(), guideBucket, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Contains(tt.text, tt.what); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}

// declineMigration answers no to terraform init, which leaves the state in a backup only,
// and puts it into the backend.
func declineMigration(t *testing.T, r *reader) {
	e := fake(t, "the state is looked at in the backend")
	r.startsAt(t, e)
	bucket, key := "yourcompany-terraform-state", "fovea/terraform.tfstate"
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	r.writes(t, "main.tf", "resource \"terraform_data\" \"kept\" {}\n")
	r.types(t, "terraform init\nterraform apply")
	r.pastes(t, "terraform {\n  backend", "backend.tf")
	r.types(t, "echo no | terraform init -migrate-state")
	if out, err := r.shell(t, "terraform state list"); strings.Contains(out, "kept") {
		t.Fatalf("got the list %s, %v, want the state left out of the backend", out, err)
	}
	if got := readText(t, filepath.Join(r.dir, "terraform.tfstate")); got != "" {
		t.Errorf("got the local state %s, want the backup as the only copy", got)
	}
	r.runs(t, "terraform state push")
	if out := r.types(t, "terraform state list"); strings.TrimSpace(out) != "terraform_data.kept" {
		t.Errorf("got the list %s, want terraform_data.kept", out)
	}
	if !strings.Contains(storedState(t, e.S3, bucket, key), "terraform_data") {
		t.Error("got a stored state without terraform_data.kept")
	}
}

// secretOf reads the secret of FOVEA's key from an .env file.
func secretOf(t *testing.T, env string) string {
	t.Helper()
	for line := range strings.Lines(env) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "AWS_SECRET_ACCESS_KEY="); ok && len(value) > 20 {
			return strings.Trim(value, "'")
		}
	}
	t.Fatal("the environment has no secret")
	return ""
}

// linkOf gives the signature of the presigned URL in a state.
func linkOf(t *testing.T, state string) string {
	t.Helper()
	_, signature, found := strings.Cut(state, "X-Amz-Signature=")
	if len(signature) < 64 {
		t.Fatalf("got a link: %t, want one with a signature in the state", found)
	}
	return signature[:64]
}

func storedState(t *testing.T, c *s3.Client, bucket, key string) string {
	t.Helper()
	object, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer object.Body.Close()
	text, err := io.ReadAll(object.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
