package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// lostState follows the page from the accident to a new state.
func lostState() pageCommands {
	return pageCommands{stories: []story{{
		name: "a stack of the module",
		blocks: []string{
			`aws s3api list-object-versions --bucket "$STATE_BUCKET"`, "(umask 077 && aws s3api get-object", "[ ! -e terraform.tfstate ] ||",
			"terraform plan -out=lost.plan", "aws iam list-access-keys", "terraform plan\n", "terraform apply\n", "terraform state rm", "aws iam delete-access-key",
			"terraform plan -generate-config-out",
		},
		run: followLostState,
	}}}
}

func followLostState(t *testing.T, r *reader) {
	e := fake(t, "the page's names are those of AWS")
	r.startsAt(t, e)
	r.needs(t, "aws", "jq")
	user := "yourcompany-fovea-production"
	f := copyModuleExample(t, "complete",
		toServer(e)+strings.Replace(toServer(e), "{\n", "{\n  alias = \"staging\"\n", 1)+denyWithoutTLS("production")+denyWithoutTLS("staging"),
		map[string]any{"staging": false})
	f.write(t, "import-blocks.jq", readText(t, filepath.Join(examplesDir(t), "restore", "import-blocks.jq")))
	f.apply(t)
	r.dir = f.dir
	getsTheStateBack(t, e, r)

	loseTheState(t, f)
	writes := len(writesOf(e))
	if printed, err := f.session.Run(t.Context(), f.dir, "apply", "-auto-approve"); err == nil || !strings.Contains(err.Error(), "[bucket-exists]") || len(writesOf(e)) != writes {
		t.Errorf("an apply with an empty state sends %v, and ends with %v:\n%s", writesOf(e)[writes:], err, printed)
	}
	warned := strings.Join(strings.Fields(r.runs(t, "terraform plan -out=lost.plan")), " ")
	for _, want := range []string{"[bucket-exists]", "[principal-exists]", "[document-exists]", "write the whole address of this resource, such as module.storage.fovea_video_bucket.videos[0]"} {
		if !strings.Contains(warned, want) {
			t.Errorf("got no %q in the plan with an empty state:\n%s", want, warned)
		}
	}
	blocks := readText(t, filepath.Join(f.dir, "imports.tf"))
	if want := r.block(t, "import {\n  to = module.production.").text; strings.TrimSpace(blocks) != strings.TrimSpace(want) {
		t.Errorf("got the import blocks\n%s\nwant those of the page:\n%s", blocks, want)
	}
	oldKey, _, _ := strings.Cut(r.runs(t, "aws iam list-access-keys"), "\t")
	f.write(t, "imports.tf", strings.ReplaceAll(blocks, "ACCESS_KEY_ID", oldKey))
	printed := r.runs(t, "terraform plan\n")
	if want := "Plan: 25 to import, 0 to add, 2 to change, 0 to destroy."; !strings.Contains(printed, want) {
		t.Errorf("got the plan\n%s\nwant %q, as on the page", printed, want)
	}
	var changed []string
	for _, match := range regexp.MustCompile(`# (\S+) will be updated in-place`).FindAllStringSubmatch(printed, -1) {
		changed = append(changed, match[1])
	}
	if got, want := strings.Join(changed, " "), "module.production.fovea_access_key.fovea[0] module.production.fovea_manifest.videos[0]"; got != want {
		t.Errorf("got changes of %s, want changes of %s", got, want)
	}
	if printed := r.runs(t, "terraform apply\n"); !strings.Contains(printed, "25 imported, 0 added, 2 changed, 0 destroyed") {
		t.Errorf("got the apply\n%s\nwant 25 imported, 2 changed", printed)
	}
	for _, operation := range writesOf(e)[writes:] {
		// The manifest with its snapshot, and the status of the key, which stays the same.
		if operation != "PutObject" && operation != "CopyObject" && operation != "UpdateAccessKey" {
			t.Errorf("got a request of %s while the state is rebuilt, want none", operation)
		}
	}

	if dotenv := f.run(t, "output", "-raw", "dotenv"); strings.Contains(dotenv, "AKIA") {
		t.Errorf("got a key in dotenv after the import, want none, as the page says:\n%s", dotenv)
	}
	if printed := r.runs(t, "terraform state rm"); !strings.Contains(printed, "[access-keys-of-others]") {
		t.Errorf("got the apply\n%s\nwant the warning of the page", printed)
	}
	r.setenv("OLD_KEY", oldKey)
	r.runs(t, "aws iam delete-access-key")
	keys, err := e.IAM.ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	dotenv := f.run(t, "output", "-raw", "dotenv")
	if len(keys.AccessKeyMetadata) != 1 || !strings.Contains(dotenv, "AWS_ACCESS_KEY_ID="+*keys.AccessKeyMetadata[0].AccessKeyId+"\n") {
		t.Errorf("got %d keys and the environment\n%s\nwant the new key in it", len(keys.AccessKeyMetadata), dotenv)
	}
	writesConfiguration(t, e, r)
}

