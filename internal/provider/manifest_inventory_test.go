package provider_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// TestManifestOfAnInventory goes from a listing to an inventory of either format,
// which leaves the manifest as it is, and back.
func TestManifestOfAnInventory(t *testing.T) {
	for _, format := range []string{"CSV", "Parquet"} {
		t.Run(format, func(t *testing.T) {
			l := newInventoried(t, "z.mp4", "a b+c.mp4", "é/x.mp4", "x.info.json", "notes.txt")
			l.versioned()
			l.upload("z.mp4", "gone.mp4")
			l.remove("gone.mp4")
			var listed string
			at := anHourAgo()
			taken := knownvalue.StringExact(at.Format(time.RFC3339))
			const full = `detail = "full"`
			l.run(
				resource.TestStep{
					Config: l.config(full), ConfigStateChecks: manifestAt("inventory_time", knownvalue.Null()),
				},
				resource.TestStep{
					PreConfig: func() {
						l.deliver(sampleinventory.Options{Format: format, Versions: format == "CSV", Time: at})
						listed = l.get("manifest.json")
					},
					Config:            l.from(full),
					ConfigPlanChecks:  before(plancheck.ExpectResourceAction(theManifest, plancheck.ResourceActionUpdate), plancheck.ExpectUnknownValue(theManifest, tfjsonpath.New("inventory_time"))),
					ConfigStateChecks: append(manifestAt("inventory_time", taken), manifestAt("detected_changes", changed(nil, nil, nil))...),
				},
				resource.TestStep{
					PreConfig: func() {
						if got := l.get("manifest.json"); got != listed {
							t.Errorf("the inventory gives\n%s\nand a listing\n%s", got, listed)
						}
						l.remove("manifest.json")
					},
					Config:            l.from(full),
					ConfigPlanChecks:  before(plancheck.ExpectResourceAction(theManifest, plancheck.ResourceActionCreate)),
					ConfigStateChecks: manifestAt("video_count", number(3)),
				},
				resource.TestStep{
					PreConfig: func() {
						if got := l.get("manifest.json"); withoutTime(got) != withoutTime(listed) {
							t.Errorf("the inventory gives\n%s\nand a listing\n%s", got, listed)
						}
					},
					Config: l.from(full), ConfigPlanChecks: nothing(),
				},
				resource.TestStep{Config: l.config(full), ConfigStateChecks: manifestAt("inventory_time", knownvalue.Null())},
			)
		})
	}
}

// withoutTime cuts off when a manifest was made.
func withoutTime(text string) string {
	list, _, _ := strings.Cut(text, `"generatedAt"`)
	return list
}

// TestManifestOfNewInventories plans what each inventory brings, and no more.
func TestManifestOfNewInventories(t *testing.T) {
	l := newInventoried(t, "a.mp4", "b.mp4")
	first, second := anHourAgo().Add(-time.Hour), anHourAgo()
	l.deliver(sampleinventory.Options{Time: first})
	l.run(
		resource.TestStep{
			Config:            l.from(""),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionCreate, nil)...),
			ConfigStateChecks: manifestAt("inventory_time", knownvalue.StringExact(first.Format(time.RFC3339))),
		},
		resource.TestStep{
			PreConfig: func() { l.upload("c.mp4") }, // which no inventory has yet
			Config:    l.from(""), ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			PreConfig: func() {
				l.remove("a.mp4")
				l.deliver(sampleinventory.Options{Time: second})
			},
			Config:            l.from(""),
			ConfigPlanChecks:  before(append(publishes(plancheck.ResourceActionUpdate, changed([]string{"c.mp4"}, []string{"a.mp4"}, nil)), shows{"inventory_time", second.Format(time.RFC3339)})...),
			ConfigStateChecks: manifestAt("inventory_time", knownvalue.StringExact(second.Format(time.RFC3339))),
		},
		resource.TestStep{
			PreConfig: func() { l.deliver(sampleinventory.Options{Time: second.Add(time.Minute)}) }, // with the same list
			Config:    l.from(""), ConfigPlanChecks: nothing(),
			ConfigStateChecks: manifestAt("inventory_time", knownvalue.StringExact(second.Add(time.Minute).Format(time.RFC3339))),
		},
		resource.TestStep{
			PreConfig:        func() { l.publishByHand("manifest.json", "b.mp4") },
			Config:           l.from(""),
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionUpdate, changed([]string{"c.mp4"}, nil, nil))...),
		},
		resource.TestStep{
			Config:            l.from("max_inventory_age = \"36h\"\nmax_removed_percent = 10"),
			ConfigPlanChecks:  before(plancheck.ExpectResourceAction(theManifest, plancheck.ResourceActionUpdate), changes{theManifest, []string{"max_inventory_age", "max_removed_percent"}}),
			ConfigStateChecks: manifestAt("video_count", number(2)),
		},
	)
}

// shows expects a plan to show a value of an attribute that an apply changes.
type shows struct{ attribute, value string }

