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
	changed := slices.DeleteFunc(changedBy(req.Plan.ResourceChanges[i]), func(name string) bool { return name == "tags_all" })
	if !slices.Equal(changed, c.attributes) {
		resp.Error = fmt.Errorf("the plan changes %v of %s, want %v", changed, c.address, c.attributes)
	}
}

func ptr[T any](v T) *T { return &v }

// changedBy names the attributes that a planned update changes.
func changedBy(r *tfjson.ResourceChange) []string {
	was, _ := r.Change.Before.(map[string]any)
	is, _ := r.Change.After.(map[string]any)
	unknown, _ := r.Change.AfterUnknown.(map[string]any)
	var changed []string
	for name := range was {
		if unknown[name] == true || !reflect.DeepEqual(was[name], is[name]) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}
