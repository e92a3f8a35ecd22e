package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestManifestPlanReadsAsChanges reads what the CLI prints: what comes, goes and
// changes has a plus sign and counts from 0, whatever the last update did.
func TestManifestPlanReadsAsChanges(t *testing.T) {
	o := newManifestWorkspace(t, "a.mp4", "b.mp4", "c.mp4")
	o.configure(o.block("this", "") + "output \"added\" {\n  value = fovea_manifest.this.detected_changes.added\n}\n")
	o.apply()
	o.settled()
	o.says(o.mustRun("plan", "-refresh-only"), "No changes. Your infrastructure still matches the configuration.")
	shows := func(texts ...string) {
		t.Helper()
		printed, code := o.terraform("plan", "-detailed-exitcode", "-out=plan")
		if code != 2 {
			t.Errorf("got exit code %d, want 2:\n%s", code, printed)
		}
		// What is above tells of the refresh, what is below of the outputs.
		_, changes, _ := strings.Cut(printed, "will perform the following actions:")
		changes, _, _ = strings.Cut(changes, "Changes to Outputs:")
		o.says(changes, texts...)
		o.saysNot(changes, `- "`)
		o.says(o.mustRun("show", "plan"), texts...)
	}

	o.upload("third.mp4")
	addition := []string{`added = [ + "third.mp4", ]`, "added_count = 0 -> 1"}
	shows(addition...)
	o.apply("-refresh-only") // with an output that reads the lists
	shows(addition...)

	o.remove("third.mp4") // so that nothing is due
	if printed, code := o.terraform("plan", "-detailed-exitcode"); code != 0 {
		t.Errorf("got exit code %d, want 0 when the update is not due any more:\n%s", code, printed)
	}
	o.apply()
	if got := o.missingInfo(); !slices.Equal(got, []string{"a.mp4", "b.mp4", "c.mp4"}) {
		t.Errorf("got missing_info %q, want that of the published list again", got)
	}

	o.upload("third.mp4")
	shows(addition...)
	o.apply("plan")
	o.settled()
	o.says(o.mustRun("plan", "-refresh-only"), "No changes. Your infrastructure still matches the configuration.")

	o.upload("fourth.mp4")
	o.remove("a.mp4")
	o.put("b.mp4", "changed", "")
	shows(`added = [ + "fourth.mp4", ]`, "added_count = 0 -> 1", `removed = [ + "a.mp4", ]`, "removed_count = 0 -> 1", `changed = [ + "b.mp4", ]`, "changed_count = 0 -> 1")
	o.apply("plan")
	o.settled()
}

// missingInfo reads missing_info from the state.
func (w manifestWorkspace) missingInfo() []string {
	w.library.t.Helper()
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Values struct {
						MissingInfo []string `json:"missing_info"`
					}
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(w.mustRun("show", "-json")), &state); err != nil {
		w.library.t.Fatal(err)
	}
	return state.Values.RootModule.Resources[0].Values.MissingInfo
}

// TestManifestOtherVideos counts what the default of suffixes leaves out, and warns
// until suffixes is set.
func TestManifestOtherVideos(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.WEBM", "c.mov", "old/d.mkv", "notes.txt", "ogg")
	count := func(n int64) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"other_video_count": number(n)}
	}
	var heard warnings
	heard.run(t,
		resource.TestStep{Config: l.config(`exclude_prefixes = ["old/"]`), ConfigStateChecks: at(count(2))},
		resource.TestStep{
			PreConfig: func() { l.upload("e.mp4", "f.avi") }, Config: l.config(`exclude_prefixes = ["old/"]`), ConfigStateChecks: at(count(3)),
			PostApplyFunc: heard.expect(t, "leaves out 3 videos [manifest-other-videos]"),
		},
		resource.TestStep{
			PreConfig: func() { l.upload("g.mp4") }, Config: l.config("suffixes = [\".mp4\"]\nexclude_prefixes = [\"old/\"]"), ConfigStateChecks: at(count(3)),
			PostApplyFunc: heard.expect(t),
		},
		resource.TestStep{
			Config: l.config(`suffixes = [".mp4", ".webm", ".mov", ".avi", ".mkv"]`), ConfigStateChecks: at(count(0)),
		},
	)
}

// TestManifestDestroysItsBucket destroys a bucket with versions of a manifest and
// nothing else, without force_destroy.
func TestManifestDestroysItsBucket(t *testing.T) {
	e := acctest.Start(t)
	l := library{e, t, acctest.Name(t)}
	config := func(arguments string) string {
		return e.Config("resource \"fovea_video_bucket\" \"this\" {\n  bucket = %q\n}\n\nresource \"fovea_manifest\" \"this\" {\n  bucket = fovea_video_bucket.this.bucket\n%s\n}\n", l.bucket, arguments)
	}
	l.run(
		resource.TestStep{Config: config("")},
		resource.TestStep{Config: config(`key = "videos.json"`)},
		resource.TestStep{PreConfig: func() {
			l.put("videos.json", `{"videos":[{"key":"gone.mp4","size":1,"lastModified":"2026-01-02T03:04:05Z"}]}`, "")
		}, Config: config("key = \"videos.json\"\nmax_removed_percent = 100")},
	)
	if _, err := e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &l.bucket}); err == nil {
		t.Error("got the bucket, want it destroyed")
	}
}
