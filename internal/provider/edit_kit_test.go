package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// edit is a resource "this" before its configuration is edited, and after. Attributes
// are what the plan changes, none when it is the same in other words.
type edit struct {
	from, to   string
	attributes []string
	state      map[string]knownvalue.Check // with the change
}

// editsInPlace changes resources of a kind, by the name of the case, and changes
// them back. An attribute, such as IAM's ID, tells that each stays the same one.
func editsInPlace(t *testing.T, e *acctest.Env, kind, unique string, cases map[string]edit) {
	t.Helper()
	var all [][]resource.TestStep
	for name, c := range cases {
		label := labelOf(name)
		address := kind + "." + label
		same := statecheck.CompareValue(compare.ValuesSame())
		step := func(config string, checks ...plancheck.PlanCheck) resource.TestStep {
			return resource.TestStep{
				Config:            labelled(config, label),
				ConfigPlanChecks:  before(checks...),
				ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(address, tfjsonpath.New(unique))},
			}
		}
		planned := []plancheck.PlanCheck{action(address, plancheck.ResourceActionNoop)}
		if c.attributes != nil {
			planned = []plancheck.PlanCheck{action(address, plancheck.ResourceActionUpdate), changes{address, c.attributes}}
		}
		to := step(c.to, planned...)
		for attribute, want := range c.state {
			to.ConfigStateChecks = append(to.ConfigStateChecks, stateOf(address)(attribute, want))
		}
		all = append(all, []resource.TestStep{step(c.from), to, step(c.from, planned...)})
	}
	resource.Test(t, sideBySide(t, e, all...))
}
