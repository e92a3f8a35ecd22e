package examples

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// firstReadme pastes the configuration of the repository's README.
func firstReadme() pageCommands {
	return pageCommands{
		stories: []story{{"with AWS", []string{"terraform init"}, func(t *testing.T, r *reader) {
			e := fake(t, "the bucket is looked at")
			r.startsAt(t, e)
			r.pastes(t, "terraform {\n", "main.tf")
			if out := r.runs(t, "terraform init"); !strings.Contains(out, "Apply complete! Resources: 5 added") {
				t.Errorf("got no apply of 5 resources:\n%s", out)
			}
			if secret := r.types(t, "terraform output -raw secret_access_key"); len(secret) < 20 {
				t.Errorf("got the secret %q, want that of an access key", secret)
			}
		}}},
		notRun: map[string]string{"make demo": ".ci/run runs both, and this test is part of make test"},
	}
}

// productionReadme applies examples/production with names of the reader's own.
func productionReadme() pageCommands {
	return pageCommands{stories: []story{{"with names of your own", []string{"terraform init"}, func(t *testing.T, r *reader) {
		e := fake(t, "moto has neither metrics nor Intelligent-Tiering configurations")
		r.startsAt(t, e)
		r.copies(t, "modules", "examples/production")
		r.dir = filepath.Join(r.dir, "examples", "production")
		r.writes(t, "test_override.tf", denyWithoutTLS("storage"))
		if out := r.runs(t, "terraform init"); !strings.Contains(out, "Apply complete! Resources: 19 added") {
			t.Errorf("got no apply of the 19 resources of the page:\n%s", out)
		}
		for _, bucket := range []string{"yourcompany-fovea-videos", "yourcompany-fovea-logs", "yourcompany-fovea-backup"} {
			if _, err := e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket}, func(o *s3.Options) {
				if strings.HasSuffix(bucket, "-backup") {
					o.Region = "us-west-2"
				}
			}); err != nil {
				t.Errorf("the bucket %s: %v", bucket, err)
			}
		}
	}}}}
}

// s3CompatibleReadme applies examples/s3-compatible. The key and the URL on the page
// are placeholders, and mc is a stand-in that looks at what it is given.
func s3CompatibleReadme() pageCommands {
	return pageCommands{stories: []story{{
		"with a user of the server", []string{"export AWS_ACCESS_KEY_ID=", "terraform output -raw reader_policy"},
		func(t *testing.T, r *reader) {
			e := fake(t, "it plays another server")
			r.startsAt(t, e)
			r.copies(t, "examples/s3-compatible")
			r.dir = filepath.Join(r.dir, "examples", "s3-compatible")
			name := "fovea"
			user, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
			if err != nil {
				t.Fatal(err)
			}
			id, secret := e.Keys()
			r.runsWith(t, "export AWS_ACCESS_KEY_ID=",
				"AWS_ACCESS_KEY_ID=... ", "AWS_ACCESS_KEY_ID="+id+" ", "AWS_SECRET_ACCESS_KEY=...", "AWS_SECRET_ACCESS_KEY="+secret,
				"https://s3.yourcompany.com", e.Endpoint, "reader=fovea", "reader="+*user.User.Arn)

			r.programs(t, map[string]string{"mc": `echo "mc $*"; if [ "$3" = create ]; then cat "$6"; fi`})
			want := "mc admin policy create myminio fovea fovea.json\n"
			if out := r.runs(t, "terraform output -raw reader_policy"); !strings.HasPrefix(out, want) || !strings.Contains(out, `"s3:ListBucket"`) {
				t.Errorf("got %q, want mc to get a policy that lets FOVEA list", out)
			}
		},
	}}}
}