func (s shows) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, c := range req.Plan.ResourceChanges {
		if before, _ := c.Change.Before.(map[string]any); c.Address == theManifest && before[s.attribute] != s.value {
			resp.Error = fmt.Errorf("the plan shows %s as %v, want %s", s.attribute, before[s.attribute], s.value)
		}
	}
}

// TestManifestOfAnInventoryWarnings says in the plan of when the list is, where no
// attribute can.
func TestManifestOfAnInventoryWarnings(t *testing.T) {
	l := newInventoried(t, "a.mp4", "b.webm")
	made := l.deliver(sampleinventory.Options{})
	taken := "The list is that of the inventory which S3 took at " + made.Time.Format(time.RFC3339) + "; what came or went later is not in it."
	var heard warnings
	heard.run(t,
		resource.TestStep{
			Config: l.from(""), ConfigPlanChecks: before(then(heard.expect(t, "The manifest manifest.json of the bucket "+l.bucket+" will be made of an inventory [manifest-from-inventory] "+taken))),
			PostApplyFunc: func() { heard.take() },
		},
		resource.TestStep{
			Config: l.from(`suffixes = [".webm"]` + "\nmax_removed_percent = 100"),
			ConfigPlanChecks: before(then(heard.expect(t, "It has 1 video. "+taken+" As it is, 1 will be added, 1 removed, and 0 changed."+
				` Added: "b.webm" Removed: "a.mp4"`))),
		},
	)
}

// TestManifestOfAnInventoryRequests reads the data of an inventory once, however
// often it is planned.
func TestManifestOfAnInventoryRequests(t *testing.T) {
	l := newInventoried(t, "a.mp4", "b.mp4", "c.mp4", "d.mp4")
	l.FakeOnly(t, "the requests are counted")
	made := l.deliver(sampleinventory.Options{})
	if len(made.Files) != 2 {
		t.Fatalf("%d files", len(made.Files))
	}
	expect := func(want map[string]int) plancheck.PlanCheck {
		return planCheck(func() error {
			got := l.Fake.Requests().Counts()
			delete(got, "GetCallerIdentity")
			if l.Fake.Requests().Reset(); !maps.Equal(got, want) {
				return fmt.Errorf("%v was asked for, want %v", got, want)
			}
			return nil
		})
	}
	quiet := map[string]int{"HeadBucket": 2, "HeadObject": 1, "ListObjectsV2": 2, "GetObject": 2} // manifest.checksum and manifest.json
	l.run(
		resource.TestStep{
			Config: l.from(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPreRefresh:  []plancheck.PlanCheck{then(func() { l.Fake.Requests().Reset() })},
				PostApplyPostRefresh: []plancheck.PlanCheck{expect(quiet)},
			},
		},
		resource.TestStep{
			PreConfig: func() {
				l.deliver(sampleinventory.Options{Time: anHourAgo().Add(time.Minute)})
				l.Fake.Requests().Reset()
			},
			Config: l.from(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				// The two files of the new inventory are read this once.
				PreApply:             []plancheck.PlanCheck{expect(map[string]int{"HeadBucket": 2, "HeadObject": 1, "ListObjectsV2": 2, "GetObject": 2 + 2})},
				PostApplyPreRefresh:  []plancheck.PlanCheck{then(func() { l.Fake.Requests().Reset() })},
				PostApplyPostRefresh: []plancheck.PlanCheck{expect(quiet)},
			},
		},
	)
}

// TestManifestOfAnOldInventory is refused at the plan and at the apply, until the
// configuration allows it.
func TestManifestOfAnOldInventory(t *testing.T) {
	l := newInventoried(t, "a.mp4")
	old := anHourAgo().Add(-48 * time.Hour)
	refusal := acctest.Message("the newest inventory is of " + old.Format(time.RFC3339) + ": it is 49h")
	l.deliver(sampleinventory.Options{Time: old})
	var fresh *sampleinventory.Inventory
	l.run(
		resource.TestStep{Config: l.from(""), PlanOnly: true, ExpectError: refusal},
		resource.TestStep{Config: l.from(""), PlanOnly: true, ExpectError: acctest.Message("more than the 48h that are allowed")},
		resource.TestStep{Config: l.from("scan_on_plan = false"), ExpectError: refusal},
		resource.TestStep{
			PreConfig: func() {
				if text := l.get("manifest.json"); text != "" {
					t.Errorf("%s was published", text)
				}
				fresh = l.deliver(sampleinventory.Options{})
			},
			Config: l.from(""),
			ConfigPlanChecks: before(then(func() { // too late for the plan
				l.lists.remove(fresh.ChecksumKey())
			})),
			ExpectError: refusal,
		},
		resource.TestStep{
			Config:            l.from(`max_inventory_age = "60h"`),
			ConfigStateChecks: manifestAt("inventory_time", knownvalue.StringExact(old.Format(time.RFC3339))),
		},
		resource.TestStep{Config: l.from(""), PlanOnly: true, ExpectError: acctest.Message("To publish this list all the same, raise max_inventory_age; to list the bucket now, set source = \"list\".")},
		resource.TestStep{Config: l.config(""), ConfigStateChecks: manifestAt("video_count", number(1))},
	)
}
