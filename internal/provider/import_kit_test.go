package provider_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// importable is a resource "this" with the ID that imports it.
type importable struct{ block, id string }

// imports makes resources of a kind, by the name of the case, takes them out of the
// state and imports them by blocks: the plan changes nothing, and the state is what
// it was, but for attributes that say the same in other words.
func imports(t *testing.T, e *acctest.Env, kind string, cases map[string]importable, but ...string) {
	t.Helper()
	var all [][]resource.TestStep
	for name, c := range cases {
		label := labelOf(name)
		address := kind + "." + label
		block := labelled(c.block, label)
		same := []statecheck.StateCheck{&same{address: address, but: but}}
		all = append(all, []resource.TestStep{
			{Config: block, ConfigStateChecks: same},
			{Config: forget(address)},
			{
				Config:            block + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, c.id),
				ConfigPlanChecks:  before(action(address, plancheck.ResourceActionNoop)),
				ConfigStateChecks: same,
			},
		})
	}
	resource.Test(t, sideBySide(t, e, all...))
}

// forget takes a resource out of the state, and leaves it as it is.
func forget(address string) string {
	return fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", address)
}

// same expects a resource to have in each state what it had in the first.
type same struct {
	address string
	but     []string
	first   map[string]any
}

// CheckState implements statecheck.StateCheck.
func (s *same) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		if r.Address != s.address {
			continue
		}
		values := maps.Clone(r.AttributeValues)
		for _, name := range s.but {
			delete(values, name)
		}
		if s.first == nil {
			s.first = values
		}
		if !reflect.DeepEqual(values, s.first) {
			resp.Error = fmt.Errorf("%s was %v and is %v", s.address, s.first, values)
		}
		return
	}
	resp.Error = fmt.Errorf("the state has no %s", s.address)
}
