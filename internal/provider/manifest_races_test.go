package provider_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestManifestVideosBetweenPlanAndApply publishes what is there at the apply. The
// plan's promise, detected_changes, stays all the same.
func TestManifestVideosBetweenPlanAndApply(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.run(
		resource.TestStep{
			Config:            l.config(""),
			ConfigPlanChecks:  before(append(publishes(plancheck.ResourceActionCreate, nil), then(func() { l.upload("b.mp4") }))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(2), "detected_changes": changed([]string{"a.mp4", "b.mp4"}, nil, nil)}),
		},
		resource.TestStep{
			PreConfig: func() { l.upload("c.mp4") },
			Config:    l.config(""),
			ConfigPlanChecks: before(append(publishes(plancheck.ResourceActionUpdate, changed([]string{"c.mp4"}, nil, nil)),
				then(func() { l.upload("d.mp4") }))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(4), "detected_changes": changed([]string{"c.mp4"}, nil, nil)}),
		},
		resource.TestStep{
			// What was new at the plan is gone at the apply: there is nothing to write.
			PreConfig: func() { l.upload("e.mp4") },
			Config:    l.config(""),
			ConfigPlanChecks: before(append(publishes(plancheck.ResourceActionUpdate, changed([]string{"e.mp4"}, nil, nil)),
				then(func() { l.remove("e.mp4") }))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(4), "detected_changes": changed([]string{"e.mp4"}, nil, nil)}),
		},
		resource.TestStep{
			// An update of other arguments keeps the list, whatever comes meanwhile.
			Config:             l.config("concurrency = 2"),
			ConfigPlanChecks:   before(then(func() { l.upload("e.mp4") })),
			ConfigStateChecks:  at(map[string]knownvalue.Check{"video_count": number(4)}),
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			// New arguments publish what is there at the apply, too.
			Config:            l.config(`suffixes = [".mp4", ".webm"]`),
			ConfigPlanChecks:  before(append(publishes(plancheck.ResourceActionUpdate, nil), then(func() { l.upload("f.webm") }))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(6), "detected_changes": changed([]string{"e.mp4", "f.webm"}, nil, nil)}),
		},
		resource.TestStep{Config: l.config(`suffixes = [".mp4", ".webm"]`), ConfigPlanChecks: nothing()},
	)
}

// TestManifestRace lets somebody else publish at the very moment of the write.
func TestManifestRace(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.FakeOnly(t, "the other writer must come in between")
	race := func() {
		l.Fake.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Hook: func() {
			l.upload("late.mp4")
			l.publishByHand("manifest.json", "late.mp4")
		}})
	}
	l.run(
		resource.TestStep{
			PreConfig: race,
			Config:    l.config(""), ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(2)}),
		},
		resource.TestStep{
			PreConfig: func() { l.upload("b.mp4"); l.remove("late.mp4"); race() },
			Config:    l.config(""), ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(3)}),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{then(func() {
				if keys := l.published(); !slices.Equal(keys, []string{"a.mp4", "b.mp4", "late.mp4"}) {
					t.Errorf("%q", keys)
				}
			})}},
		},
	)
}

func TestManifestOnAServerWithoutConditionalWrites(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.FakeOnly(t, "it has conditional writes")
	var said warnings
	said.run(t, resource.TestStep{
		PreConfig: func() {
			l.Fake.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Status: http.StatusNotImplemented, Code: "NotImplemented"})
		},
		Config: l.config(""), ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(1)}),
	})
	said.expect(t, "The manifest manifest.json of the bucket "+l.bucket+" was written without a condition [manifest-unconditional-write]")()
}

// TestManifestListingDenied publishes nothing: a list that could not be read is
// not an empty one.
func TestManifestListingDenied(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.FakeOnly(t, "it denies the listing for a while")
	var published string
	var allow func()
	deny := func() {
		allow = l.Fake.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"})
	}
	kept := func() {
		allow()
		if l.get("manifest.json") != published {
			t.Error("the manifest was written")
		}
	}
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			PreConfig:   func() { published = l.get("manifest.json"); l.upload("b.mp4"); deny() },
			Config:      l.config(""),
			ExpectError: acctest.Message("Could not list the videos of the bucket " + l.bucket),
		},
		resource.TestStep{
			PreConfig:        kept,
			Config:           l.config(""),
			ConfigPlanChecks: before(then(deny)), // too late for the plan
			ExpectError:      acctest.Message("Could not list the videos of the bucket " + l.bucket),
		},
		resource.TestStep{
			PreConfig: kept,
			Config:    l.config(""), ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(2)}),
		},
	)
}
