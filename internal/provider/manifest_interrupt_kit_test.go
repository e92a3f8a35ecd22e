//go:build unix

package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// cancelled is a manifest that the real CLI applies, at the mercy of Ctrl-C.
type cancelled struct {
	library
	session *tfcli.Session
	dir     string
}

func newCancelled(t *testing.T) *cancelled {
	t.Helper()
	c := &cancelled{library: library{Env: acctest.Start(t), t: t}, dir: t.TempDir()}
	c.FakeOnly(t, "the requests are held up")
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	if c.session, err = tfcli.NewSession(t.Context(), cli, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return c
}

// begin configures the manifest of a bucket of made-up videos, where another one
// is now.
func (c *cancelled) begin(content fakeaws.Synthetic, old string) {
	c.t.Helper()
	c.bucket = acctest.Name(c.t)
	if err := c.Fake.AddSyntheticBucket(c.bucket, content); err != nil {
		c.t.Fatal(err)
	}
	c.put("manifest.json", old, "")
	config := "terraform {\n  required_providers {\n    fovea = {\n      source = \"parafovea/fovea\"\n    }\n  }\n}\n" +
		c.config("  suffixes     = [\".mp4\", \".info.json\"]\n  scan_on_plan = false")
	if err := os.WriteFile(filepath.Join(c.dir, "main.tf"), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(c.dir, "terraform.tfstate")); err != nil {
		c.t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(c.dir, ".terraform")); err == nil {
		return // the provider is there
	}
	if _, err := c.session.Run(c.t.Context(), c.dir, "init"); err != nil {
		c.t.Fatal(err)
	}
}

// apply applies, and gives what the CLI prints. It presses Ctrl-C as often as told
// when the fault strikes, each time after the CLI has heard the one before.
func (c *cancelled) apply(fault fakeaws.Fault, times int) (string, error) {
	c.t.Helper()
	printed := &heard{heard: make(chan struct{})}
	cmd := c.session.Command(c.t.Context(), c.dir, "apply", "-auto-approve")
	cmd.Stdout, cmd.Stderr = printed, printed
	started, exited := make(chan struct{}), make(chan struct{})
	blocks := fault.Operation == "UploadPart" // its body is too long to see that the client gives up
	fault.Times = 1
	fault.Hook = func() {
		<-started // only then is there a process
		for i := range times {
			if i > 0 {
				printed.wait(exited)
			}
			if err := cmd.Cancel(); err != nil {
				c.t.Error(err)
			}
		}
		if blocks {
			<-exited
		}
	}
	defer c.Fake.Inject(fault)()
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	close(started)
	err := cmd.Wait()
	close(exited)
	return printed.String(), err
}

// heard keeps what the CLI prints, and knows when that tells of a Ctrl-C.
type heard struct {
	mu      sync.Mutex
	printed bytes.Buffer
	once    sync.Once
	heard   chan struct{}
}

// Write implements io.Writer.
func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.printed.Write(p)
	if bytes.Contains(h.printed.Bytes(), []byte("Interrupt received.")) {
		h.once.Do(func() { close(h.heard) })
	}
	return n, err
}

func (h *heard) wait(exited <-chan struct{}) {
	select {
	case <-h.heard:
	case <-exited:
	}
}

// String is what was printed.
func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.printed.String()
}

// uploads counts uploads in parts that were begun and not ended.
func (c *cancelled) uploads() int {
	c.t.Helper()
	out, err := c.S3.ListMultipartUploads(c.t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(c.bucket)})
	if err != nil {
		c.t.Fatal(err)
	}
	return len(out.Uploads)
}
