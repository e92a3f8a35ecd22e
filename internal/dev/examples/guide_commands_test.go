package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// deploymentGuide runs the commands of the page "Replacing the deployment guide".
func deploymentGuide() pageCommands {
	return pageCommands{stories: []story{
		{"by hand", []string{
			"docker compose logs backend", "aws s3 sync s3://fovea-logs", "aws s3api list-multipart-uploads",
			"(\n  set -a", "curl -s -o /dev/null", "date -u", "aws s3 ls s3://fovea-production-videos",
		}, troubleshootByHand},
		{"convert", []string{"ffmpeg -i original.mov"}, convertVideo},
	}}
}

// troubled is what the page takes for granted.
const troubled = `
terraform {
  required_providers {
    fovea = { source = "parafovea/fovea" }
  }
}

resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"
}

resource "fovea_video_bucket" "logs" {
  bucket = "fovea-logs"
}

resource "fovea_bucket_cors" "videos" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = ["https://fovea.yourcompany.com"] }]
}

resource "fovea_access_user" "fovea" {
  name   = "fovea-production"
  bucket = fovea_video_bucket.videos.bucket
}

resource "fovea_access_key" "fovea" {
  user = fovea_access_user.fovea.name
}

data "fovea_backend_environment" "fovea" {
  bucket            = fovea_video_bucket.videos.bucket
  region            = fovea_video_bucket.videos.region
  access_key_id     = fovea_access_key.fovea.access_key_id
  secret_access_key = fovea_access_key.fovea.secret_access_key
}

output "dotenv" {
  value     = data.fovea_backend_environment.fovea.dotenv
  sensitive = true
}
`

func troubleshootByHand(t *testing.T, r *reader) {
	e := fake(t, "what the commands answer is compared")
	r.startsAt(t, e)
	r.needs(t, "aws", "curl")
	r.writes(t, "main.tf", troubled)
	r.types(t, "terraform init\nterraform apply\nterraform output -raw dotenv > .env\n")
	upload(t, e.S3, guideBucket, "intro.mp4")
	upload(t, e.S3, guideBucket, "intro.mp4")

	r.pastes(t, "data \"fovea_bucket_usage\" \"videos\"", "costs.tf")
	r.types(t, "terraform apply")
	if cost := r.types(t, "terraform output dollars_a_month"); strings.TrimSpace(cost) != "0" {
		t.Errorf("got the cost %s of a few bytes, want 0", cost)
	}

	logs := `{"level":30,"msg":"Video sync completed","total":0}` + "\n" + `{"level":30,"msg":"Deleted orphaned videos","deleted":7}` + "\n" + `{"level":30,"msg":"incoming request"}` + "\n"
	r.programs(t, map[string]string{"docker": "test \"$*\" = 'compose logs backend' && cat <<'EOF'\n" + logs + "EOF"})
	if out := r.runs(t, "docker compose logs backend"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "orphaned") {
		t.Errorf("got the messages %s, want those on the storage", out)
	}
	theLogsAreFound(t, r)

	r.types(t, "aws s3api create-multipart-upload --bucket fovea-production-videos --key broken.mp4")
	if out := r.runs(t, "aws s3api list-multipart-uploads"); !strings.Contains(out, "broken.mp4") {
		t.Errorf("got the uploads %q, want the one that broke off", out)
	}
	if out := r.runs(t, "(\n  set -a"); !strings.Contains(out, "user/fovea-production") || !strings.Contains(out, "intro.mp4") {
		t.Errorf("got %q, want FOVEA's user and its listing", out)
	}
	if out := r.runsWith(t, "curl -s -o /dev/null", "https://fovea-production-videos.s3.us-east-1.amazonaws.com", e.Endpoint+"/"+guideBucket); !strings.Contains(strings.ToLower(out), "access-control-allow-origin: https://fovea.yourcompany.com") {
		t.Errorf("got the headers %q, want the origin allowed", out)
	}
	if out := r.runsWith(t, "date -u", "https://s3.us-east-1.amazonaws.com", e.Endpoint); !strings.Contains(strings.ToLower(out), "date: ") {
		t.Errorf("got %q, want the server's time", out)
	}
	if out := r.runs(t, "aws s3 ls s3://fovea-production-videos"); !strings.Contains(out, "Total Objects: 1") {
		t.Errorf("got %q, want one current object", out)
	}
}

// theLogsAreFound delivers access logs as S3 does, and looks for refused requests.
func theLogsAreFound(t *testing.T, r *reader) {
	t.Helper()
	const line = `79a5 fovea-production-videos [06/Feb/2026:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT intro.mp4 "GET /intro.mp4 HTTP/1.1" %s 243 - 3 - "-" "-" -` + "\n"
	for name, status := range map[string]string{"2026-02-06-a": "206 -", "2026-02-06-b": "403 AccessDenied"} {
		r.writes(t, filepath.Join("delivered", name), fmt.Sprintf(line, status))
	}
	r.types(t, "aws s3 cp --recursive delivered s3://"+guideLogs+"/s3-access/")
	if out := r.runs(t, "aws s3 sync s3://fovea-logs"); strings.Count(out, "REST.GET.OBJECT") != 1 || !strings.Contains(out, "403 AccessDenied") {
		t.Errorf("got %q, want the request that was refused", out)
	}
}

func convertVideo(t *testing.T, r *reader) {
	r.startsAt(t, fake(t, "the command needs no server, and is run once"))
	r.needs(t, "ffmpeg")
	r.writes(t, "original.mov", string(samplevideo.Library()[2].Video))
	r.runs(t, "ffmpeg -i original.mov")
	converted, err := os.ReadFile(filepath.Join(r.dir, "converted.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	index, media := strings.Index(string(converted), "moov"), strings.Index(string(converted), "mdat")
	if index < 0 || index > media || !strings.Contains(string(converted), "avc1") {
		t.Errorf("got the index at %d and the video at %d, want H.264 with the index in front", index, media)
	}
}
