package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestAccessKeyLostAnswer loses the answer that holds the secret: the message names
// the key that nobody can use.
func TestAccessKeyLostAnswer(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	e.Run(t,
		resource.TestStep{
			PreConfig:   func() { e.Fake.Inject(fakeaws.Fault{Operation: "CreateAccessKey", LoseResponse: true, Times: 1}) },
			Config:      config,
			ExpectError: acctest.Message("has appeared since. If nobody else made it, it is left over: delete it (aws iam delete-access-key --user-name " + name),
		},
		resource.TestStep{
			PreConfig: func() {
				keys := idsOfKeys(t, e, name)
				if len(keys) != 1 {
					t.Fatalf("keys: got %v, want the one that was left", keys)
				}
				deleteKey(t, e, name, keys[0])
			},
			Config:           config,
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionCreate)),
		},
	)
}

// TestAccessKeyThatStaysActive cannot switch a new key off: it is not left behind
// as one that works.
func TestAccessKeyThatStaysActive(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(`status = "Inactive"`))
	update, deletion := e.Fake.Inject(refusal("UpdateAccessKey")), func() {}
	kept := ""
	e.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Message("was deleted again, so nothing is left")},
		resource.TestStep{
			PreConfig: func() {
				if keys := idsOfKeys(t, e, name); keys != nil {
					t.Errorf("keys %v are left behind", keys)
				}
				deletion = e.Fake.Inject(refusal("DeleteAccessKey"))
			},
			Config:      config,
			ExpectError: acctest.Message("was created, and could not be deleted again. It is in the state as tainted"),
		},
		resource.TestStep{
			PreConfig: func() {
				update()
				deletion()
				kept = idsOfKeys(t, e, name)[0]
			},
			Config:           config,
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
			PostApplyFunc: func() {
				if keys := idsOfKeys(t, e, name); len(keys) != 1 || keys[0] == kept {
					t.Errorf("keys %v, want one that is not %s", keys, kept)
				}
			},
		},
	)
}

// TestAccessKeyAfterHalfARenaming renames the user in an apply that then fails: the
// key is found under the new name, secret and all.
func TestAccessKeyAfterHalfARenaming(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	secret := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{same.AddStateValue(theKey, tfjsonpath.New("secret_access_key"))}
	}
	renamed := e.Config("%s", userBlock(name+"-b", "")+keyBlock(""))
	var remove func()
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")+keyBlock("")), ConfigStateChecks: secret()},
		resource.TestStep{
			PreConfig:   func() { remove = e.Fake.Inject(refusal("UpdateAccessKey")) },
			Config:      renamed,
			ExpectError: acctest.Message("Could not set the status of the access key of " + name + "-b"),
		},
		resource.TestStep{PreConfig: func() { remove() }, Config: renamed, ConfigPlanChecks: nothing(), ConfigStateChecks: secret()},
	)
}

func TestAccessKeyThird(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeUser(t, e, name)
	var ids []string
	for range 2 {
		id, _ := makeKey(t, e, name)
		ids = append(ids, id)
	}
	for _, id := range ids {
		e.Run(t, resource.TestStep{
			Config:      e.Config("resource \"fovea_access_key\" \"this\" {\n  user = %q\n}\n", name),
			ExpectError: acctest.Message(id + " (Active, created "),
		})
	}
}

func TestAccessKeyOfNobody(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{
		Config:      e.Config("resource \"fovea_access_key\" \"this\" {\n  user = \"nobody\"\n}\n"),
		ExpectError: acctest.Message("Could not create an access key for nobody"),
	}, resource.TestStep{
		Config:      e.Config("resource \"fovea_access_key\" \"this\" {\n  user   = \"nobody\"\n  status = \"Off\"\n}\n"),
		PlanOnly:    true,
		ExpectError: acctest.Message(`Attribute status value must be one of: ["Active" "Inactive"], got: "Off"`),
	})
}
