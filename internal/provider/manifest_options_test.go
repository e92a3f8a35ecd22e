package provider_test

import (
	"encoding/json"
	"slices"
	"testing"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestManifestMaxRemovedPercent(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.mp4", "c.mp4", "d.mp4")
	const refusal = "Nothing was published. If prefix, suffixes or exclude_prefixes leave them out by mistake, correct these. If the videos are gone by mistake, bring them back first"
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			PreConfig:   func() { l.remove("a.mp4", "b.mp4", "c.mp4") },
			Config:      l.config(""),
			ExpectError: acctest.Message("3 of the 4 videos in manifest.json of the bucket " + l.bucket + " would leave it (75.0 %), more than the 50 % that are allowed"),
		},
		resource.TestStep{
			PreConfig:   func() { l.upload("a.mp4", "b.mp4", "c.mp4") },
			Config:      l.config(`exclude_prefixes = ["a", "b", "c"]`), // which would remove them as well
			ExpectError: acctest.Message(refusal),
		},
		resource.TestStep{
			Config: l.config(""),
			ConfigPlanChecks: before(then(func() { // too late for the plan
				l.remove("a.mp4", "b.mp4", "c.mp4")
			})),
			ExpectError: acctest.Message(refusal),
		},
		resource.TestStep{
			Config: l.config("max_removed_percent = 75"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: publishes(plancheck.ResourceActionUpdate, changed(nil, []string{"a.mp4", "b.mp4", "c.mp4"}, nil)),
				PostApplyPreRefresh: []plancheck.PlanCheck{then(func() {
					if keys := l.published(); !slices.Equal(keys, []string{"d.mp4"}) {
						t.Errorf("%q", keys)
					}
				})},
			},
		},
	)
}

// TestManifestChangesLikeBefore shows changes that are those of the last update, and
// warns of what detected_changes cannot show.
func TestManifestChangesLikeBefore(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.mp4")
	again := func(body string) func() { return func() { l.put("a.mp4", body, "") } }
	var heard warnings
	heard.run(t,
		resource.TestStep{Config: l.config("")},
		resource.TestStep{PreConfig: again("once"), Config: l.config(""), PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			PreConfig: again("twice"), Config: l.config(""), PostApplyFunc: heard.expect(t),
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionUpdate, changed(nil, nil, []string{"a.mp4"}))...),
		},
		resource.TestStep{
			PreConfig: func() { l.publishByHand("manifest.json", "b.mp4", "a.mp4") }, Config: l.config(""),
			PostApplyFunc: heard.expect(t, "will be written again [manifest-rewritten] It lists the right videos, but in another order, or one of them twice."),
		},
	)
}

func TestManifestWithoutScanOnPlan(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	quiet := "scan_on_plan = false\n"
	l.run(
		resource.TestStep{
			Config:            l.config(quiet + `triggers = { upload = "1" }`),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionCreate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(1), "detected_changes": changed([]string{"a.mp4"}, nil, nil)}),
		},
		resource.TestStep{
			PreConfig:        func() { l.upload("b.mp4") },
			Config:           l.config(quiet + `triggers = { upload = "1" }`),
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			Config:            l.config(quiet + `triggers = { upload = "2" }`),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(2), "detected_changes": changed([]string{"b.mp4"}, nil, nil)}),
		},
		resource.TestStep{
			PreConfig:         func() { l.upload("c.webm") },
			Config:            l.config(quiet + "triggers = { upload = \"2\" }\nsuffixes = [\".mp4\", \".webm\"]"),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(3)}),
		},
		resource.TestStep{
			PreConfig:         func() { l.upload("d.mp4") },
			Config:            l.config("triggers = { upload = \"2\" }\nsuffixes = [\".mp4\", \".webm\"]"), // scans from now on
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(4)}),
		},
	)
}

func TestManifestSnapshots(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.put("backups/notes.json", "{}", "")
	config := l.config("snapshots = {\n prefix = \"backups/\"\n keep = 2\n}")
	snapshots := func() []string {
		return slices.DeleteFunc(l.list("backups/"), func(key string) bool { return key == "backups/notes.json" })
	}
	// Copies that an older version of the manifest left.
	const old = `{"videos":[],"generatedAt":"2025-01-01T00:00:00Z"}`
	l.put("backups/2025-01-01T00-00-00Z.json", old, "")
	l.put("backups/2025-01-02T00-00-00Z.json", old, "")
	l.run(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{then(func() {
				kept := snapshots()
				if len(kept) != 2 || kept[0] != "backups/2025-01-02T00-00-00Z.json" || l.get(kept[1]) != l.get("manifest.json") {
					t.Errorf("%q", kept)
				}
			})}},
		},
		resource.TestStep{
			PreConfig: func() { l.upload("b.mp4") },
			Config:    l.config("snapshots = {\n prefix = \"backups/\"\n keep = 1\n}"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{then(func() {
				if kept := snapshots(); len(kept) != 1 || l.get(kept[0]) != l.get("manifest.json") {
					t.Errorf("%q", kept)
				}
			})}},
		},
	)
	if kept := l.list("backups/"); len(kept) != 2 {
		t.Errorf("the destroy leaves %q of the snapshots and notes.json", kept)
	}
}

func TestManifestReport(t *testing.T) {
	l := newLibrary(t, "a/x.mp4", "b/x.mp4", "y.mp4", "y.info.json", "b/x.info.json")
	l.put("cold.mp4", "1", s3types.StorageClassGlacier)
	l.put("colder.mp4", "1", s3types.StorageClassDeepArchive)
	l.put("instant.mp4", "1", s3types.StorageClassGlacierIr)
	l.run(resource.TestStep{
		Config: l.config(""),
		ConfigStateChecks: at(map[string]knownvalue.Check{
			"missing_info_count": number(5),
			"missing_info":       texts("a/x.mp4", "b/x.mp4", "cold.mp4", "colder.mp4", "instant.mp4"),
			"archived_count":     number(2),
			"duplicate_names":    knownvalue.ListExact([]knownvalue.Check{texts("a/x.mp4", "b/x.mp4")}),
		}),
	})
}

func TestManifestFullDetail(t *testing.T) {
	l := newLibrary(t, "clips/x.mp4", "y.mp4", "x.info.json")
	config := l.config(`detail = "full"`)
	l.run(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{then(func() {
				var document struct{ Videos []map[string]any }
				if err := json.Unmarshal([]byte(l.get("manifest.json")), &document); err != nil {
					t.Fatal(err)
				}
				x, y := document.Videos[0], document.Videos[1]
				if x["info"] != "x.info.json" || x["storageClass"] != "STANDARD" || x["etag"] != "781e5e245d69b566979b86e28d23f2c7" {
					t.Errorf("%v", x)
				}
				if info, there := y["info"]; info != nil || !there {
					t.Errorf("%v", y)
				}
			})}},
		},
		resource.TestStep{
			PreConfig:         func() { l.upload("y.info.json") }, // which the list now tells
			Config:            config,
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, changed(nil, nil, []string{"y.mp4"}))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"missing_info_count": number(0)}),
		},
		resource.TestStep{
			Config:            l.config(""),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"detected_changes": changed(nil, nil, []string{"clips/x.mp4", "y.mp4"})}),
		},
	)
}
