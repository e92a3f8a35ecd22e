package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestManifestKnowsWhereToDivide: what an apply learned of a large bucket, plans begin
// with, until another apply learns it anew.
func TestManifestKnowsWhereToDivide(t *testing.T) {
	const keys = 60_000
	l := newLibrary(t)
	l.FakeOnly(t, "the requests are looked at")
	l.bucket += "-full"
	if err := l.Fake.AddSyntheticBucket(l.bucket, fakeaws.Synthetic{Keys: keys}); err != nil {
		t.Fatal(err)
	}
	reset := then(func() { l.Fake.Requests().Reset() })
	// divides tells whether the first listing looked for places to divide the bucket at,
	// which it does behind the tenth page only, or knew them.
	divides := func(what string, known bool) plancheck.PlanCheck {
		return planCheck(func() error {
			page := 0
			for _, e := range l.Fake.Requests().Entries() {
				if e.Operation != "ListObjectsV2" {
					continue
				}
				if page++; e.StartAfter == "" {
					continue
				}
				if (page < 10) != known {
					return fmt.Errorf("%s: the listing starts elsewhere at its request %d", what, page)
				}
				return nil
			}
			return fmt.Errorf("%s: no listing starts elsewhere, of %d pages", what, page)
		})
	}
	step := func(what, arguments string, count int64, knownBefore bool) resource.TestStep {
		return resource.TestStep{
			Config: l.config(arguments),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{reset},
				PostApplyPreRefresh:  []plancheck.PlanCheck{divides(what+": the apply", knownBefore), reset},
				PostApplyPostRefresh: []plancheck.PlanCheck{divides(what+": the plan", true)},
			},
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(count)}),
		}
	}
	changed := step("after a change", "", keys/2+1, true)
	changed.PreConfig = func() { l.upload("a.mp4") }
	settled := step("after an update that publishes nothing", "max_removed_percent = 20", keys/2+1, true)
	settled.ConfigPlanChecks.PostApplyPreRefresh = []plancheck.PlanCheck{reset}
	l.run(
		step("new", "", keys/2, false),
		changed,
		settled,
		step("with other arguments", "exclude_prefixes = [\"a.mp4\"]\nmax_removed_percent = 20", keys/2, true),
	)
}
