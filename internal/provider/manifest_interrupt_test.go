//go:build unix

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

const oldManifest = `{"videos":[],"generatedAt":"2026-01-01T00:00:00Z"}` + "\n"

// small fits into one request, and large does not, with few keys that are long.
var (
	small = fakeaws.Synthetic{Keys: 10_000}
	large = fakeaws.Synthetic{Keys: 70_000, Folder: strings.Repeat("a-long-name/", 75)}
)

// TestManifestCancelled presses Ctrl-C while the manifest is made: at every moment
// there is the old one or the new one, as a whole, and no upload stays behind.
func TestManifestCancelled(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are held up")
	c := manifestWorkspace{library{e, t, ""}, newWorkspace(t, e, "")}
	for name, tt := range map[string]struct {
		content fakeaws.Synthetic
		at      fakeaws.Fault
		done    bool // the request, though its answer was lost
	}{
		"while the bucket is listed":            {small, fakeaws.Fault{Operation: "ListObjectsV2", Skip: 3, Latency: time.Minute}, false},
		"while the manifest is put":             {small, fakeaws.Fault{Operation: "PutObject", Latency: time.Minute}, false},
		"when the manifest was put":             {small, fakeaws.Fault{Operation: "PutObject", Latency: time.Minute}, true},
		"when an upload begins":                 {large, fakeaws.Fault{Operation: "CreateMultipartUpload"}, false},
		"while a part is sent":                  {large, fakeaws.Fault{Operation: "UploadPart", Skip: 1}, false},
		"while the parts are made an object":    {large, fakeaws.Fault{Operation: "CompleteMultipartUpload", Latency: time.Minute}, false},
		"when the parts have become the object": {large, fakeaws.Fault{Operation: "CompleteMultipartUpload", Latency: time.Minute}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			c = c.begin(tt.content)
			if tt.done { // and the provider asks again
				c.library.Fake.Inject(fakeaws.Fault{Operation: tt.at.Operation, Times: 1, LoseResponse: true})
				tt.at.Skip++
			}
			if printed, err := c.interrupted(tt.at, 1); err == nil {
				t.Errorf("the apply was not interrupted:\n%s", printed)
			}
			c.expect(tt.content, tt.done)
			if n := c.uploads(); n != 0 {
				t.Errorf("%d uploads stay behind", n)
			}
		})
	}
	t.Run("twice", func(t *testing.T) { c.in(t).killed() })
}

// begin configures the manifest of a bucket of made-up videos, where another one is now.
func (w manifestWorkspace) begin(content fakeaws.Synthetic) manifestWorkspace {
	t := w.library.t
	t.Helper()
	w.bucket = acctest.Name(t)
	if err := w.library.Fake.AddSyntheticBucket(w.bucket, content); err != nil {
		t.Fatal(err)
	}
	w.put("manifest.json", oldManifest, "")
	w.configure(w.block("this", "  suffixes     = [\".mp4\", \".info.json\"]\n  scan_on_plan = false"))
	if err := os.RemoveAll(filepath.Join(w.dir, "terraform.tfstate")); err != nil {
		t.Fatal(err)
	}
	return w
}

// killed presses Ctrl-C twice, so that the provider is killed while it clears up.
// The next apply does.
func (w manifestWorkspace) killed() {
	t := w.library.t
	lift := w.library.Fake.Inject(fakeaws.Fault{Operation: "AbortMultipartUpload", Latency: time.Minute})
	w = w.begin(large)
	if printed, err := w.interrupted(fakeaws.Fault{Operation: "UploadPart", Skip: 3}, 2); err == nil || !strings.Contains(printed, "Two interrupts received") {
		t.Fatalf("the apply was not killed: %v\n%s", err, printed)
	}
	w.expect(large, false)
	if n := w.uploads(); n != 1 {
		t.Fatalf("%d uploads stay behind, so that nothing is proven", n)
	}
	lift()
	w.apply()
	w.expect(large, true)
	if n := w.uploads(); n != 0 {
		t.Errorf("%d uploads stay behind the next apply", n)
	}
}

// expect expects the old manifest, or a whole one of the bucket.
func (w manifestWorkspace) expect(content fakeaws.Synthetic, isNew bool) {
	w.library.t.Helper()
	switch text := w.get("manifest.json"); {
	case !isNew && text != oldManifest:
		w.library.t.Errorf("the manifest was replaced by %d bytes", len(text))
	case isNew && len(w.published()) != content.Keys:
		w.library.t.Errorf("the manifest has %d videos, not %d", len(w.published()), content.Keys)
	}
}

// uploads counts uploads in parts that were begun and not ended.
func (w manifestWorkspace) uploads() int {
	w.library.t.Helper()
	out, err := w.library.S3.ListMultipartUploads(w.library.t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(w.bucket)})
	if err != nil {
		w.library.t.Fatal(err)
	}
	return len(out.Uploads)
}
