package examples

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// upgradingGuide installs a newer build of the same version, with a state that another
// build has written.
func upgradingGuide() pageCommands {
	return pageCommands{stories: []story{{
		"another build", []string{"git -C terraform-provider-fovea pull", "rm .terraform.lock.hcl", "terraform init\nterraform plan", "(umask 077 && terraform state pull"}, followUpgrade,
	}}}
}

func followUpgrade(t *testing.T, r *reader) {
	e := fake(t, "what the page makes is looked at")
	r.startsAt(t, e)
	r.needs(t, "git", "make", "go")
	r.clonesFromHere(t)
	r.installsIntoHome(t)
	r.installsSessionBuild(t, "0.1.0")
	r.types(t, "git clone -q https://github.com/parafovea/terraform-provider-fovea.git && mkdir fovea")
	above, folder := r.dir, filepath.Join(r.dir, "fovea")

	r.dir = folder
	r.pastes(t, "terraform {\n  required_providers", "versions.tf")
	r.writes(t, "main.tf", `
resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"
}

resource "fovea_access_user" "fovea" {
  name   = "fovea-production"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_manifest" "videos" {
  bucket = fovea_video_bucket.videos.bucket
}
`)
	r.types(t, "terraform init\nterraform apply\n")
	r.runs(t, "(umask 077 && terraform state pull")
	if info, err := os.Stat(filepath.Join(folder, "before-the-upgrade.tfstate")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got the saved state %v, %v, want it readable by its owner alone", info, err)
	}

	r.dir = above
	r.runs(t, "git -C terraform-provider-fovea pull")
	r.dir = folder
	if out, err := r.shell(t, "terraform init -upgrade"); err == nil || !strings.Contains(out, "checksum") {
		t.Errorf("an init with the lock file ended with %v, want it refused for the checksum:\n%s", err, out)
	}
	r.writtenByAnotherBuild(t)
	r.runs(t, "rm .terraform.lock.hcl")
	if out := r.runs(t, "terraform init\nterraform plan"); !strings.Contains(out, "+ max_removed_percent = 50\n") || !strings.Contains(out, "Plan: 0 to add, 1 to change, 0 to destroy.") {
		t.Errorf("got another plan than one that writes the default of a new argument into the state:\n%s", out)
	}
}

// writtenByAnotherBuild edits the state as if an earlier or a later build had written
// it: without some attributes, and with one that this build does not know.
func (r *reader) writtenByAnotherBuild(t *testing.T) {
	t.Helper()
	file := filepath.Join(r.dir, "terraform.tfstate")
	state := readText(t, file)
	for _, attribute := range []string{
		`"additional_buckets": [],`, `"other_video_count": 0,`, `"max_removed_percent": 50,`, `"force_destroy": false,`,
	} {
		if !strings.Contains(state, attribute) {
			t.Fatalf("the state has no %s:\n%s", attribute, state)
		}
		state = strings.ReplaceAll(state, attribute, `"former_argument": "x",`)
	}
	if err := os.WriteFile(file, []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
}

// installsSessionBuild installs the build of the session where terraform init of the
// reader looks.
func (r *reader) installsSessionBuild(t *testing.T, version string) {
	t.Helper()
	host := "registry.terraform.io"
	platform := runtime.GOOS + "_" + runtime.GOARCH
	built, err := filepath.Glob(filepath.Join(sessionDir, "mirror", host, "parafovea", "fovea", "*", platform, "*"))
	if err != nil || len(built) != 1 {
		t.Fatalf("got the builds %v, %v, want one", built, err)
	}
	for _, host := range []string{host, "registry.opentofu.org"} {
		r.types(t, `dir="$HOME/.terraform.d/plugins/`+host+`/parafovea/fovea/`+version+`/`+platform+`" && mkdir -p "$dir" && cp '`+built[0]+`' "$dir/terraform-provider-fovea_v`+version+`"`)
	}
}
