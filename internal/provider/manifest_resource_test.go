package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestManifestOfABucketInTheSameApply(t *testing.T) {
	e := acctest.Start(t)
	config := e.Config(`
resource "fovea_video_bucket" "this" {
  bucket_prefix = %q
  force_destroy = true
}

resource "fovea_manifest" "this" {
  bucket = fovea_video_bucket.this.bucket
}
`, acctest.Name(t)[:20])
	e.Run(t,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionCreate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{
				"key": knownvalue.StringExact("manifest.json"), "video_count": number(0), "total_bytes": number(0),
				"detected_changes": changed(nil, nil, nil), "version_id": knownvalue.NotNull(),
				"missing_info_count": number(0), "missing_info": texts(), "archived_count": number(0),
				"duplicate_names": knownvalue.ListSizeExact(0),
			}),
		},
	)
}

func TestManifestLifecycle(t *testing.T) {
	l := newLibrary(t, "b.mp4", "a/x.MP4", "notes.txt")
	config := l.config("")
	made := stays{"generated_at": nil, "etag": nil, "digest": nil}
	l.run(
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionCreate, nil)...),
			ConfigStateChecks: append(at(map[string]knownvalue.Check{
				"id": knownvalue.StringExact(l.bucket + "/manifest.json"), "bucket": knownvalue.StringExact(l.bucket), "key": knownvalue.StringExact("manifest.json"),
				"prefix": knownvalue.StringExact(""), "suffixes": texts(".mp4"), "exclude_prefixes": texts(), "detail": knownvalue.StringExact("basic"),
				"max_removed_percent": number(50), "scan_on_plan": knownvalue.Bool(true), "triggers": knownvalue.Null(), "snapshots": knownvalue.Null(),
				"retain_on_destroy": knownvalue.Bool(false), "concurrency": number(32),
				"video_count": number(2), "total_bytes": number(20), "version_id": knownvalue.Null(),
				"detected_changes": changed([]string{"a/x.MP4", "b.mp4"}, nil, nil),
			}), made),
		},
		resource.TestStep{
			PreConfig:        func() { l.upload("b.info.json", "c.txt") },
			Config:           config, // what is no video plans nothing
			ConfigPlanChecks: nothing(), ConfigStateChecks: []statecheck.StateCheck{made},
		},
		resource.TestStep{
			PreConfig: func() {
				l.upload("c.mp4")
				l.remove("b.mp4")
				l.put("a/x.MP4", "longer than before", "")
			},
			Config:           config,
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionUpdate, changed([]string{"c.mp4"}, []string{"b.mp4"}, []string{"a/x.MP4"}))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{
				"video_count": number(2), "total_bytes": number(28),
				"detected_changes": changed([]string{"c.mp4"}, []string{"b.mp4"}, []string{"a/x.MP4"}),
			}),
		},
	)
	if text := l.get("manifest.json"); text != "" {
		t.Errorf("the manifest is still there after the destroy: %s", text)
	}
}

// TestManifestDocument reads what was published as a consumer does.
func TestManifestDocument(t *testing.T) {
	l := newLibrary(t, "a/b.mp4", `odd "name" & <more> ü.mp4`)
	l.run(resource.TestStep{
		Config: l.config(""),
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{then(func() {
			var document struct {
				Videos []struct {
					Key          string
					Size         int64
					LastModified string
				}
				GeneratedAt string
			}
			if err := json.Unmarshal([]byte(l.get("manifest.json")), &document); err != nil {
				t.Fatal(err)
			}
			if v := document.Videos; len(v) != 2 || v[1].Key != `odd "name" & <more> ü.mp4` || v[0].Size != 10 || !strings.HasSuffix(v[0].LastModified, "Z") {
				t.Errorf("%+v", v)
			}
			if !strings.HasSuffix(document.GeneratedAt, "Z") || len(document.GeneratedAt) != len("2026-01-02T03:04:05Z") {
				t.Error(document.GeneratedAt)
			}
		})}},
	})
}

// TestManifestUpdatesInPlace gives every argument that does not say which object
// the manifest is another value, one after the other.
func TestManifestUpdatesInPlace(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.webm", "clips/d.mp4", "old/c.mp4")
	listed := []string{"a.mp4", "clips/d.mp4", "old/c.mp4"}
	arguments := ""
	steps := []resource.TestStep{{Config: l.config("")}}
	for _, tt := range []struct {
		argument  string
		published []string // nil when the list stays
	}{
		{`concurrency = 4`, nil},
		{`max_removed_percent = 100`, nil},
		{`retain_on_destroy = true`, nil},
		{`triggers = { always = "1" }`, nil},
		{`snapshots = {}`, nil},
		{"timeouts {\n create = \"5m\"\n}", nil},
		{`suffixes = [".webm", ".mp4"]`, []string{"a.mp4", "b.webm", "clips/d.mp4", "old/c.mp4"}},
		{`exclude_prefixes = ["old/"]`, []string{"a.mp4", "b.webm", "clips/d.mp4"}},
		{`detail = "full"`, []string{"a.mp4", "b.webm", "clips/d.mp4"}},
		{`prefix = "clips/"`, []string{"clips/d.mp4"}},
		{`scan_on_plan = false`, nil},
	} {
		arguments += tt.argument + "\n"
		if tt.published != nil {
			listed = tt.published
		}
		want, before, writes := listed, "", 0
		steps = append(steps, resource.TestStep{
			Config: l.config(arguments),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theManifest, plancheck.ResourceActionUpdate),
					then(func() { before, writes = l.get("manifest.json"), l.writes() }),
				},
				PostApplyPreRefresh: []plancheck.PlanCheck{then(func() {
					if got := l.published(); !slices.Equal(got, want) {
						t.Errorf("%s publishes %q, want %q", tt.argument, got, want)
					}
					if kept := l.get("manifest.json") == before && l.writes() == writes; kept != (tt.published == nil) {
						t.Errorf("%s: the manifest stays: %v", tt.argument, kept)
					}
				})},
			},
		})
	}
	l.run(steps...)
	if l.get("manifest.json") == "" {
		t.Error("the destroy deleted a manifest that was to stay")
	}
}

func TestManifestReplacedWithItsKey(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			Config:           l.config(`key = "lists/videos.json"`),
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionReplace, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{
				"id": knownvalue.StringExact(l.bucket + "/lists/videos.json"), "video_count": number(1),
			}),
		},
	)
}
