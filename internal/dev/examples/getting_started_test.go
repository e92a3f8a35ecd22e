package examples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// gettingStarted follows the guide from an empty folder to the destroy.
func gettingStarted() pageCommands {
	return pageCommands{stories: []story{{
		name: "from an empty folder",
		blocks: []string{
			"git clone", "terraform init\nterraform apply\n", "aws s3 cp first.mp4", "terraform apply -var video_key=first.mp4",
			"(umask 077 && terraform output -raw dotenv", "terraform apply -var force_destroy=true",
		},
		run: followGettingStarted,
	}}}
}

func followGettingStarted(t *testing.T, r *reader) {
	e := fake(t, "what the page makes is looked at")
	r.startsAt(t, e)
	r.needs(t, "aws", "git", "make", "go")
	r.clonesFromHere(t)
	r.installsIntoHome(t)
	r.runs(t, "git clone")

	r.dir = t.TempDir()
	r.pastes(t, "terraform {\n  required_version", "main.tf")
	r.runs(t, "terraform init\nterraform apply\n")
	bucket := r.types(t, "terraform output -raw bucket")
	if !strings.HasPrefix(bucket, "fovea-videos-") {
		t.Errorf("got the bucket %s, want the prefix of the page", bucket)
	}

	r.writes(t, "first.mp4", "video")
	r.writes(t, "first.info.json", "{}")
	if plan := r.runs(t, "aws s3 cp first.mp4"); !strings.Contains(plan, "detected_changes") || !strings.Contains(plan, "first.mp4") {
		t.Errorf("got a plan that does not show the new video in detected_changes:\n%s", plan)
	}
	printed := r.runs(t, "terraform apply -var video_key=first.mp4")
	_, link, found := strings.Cut(printed, "http://127.0.0.1")
	if !found {
		t.Fatalf("got no link to the video:\n%s", printed)
	}
	plays(t, "http://127.0.0.1"+strings.TrimSpace(link))

	r.runs(t, "(umask 077 && terraform output -raw dotenv")
	if env := readText(t, filepath.Join(r.dir, ".env")); !strings.Contains(env, "S3_BUCKET="+bucket+"\n") || !strings.Contains(env, "AWS_ACCESS_KEY_ID=AKIA") {
		t.Errorf("got a .env without the bucket or without a key:\n%s", env)
	}
	if info, err := os.Stat(filepath.Join(r.dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got the file .env %v, %v, want it readable by its owner alone", info, err)
	}

	if out, err := r.shell(t, "terraform destroy"); err == nil || !strings.Contains(out, bucket) {
		t.Errorf("a destroy of a bucket with a video ended with %v, want it refused:\n%s", err, out)
	}
	if out := r.runs(t, "terraform apply -var force_destroy=true"); !strings.Contains(out, "Destroy complete!") {
		t.Errorf("got no complete destroy:\n%s", out)
	}
	nothingLeft(t, e)
	nobodyLeft(t, e)
}
