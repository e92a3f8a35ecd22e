package provider_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

var (
	// redThenBlue is two seconds of red and two of blue, with the index at the end.
	//go:embed testdata/clip.mp4
	redThenBlue []byte
	//go:embed testdata/player.html
	playerPage string
)

// clipWithGap is the clip with an unused box of that many bytes before its index: a
// player that wants the index asks for a range.
func clipWithGap(t *testing.T, size int) []byte {
	t.Helper()
	at := bytes.Index(redThenBlue, []byte("moov")) - 4
	if at < 0 {
		t.Fatal("the clip has no moov box")
	}
	gap := make([]byte, size)
	binary.BigEndian.PutUint32(gap, uint32(size))
	copy(gap[4:], "free")
	return bytes.Join([][]byte{redThenBlue[:at], gap, redThenBlue[at:]}, nil)
}

// browserPath finds a Chromium, and skips the test where there is none.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on PATH (chromium, chromium-browser, google-chrome or chrome)")
	return ""
}

// playReport is what the page saw.
type playReport struct {
	Origin string
	Play   struct {
		Start, AfterSeek, Error string
		Duration                float64
	}
	Range struct {
		Status                          int
		Body, ContentRange, ETag, Error string
	}
	Preflighted struct {
		Status int
		Error  string
	}
}

// player is a web app of an origin of its own, whose page plays a video.
type player struct {
	*httptest.Server
	reports chan playReport
}

func startPlayer(t *testing.T) *player {
	t.Helper()
	p := &player{reports: make(chan playReport, 1)}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, playerPage)
	})
	routes.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
		var report playReport
		if err := json.NewDecoder(r.Body).Decode(&report); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p.reports <- report
	})
	p.Server = httptest.NewServer(routes)
	t.Cleanup(p.Close)
	return p
}

// open has a browser open the page with that video, and returns what the page reports.
func (p *player) open(t *testing.T, browser, src string) playReport {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	var log bytes.Buffer
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--autoplay-policy=no-user-gesture-required",
		"--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), p.URL+"/?src="+url.QueryEscape(src))
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // it is killed, or the test fails
	}()
	defer func() {
		stop()
		<-ended
	}()
	select {
	case report := <-p.reports:
		return report
	case <-ended:
		t.Fatalf("%s ended before the page reported; it printed:\n%s", browser, log.String())
	}
	return playReport{}
}

// presignAsJavaScript gives a URL in the form of the AWS SDK for JavaScript, with which
// FOVEA's backend signs.
func presignAsJavaScript(t *testing.T, e *acctest.Env, key aws.Credentials, bucket, object string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		e.Endpoint+"/"+bucket+"/"+object+"?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Expires=3600&x-amz-checksum-mode=ENABLED&x-id=GetObject", nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).
		PresignHTTP(t.Context(), key, r, "UNSIGNED-PAYLOAD", "s3", e.Region, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// TestVideoPlaysInABrowser has Chromium play a video from a bucket that Terraform made,
// on a page of the app and on a page of another site.
func TestVideoPlaysInABrowser(t *testing.T) {
	e := acctest.Start(t)
	browser := browserPath(t)
	app, elsewhere := startPlayer(t), startPlayer(t)
	bucket := acctest.Name(t)
	watched, requests := e.Watch(t)
	w := newWorkspace(t, watched, fmt.Sprintf(`
resource "fovea_video_bucket" "videos" {
  bucket        = %q
  force_destroy = true
}
resource "fovea_bucket_cors" "app" {
  bucket = fovea_video_bucket.videos.bucket
  rules  = [{ allowed_origins = [%q] }]
}
data "fovea_presigned_url" "video" {
  bucket = fovea_bucket_cors.app.bucket
  key    = "clip.mp4"
}
output "url" {
  value     = data.fovea_presigned_url.video.url
  sensitive = true
}
`, bucket, app.URL))
	w.apply()
	const gap = 24 << 20
	if _, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String("clip.mp4"), ContentType: aws.String("video/mp4"), Body: bytes.NewReader(clipWithGap(t, gap)),
	}); err != nil {
		t.Fatal(err)
	}
	id, secret := e.Keys()
	signed := presignAsJavaScript(t, watched, aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, bucket, "clip.mp4")
	urls := map[string]string{
		"signed by the AWS SDK for JavaScript": signed,
		"signed by the data source":            strings.TrimSpace(w.mustRun("output", "-raw", "url")),
	}
	for name, src := range urls {
		t.Run(name, func(t *testing.T) {
			report := app.open(t, browser, src)
			if got := report.Play; got.Error != "" || got.Start != "red" || got.AfterSeek != "blue" || got.Duration < 3.9 || got.Duration > 4.1 {
				t.Errorf("play: got %+v, want red at the start, blue after the seek and 4 seconds", got)
			}
			want := fmt.Sprintf("bytes 4-7/%d", len(redThenBlue)+gap)
			if got := report.Range; got.Error != "" || got.Status != http.StatusPartialContent || got.Body != "ftyp" || got.ContentRange != want || got.ETag == "" {
				t.Errorf("range: got %+v, want status 206, body ftyp, Content-Range %q and an ETag", got, want)
			}
			if got := report.Preflighted; got.Error != "" {
				t.Errorf("request with a preflight: got %+v, want an answer", got)
			}
		})
	}
	if got, want := requests.Ranges(), regexp.MustCompile(`^bytes=\d{8}-`); !slices.ContainsFunc(got, want.MatchString) {
		t.Errorf("ranges that the player asked for: got %q, want one that starts behind the gap", got)
	}

	t.Run("on a page of another site", func(t *testing.T) {
		report := elsewhere.open(t, browser, signed)
		for what, failure := range map[string]string{"play": report.Play.Error, "range": report.Range.Error, "request with a preflight": report.Preflighted.Error} {
			if failure == "" {
				t.Errorf("%s: got %+v, want an error", what, report)
			}
		}
	})
	w.mustRun("destroy", "-auto-approve")
}
