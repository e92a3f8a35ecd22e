//go:build unix

package provider_test

import (
	"strings"
	"testing"
	"time"

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
	c := newCancelled(t)
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
			c := &cancelled{library{c.Env, t, ""}, c.session, c.dir}
			c.begin(tt.content, oldManifest)
			if tt.done { // and the provider asks again
				c.Fake.Inject(fakeaws.Fault{Operation: tt.at.Operation, Times: 1, LoseResponse: true})
				tt.at.Skip++
			}
			if printed, err := c.apply(tt.at, 1); err == nil {
				t.Errorf("the apply was not interrupted:\n%s", printed)
			}
			c.expect(tt.content, tt.done)
			if n := c.uploads(); n != 0 {
				t.Errorf("%d uploads stay behind", n)
			}
		})
	}
	t.Run("twice", func(t *testing.T) { (&cancelled{library{c.Env, t, ""}, c.session, c.dir}).killed() })
}

// killed presses Ctrl-C twice, so that the provider is killed while it clears up.
// The next apply does.
func (c *cancelled) killed() {
	t := c.t
	lift := c.Fake.Inject(fakeaws.Fault{Operation: "AbortMultipartUpload", Latency: time.Minute})
	c.begin(large, oldManifest)
	if printed, err := c.apply(fakeaws.Fault{Operation: "UploadPart", Skip: 3}, 2); err == nil || !strings.Contains(printed, "Two interrupts received") {
		t.Fatalf("the apply was not killed: %v\n%s", err, printed)
	}
	c.expect(large, false)
	if n := c.uploads(); n != 1 {
		t.Fatalf("%d uploads stay behind, so that nothing is proven", n)
	}
	lift()
	if printed, err := c.session.Run(t.Context(), c.dir, "apply", "-auto-approve"); err != nil {
		t.Fatal(printed, err)
	}
	c.expect(large, true)
	if n := c.uploads(); n != 0 {
		t.Errorf("%d uploads stay behind the next apply", n)
	}
}

// expect expects the old manifest, or a whole one of the bucket.
func (c *cancelled) expect(content fakeaws.Synthetic, isNew bool) {
	c.t.Helper()
	switch text := c.get("manifest.json"); {
	case !isNew && text != oldManifest:
		c.t.Errorf("the manifest was replaced by %d bytes", len(text))
	case isNew && len(c.published()) != content.Keys:
		c.t.Errorf("the manifest has %d videos, not %d", len(c.published()), content.Keys)
	}
}
