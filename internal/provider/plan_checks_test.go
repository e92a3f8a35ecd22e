package provider_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// planCheck is a check that only wants to run at the time of a plan.
type planCheck func() error

func (c planCheck) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// changes expects a plan to change exactly these attributes of a resource, and
// tags_all along with tags.
type changes struct {
	address    string
	attributes []string
}

func (c changes) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	i := slices.IndexFunc(req.Plan.ResourceChanges, func(r *tfjson.ResourceChange) bool { return r.Address == c.address })
	if i < 0 {
		resp.Error = fmt.Errorf("the plan has no %s", c.address)
		return
	}
	before, _ := req.Plan.ResourceChanges[i].Change.Before.(map[string]any)
	after, _ := req.Plan.ResourceChanges[i].Change.After.(map[string]any)
	unknown, _ := req.Plan.ResourceChanges[i].Change.AfterUnknown.(map[string]any)
	var changed []string
	for name := range before {
		if name != "tags_all" && (unknown[name] == true || !reflect.DeepEqual(before[name], after[name])) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	if !slices.Equal(changed, c.attributes) {
		resp.Error = fmt.Errorf("the plan changes %v of %s, want %v", changed, c.address, c.attributes)
	}
}

// named says in a failure which case it is about.
type named struct {
	name  string
	check plancheck.PlanCheck
}

func (n named) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	n.check.CheckPlan(ctx, req, resp)
	if resp.Error != nil {
		resp.Error = fmt.Errorf("%s: %w", n.name, resp.Error)
	}
}

func ptr[T any](v T) *T { return &v }
