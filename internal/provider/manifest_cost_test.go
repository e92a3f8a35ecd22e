package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestManifestRequests counts what a plan without changes asks for.
func TestManifestRequests(t *testing.T) {
	for _, tt := range []struct{ keys, pages int }{{1, 1}, {999, 1}, {1000, 1}, {1001, 2}, {10_000, 10}} {
		t.Run(fmt.Sprintf("%d keys", tt.keys), func(t *testing.T) {
			l := newLibrary(t)
			l.FakeOnly(t, "the requests are counted")
			l.bucket += "-full"
			// The manifest itself is one of the keys.
			if err := l.Fake.AddSyntheticBucket(l.bucket, fakeaws.Synthetic{Keys: tt.keys - 1}); err != nil {
				t.Fatal(err)
			}
			l.run(resource.TestStep{
				Config: l.config(""),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					// Between these two Terraform plans once.
					PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { l.Fake.Requests().Reset() })},
					PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
						want := map[string]int{"GetCallerIdentity": 1, "HeadBucket": 1, "HeadObject": 1, "ListObjectsV2": tt.pages}
						if got := l.Fake.Requests().Counts(); !maps.Equal(got, want) {
							return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
						}
						return nil
					})},
				},
			})
		})
	}
}

// TestManifestRequestsOfAnUpdate counts what an apply asks for after its plan.
func TestManifestRequestsOfAnUpdate(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.FakeOnly(t, "the requests are counted")
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			PreConfig: func() { l.upload("b.mp4") },
			Config:    l.config(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{then(func() { l.Fake.Requests().Reset() })},
				PostApplyPreRefresh: []plancheck.PlanCheck{planCheck(func() error {
					want := map[string]int{"HeadBucket": 1, "HeadObject": 1, "ListObjectsV2": 1, "GetObject": 1, "PutObject": 1}
					got := l.Fake.Requests().Counts()
					delete(got, "GetCallerIdentity") // once for every command of the test
					if !maps.Equal(got, want) {
						return fmt.Errorf("an apply asks for %v, want %v", got, want)
					}
					return nil
				})},
			},
		},
	)
}

// TestManifestStateStaysSmall has more long keys than the state may hold, in
// every list that the state has.
func TestManifestStateStaysSmall(t *testing.T) {
	l := newLibrary(t)
	l.FakeOnly(t, "thousands of uploads take long elsewhere")
	for i := range 40 {
		// The names are the same in all folders.
		for j := range 30 {
			l.upload(fmt.Sprintf("%02d/%s%02d.mp4", i, strings.Repeat("<&>", 300), j), fmt.Sprintf("short/%02d/%02d.mp4", i, j))
		}
	}
	var small stateSize
	l.run(
		resource.TestStep{Config: l.config(""), ConfigStateChecks: []statecheck.StateCheck{small}},
		resource.TestStep{
			PreConfig: func() {
				for _, key := range l.list("01/") {
					l.put(key, "changed", "")
				}
				l.remove(l.list("02/")...)
				for i := range 30 {
					l.upload(fmt.Sprintf("%s%02d.mp4", strings.Repeat("é", 500), i))
				}
			},
			Config: l.config(""), ConfigStateChecks: append(at(map[string]knownvalue.Check{
				"detected_changes": knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"added_count": number(30), "removed_count": number(30), "changed_count": number(30),
				}),
				"missing_info_count": number(2400),
			}), small),
		},
	)
}

// stateSize expects the manifest's part of a state file to have at most 16 KiB.
type stateSize struct{}

func (stateSize) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		// This is how deep the attributes lie in the file.
		text, err := json.MarshalIndent(r.AttributeValues, "          ", "  ")
		switch {
		case err != nil:
			resp.Error = err
		case r.Address == theManifest && len(text) > 16<<10:
			resp.Error = fmt.Errorf("the state has %d bytes:\n%s", len(text), text)
		}
	}
}