func loseTheState(t *testing.T, f *folder) {
	t.Helper()
	states, err := filepath.Glob(filepath.Join(f.dir, "terraform.tfstate*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range states {
		if err := os.Remove(state); err != nil {
			t.Fatal(err)
		}
	}
}

// getsTheStateBack loses the state that is in the folder, and gets it from a bucket and
// from Terraform's copy of it.
func getsTheStateBack(t *testing.T, e *acctest.Env, r *reader) {
	t.Helper()
	bucket, key := "yourcompany-states", "fovea.tfstate"
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.S3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	}); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(r.dir, "terraform.tfstate")
	for _, content := range []string{readText(t, state), "{}"} {
		if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
	hasResources := func() {
		t.Helper()
		if listed := r.types(t, "terraform state list"); strings.Count(listed, "module.production.fovea_") < 25 {
			t.Errorf("got the state\n%s\nwant all resources in it", listed)
		}
	}
	if err := os.Remove(state); err != nil {
		t.Fatal(err)
	}
	r.setenv("STATE_BUCKET", bucket)
	r.setenv("STATE_KEY", key)
	versions := strings.Split(strings.TrimSpace(r.runs(t, `aws s3api list-object-versions --bucket "$STATE_BUCKET"`)), "\n")
	if len(versions) != 2 {
		t.Fatalf("got the versions %q, want 2", versions)
	}
	r.setenv("VERSION", strings.Fields(versions[1])[0])
	r.runs(t, "(umask 077 && aws s3api get-object")
	hasResources()
	if _, err := os.Stat(filepath.Join(r.dir, "old.tfstate")); err == nil {
		t.Error("old.tfstate is still there, with its secrets")
	}
	if err := os.Rename(state, state+".backup"); err != nil {
		t.Fatal(err)
	}
	r.writes(t, "terraform.tfstate", "damaged")
	r.runs(t, "[ ! -e terraform.tfstate ] ||")
	hasResources()
	if kept := readText(t, state+".damaged"); kept != "damaged" {
		t.Errorf("got %q in terraform.tfstate.damaged, want the state that was there", kept)
	}
	if err := os.Remove(state + ".damaged"); err != nil {
		t.Fatal(err)
	}
}

// writesConfiguration lets Terraform write a configuration for what the page's second
// list of blocks imports.
func writesConfiguration(t *testing.T, e *acctest.Env, r *reader) {
	t.Helper()
	r.dir = t.TempDir()
	r.writes(t, "main.tf", fmt.Sprintf("terraform {\n  required_providers {\n    fovea = {\n      source = \"parafovea/fovea\"\n    }\n  }\n}\n\n%s", regional(e)))
	r.pastes(t, "import {\n  to = fovea_video_bucket.videos", "imports.tf")
	r.types(t, "terraform init")
	if printed := r.runs(t, "terraform plan -generate-config-out"); !strings.Contains(printed, "Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("got the plan\n%s\nwant 2 to import and no changes", printed)
	}
	if generated := readText(t, filepath.Join(r.dir, "generated.tf")); !strings.Contains(generated, `resource "fovea_bucket_cors" "videos"`) {
		t.Errorf("got the configuration\n%s\nwant the CORS rules in it", generated)
	}
	importsUnknownNames(t, r)
}

// importsUnknownNames writes blocks for a bucket whose name is generated: no plan knows
// it, so each block has a word to replace.
func importsUnknownNames(t *testing.T, r *reader) {
	t.Helper()
	r.writes(t, "import-blocks.jq", readText(t, filepath.Join(examplesDir(t), "restore", "import-blocks.jq")))
	r.writes(t, "generated_name.tf", `
resource "fovea_video_bucket" "generated" {
  bucket_prefix = "fovea-"
}

resource "fovea_bucket_metrics" "generated" {
  bucket = fovea_video_bucket.generated.bucket
}

resource "fovea_bucket_policy" "generated" {
  bucket                  = fovea_video_bucket.generated.bucket
  deny_insecure_transport = true
}

resource "fovea_manifest" "generated" {
  bucket = fovea_video_bucket.generated.bucket
}
`)
	r.runs(t, "terraform plan -out=lost.plan")
	blocks := readText(t, filepath.Join(r.dir, "imports.tf"))
	for address, want := range map[string]string{
		"fovea_video_bucket.generated": "BUCKET", "fovea_bucket_metrics.generated": "BUCKET/EntireBucket",
		"fovea_bucket_policy.generated": "BUCKET", "fovea_manifest.generated": "BUCKET/manifest.json",
	} {
		if !strings.Contains(blocks, fmt.Sprintf("  to = %s\n  id = %q\n", address, want)) {
			t.Errorf("got the import blocks\n%s\nwant %s with the ID %s", blocks, address, want)
		}
	}
}
