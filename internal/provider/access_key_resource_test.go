package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestAccessKeyDefaults(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	id := regexp.MustCompile(`^AKIA[A-Z0-9]{16}$`)
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(
				action(theKey, plancheck.ResourceActionCreate),
				plancheck.ExpectUnknownValue(theKey, tfjsonpath.New("secret_access_key")),
				plancheck.ExpectKnownValue(theKey, tfjsonpath.New("encrypted_secret_access_key"), knownvalue.Null()),
				plancheck.ExpectKnownValue(theKey, tfjsonpath.New("key_fingerprint"), knownvalue.Null()),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.CompareValuePairs(theKey, tfjsonpath.New("id"), theKey, tfjsonpath.New("access_key_id"), compare.ValuesSame()),
				keyState("access_key_id", knownvalue.StringRegexp(id)),
				keyState("user", knownvalue.StringExact(name)),
				keyState("status", knownvalue.StringExact("Active")),
				keyState("pgp_key", knownvalue.Null()),
				keyState("rotation_triggers", knownvalue.Null()),
				keyState("secret_access_key", knownvalue.StringRegexp(regexp.MustCompile(`^.{40}$`))),
				keyState("encrypted_secret_access_key", knownvalue.Null()),
				keyState("key_fingerprint", knownvalue.Null()),
				keyState("created_at", knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
				statecheck.ExpectSensitiveValue(theKey, tfjsonpath.New("secret_access_key")),
			},
		},
	)
	if keys := idsOfKeys(t, e, name); keys != nil {
		t.Errorf("keys %v after a destroy", keys)
	}
}

// TestAccessKeyStaysWithARenamedUser keeps ID and secret, in one apply with the
// renaming.
func TestAccessKeyStaysWithARenamedUser(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto forgets whose a key is when its user is renamed")
	name := acctest.Name(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	checks := func(user string) []statecheck.StateCheck {
		return []statecheck.StateCheck{same.AddStateValue(theKey, tfjsonpath.New("secret_access_key")), keyState("user", knownvalue.StringExact(user))}
	}
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")+keyBlock("")), ConfigStateChecks: checks(name)},
		resource.TestStep{
			Config: e.Config("%s", userBlock(name+"-b", "")+keyBlock("")),
			ConfigPlanChecks: before(
				action(theUser, plancheck.ResourceActionUpdate),
				action(theKey, plancheck.ResourceActionUpdate), changes{theKey, []string{"user"}},
			),
			ConfigStateChecks: checks(name + "-b"),
		},
	)
}

// others has a second user, and the key with either of the two.
const others = `
resource "fovea_access_user" "other" {
  name   = "%s-other"
  bucket = "fovea-videos"
}

resource "fovea_access_key" "this" {
  user = fovea_access_user.%s.name
}
`

func TestAccessKeyOfAnotherUser(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	checks := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{differs.AddStateValue(theKey, tfjsonpath.New("secret_access_key"))}
	}
	e.Run(t,
		resource.TestStep{Config: e.Config("%s"+others, userBlock(name, ""), name, "this"), ConfigStateChecks: checks()},
		resource.TestStep{
			Config:            e.Config("%s"+others, userBlock(name, ""), name, "other"),
			ConfigPlanChecks:  before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
			ConfigStateChecks: checks(),
		},
		resource.TestStep{PreConfig: func() {
			if keys := idsOfKeys(t, e, name); keys != nil {
				t.Errorf("the first user still has %v", keys)
			}
		}, RefreshState: true},
	)
}

// TestAccessKeyOfANewUser gives the key to a user that the same apply makes, which
// a plan cannot tell from a renaming: the apply says so, and the next one works.
func TestAccessKeyOfANewUser(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	both := e.Config("%s"+others, userBlock(name, ""), name, "other")
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")+keyBlock(""))},
		resource.TestStep{Config: both, ExpectError: acctest.Message("It was created for another user, or it was deleted.")},
		resource.TestStep{Config: both, ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionDestroyBeforeCreate))},
	)
}

const first = "lifecycle {\n  create_before_destroy = true\n}\n"

func TestAccessKeyRotation(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	var id string
	checks := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{differs.AddStateValue(theKey, tfjsonpath.New("secret_access_key")), noted{theKey, "access_key_id", &id}}
	}
	step := func(user, lifecycle, year string, planned ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			Config:            e.Config("%s", userBlock(user, "")+keyBlock(lifecycle+fmt.Sprintf("rotation_triggers = { year = %q }", year))),
			ConfigPlanChecks:  before(planned...),
			ConfigStateChecks: checks(),
			PostApplyFunc: func() {
				if keys := idsOfKeys(t, e, user); !slices.Equal(keys, []string{id}) {
					t.Errorf("the user has the keys %v, want %s alone", keys, id)
				}
			},
		}
	}
	steps := []resource.TestStep{
		step(name, first, "2026"),
		step(name, first, "2027", action(theKey, plancheck.ResourceActionCreateBeforeDestroy)),
		step(name, "", "2028", action(theKey, plancheck.ResourceActionDestroyBeforeCreate)),
		step(name, first, "2029"),
	}
	if e.Fake != nil { // moto forgets whose a key is when its user is renamed
		// The old key is deleted when its user has another name already.
		steps = append(steps, step(name+"-b", first, "2030", action(theKey, plancheck.ResourceActionCreateBeforeDestroy), action(theUser, plancheck.ResourceActionUpdate)))
	}
	e.Run(t, steps...)
}

func TestAccessKeyDisappears(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	var id string
	e.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{noted{theKey, "access_key_id", &id}}},
		resource.TestStep{
			PreConfig:        func() { deleteKey(t, e, name, id) },
			Config:           config,
			ConfigPlanChecks: before(action(theKey, plancheck.ResourceActionCreate), action(theUser, plancheck.ResourceActionNoop)),
		},
	)
}