// moduleReadme calls the module by its path and by its address in Git, and stops to
// manage the backup.
func moduleReadme() pageCommands {
	return pageCommands{stories: []story{{
		"from the call to the backup", []string{"terraform state rm", "terraform output -raw backup_dotenv"},
		func(t *testing.T, r *reader) {
			e := fake(t, "the buckets are looked at")
			r.startsAt(t, e)
			r.needs(t, "git")
			r.clonesFromHere(t)
			r.types(t, "git clone -q https://github.com/parafovea/terraform-provider-fovea.git && mkdir fovea")
			clone := filepath.Join(r.dir, "terraform-provider-fovea")
			r.dir = filepath.Join(r.dir, "fovea")

			// By the path, as long as there is no release.
			call := r.block(t, "module \"storage\" {").text
			source := regexp.MustCompile(`(?m)^  source = .*$`)
			path := regexp.MustCompile("`(source = \"\\.\\./[^`]*)`").FindStringSubmatch(r.text)
			if path == nil || !source.MatchString(call) {
				t.Fatal("the page does not say how to call the module by its path")
			}
			local := source.ReplaceAllString(call, "  "+path[1])
			backup := strings.Replace(local, "  manifest    = {}", "  manifest    = {}\n  backup      = { region = \"us-west-2\" }", 1)
			r.writes(t, "main.tf", backup)
			r.writes(t, "test_override.tf", denyWithoutTLS("storage"))
			r.pastes(t, "output \"backup_dotenv\" {", "backup.tf")
			r.types(t, "terraform init\nterraform apply\n")
			r.runs(t, "terraform output -raw backup_dotenv")
			if env := readText(t, filepath.Join(r.dir, ".env")); !strings.Contains(env, "S3_BUCKET=yourcompany-fovea-backup\n") {
				t.Errorf("got the environment %s, want that of the backup", env)
			}

			r.runs(t, "terraform state rm")
			r.writes(t, "main.tf", local)
			r.types(t, "terraform apply")
			kept := "yourcompany-fovea-backup"
			if _, err := e.S3.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &kept}, func(o *s3.Options) { o.Region = "us-west-2" }); err != nil {
				t.Errorf("the backup is no longer managed, but not as it was: %v", err)
			}

			// By the address in Git, once there is a tag.
			r.types(t, "git -C "+clone+" tag -f v0.1.0")
			r.redirectsGit(clone)
			r.writes(t, "main.tf", call)
			r.types(t, "terraform init\nterraform plan -detailed-exitcode")
		},
	}}}
}

// migrationGuide saves a state before a move and goes back to it. What moves, and
// that nothing is re-created on the way back, is shown by TestMigration.
func migrationGuide() pageCommands {
	return pageCommands{stories: []story{{
		"there and back", []string{"umask 077", "# with the old configuration in place"},
		func(t *testing.T, r *reader) {
			e := fake(t, "no request may change anything on the way back")
			r.startsAt(t, e)
			const before = "resource \"fovea_access_user\" \"before\" {\n  name   = \"fovea\"\n  bucket = \"fovea-videos\"\n}\n"
			r.writes(t, "providers.tf", "terraform {\n  required_providers {\n    fovea = { source = \"parafovea/fovea\" }\n  }\n}\n")
			r.writes(t, "main.tf", before)
			r.types(t, "terraform init\nterraform apply")
			r.runs(t, "umask 077")
			if info, err := os.Stat(filepath.Join(r.dir, "before-the-move.tfstate")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("got the saved state %v, %v, want it readable by its owner alone", info, err)
			}
			r.writes(t, "main.tf", strings.Replace(before, `"before"`, `"after"`, 1)+"\nmoved {\n  from = fovea_access_user.before\n  to   = fovea_access_user.after\n}\n")
			r.types(t, "terraform apply")

			r.writes(t, "main.tf", before)
			if out := r.runs(t, "# with the old configuration in place"); !strings.Contains(out, "No changes.") {
				t.Errorf("got a plan with changes on the way back:\n%s", out)
			}
		},
	}}}
}

// copies copies folders of the repository, to where they are in it.
func (r *reader) copies(t *testing.T, folders ...string) {
	t.Helper()
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		folder = filepath.FromSlash(folder)
		if err := os.CopyFS(filepath.Join(r.dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
}
