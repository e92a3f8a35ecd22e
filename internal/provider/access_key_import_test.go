package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestAccessKeyImport(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	withUser := func(s *terraform.State) (string, error) {
		return name + "/" + s.RootModule().Resources[theKey].Primary.ID, nil
	}
	verify := resource.TestStep{ResourceName: theKey, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"secret_access_key"}}
	named := verify
	named.ImportStateIdFunc = withUser
	e.Run(t,
		resource.TestStep{Config: config},
		verify,
		named,
		resource.TestStep{Config: config, ResourceName: theKey, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{Config: config, ResourceName: theKey, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: withUser},
	)
}

// TestAccessKeyImportKeepsTheKey imports a key with arguments that cannot be
// imported: they are taken over, and only a later change makes another key.
func TestAccessKeyImportKeepsTheKey(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeUser(t, e, name)
	id, _ := makeKey(t, e, name)
	imports := "import {\n  to = " + theUser + "\n  id = \"" + name + "\"\n}\nimport {\n  to = " + theKey + "\n  id = \"" + id + "\"\n}\n"
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	e.Run(t,
		resource.TestStep{
			Config:           e.Config("%s", userBlock(name, "")+keyBlock(`rotation_triggers = { year = "2026" }`)+imports),
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionUpdate), changes{theKey, []string{"rotation_triggers"}}),
			ConfigStateChecks: []statecheck.StateCheck{
				keyState("access_key_id", knownvalue.StringExact(id)), keyState("secret_access_key", knownvalue.Null()),
				differs.AddStateValue(theKey, tfjsonpath.New("access_key_id")),
			},
		},
		resource.TestStep{
			Config:            e.Config("%s", userBlock(name, "")+keyBlock(`rotation_triggers = { year = "2027" }`)),
			ConfigPlanChecks:  before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: []statecheck.StateCheck{differs.AddStateValue(theKey, tfjsonpath.New("access_key_id"))},
		},
	)
}

func TestAccessKeyImportOfNone(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	step := func(id, message string) resource.TestStep {
		return resource.TestStep{Config: config, ResourceName: theKey, ImportState: true, ImportStateId: id, ExpectError: acctest.Message(message)}
	}
	steps := []resource.TestStep{
		{Config: e.Config("%s", userBlock(name, ""))},
		step(name+"/AKIAIOSFODNN7EXAMPLE", "Cannot import non-existent remote object"),
		step("nobody/AKIAIOSFODNN7EXAMPLE", "Cannot import non-existent remote object"),
		step("AKIAIOSFODNN7EXAMPLE", "The import needs no look-up when its ID names the user: USER/AKIAIOSFODNN7EXAMPLE."),
	}
	if e.Fake != nil { // moto says that there is none
		steps = append(steps, step("AKIAIOSFODNN7EXAMPLE", "Either there is no access key AKIAIOSFODNN7EXAMPLE in this account, which IAM does not tell from a denial"))
	}
	e.Run(t, steps...)
}
