package provider_test

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// refusal is IAM's answer to a request without a permission for it.
func refusal(operation string) fakeaws.Fault {
	return fakeaws.Fault{Operation: operation, Status: http.StatusForbidden, Code: "AccessDenied", Message: "not authorized"}
}

// TestAccessUserWithoutItsPolicy removes the user again, so that the next apply can create it,
// also where the user needed its policy to be refused.
func TestAccessUserWithoutItsPolicy(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, ""))
	remove := e.Fake.Inject(refusal("PutUserPolicy"))
	e.Run(t,
		resource.TestStep{
			Config:      config,
			ExpectError: acctest.Message("Could not write the policy of the new user " + name),
		},
		resource.TestStep{
			Config:      config,
			ExpectError: acctest.Message("The user was removed again, so nothing is left. Correct the cause and apply again."),
		},
		resource.TestStep{
			PreConfig: func() {
				if userExists(t, e, name) {
					t.Error("the user is still there")
				}
				remove()
			},
			Config:           config,
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionCreate)),
		},
	)
}

// TestAccessUserThatCannotBeTakenBack keeps the user in the state, so that it is
// not forgotten.
func TestAccessUserThatCannotBeTakenBack(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, ""))
	policy, deletion := e.Fake.Inject(refusal("PutUserPolicy")), e.Fake.Inject(refusal("DeleteUser"))
	e.Run(t,
		resource.TestStep{
			Config:      config,
			ExpectError: acctest.Message("The user was created, and could not be removed again. It is in the state as tainted"),
		},
		resource.TestStep{
			PreConfig:        func() { policy(); deletion() },
			Config:           config,
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionDestroyBeforeCreate)),
		},
	)
}

// TestAccessUserRenamedUnseen loses sight of the user between its renaming and the
// look at it: the state has the new name all the same, and nothing is created again.
func TestAccessUserRenamedUnseen(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	var remove func()
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")), ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(theUser, tfjsonpath.New("unique_id"))}},
		resource.TestStep{
			PreConfig: func() {
				e.Fake.Inject(fakeaws.Fault{Operation: "UpdateUser", Hook: func() { remove = e.Fake.Inject(refusal("GetUser")) }})
			},
			Config:      e.Config("%s", userBlock(name+"-b", "")),
			ExpectError: acctest.Message("Could not change the user " + name),
		},
		resource.TestStep{
			PreConfig:         func() { remove() },
			Config:            e.Config("%s", userBlock(name+"-b", "")),
			ConfigPlanChecks:  nothing(),
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(theUser, tfjsonpath.New("unique_id"))},
		},
	)
}

// TestAccessUserDestroy does not delete a user that has more than what is managed,
// unless it may.
func TestAccessUserDestroy(t *testing.T) {
	e := acctest.Start(t)
	var cases [][]resource.TestStep
	var users []string
	for name, give := range map[string]func(t *testing.T, e *acctest.Env, user string){
		"a key":            func(t *testing.T, e *acctest.Env, user string) { makeKey(t, e, user) },
		"another policy":   func(t *testing.T, e *acctest.Env, user string) { putPolicy(t, e, user, "Theirs", manifestPolicy) },
		"a managed policy": attachPolicy,
	} {
		user, label := acctest.Name(t), labelOf(name)
		address, config := "fovea_access_user."+label, labelled(userBlock(user, ""), label)
		users = append(users, user)
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{PreConfig: func() { give(t, e, user) }, Config: config, ConfigPlanChecks: nothing()},
			{Config: config, Destroy: true, ExpectError: inOrder(user, "Remove that first, or set force_destroy to true, apply, and destroy then.")},
			{Config: config, ConfigPlanChecks: nothing()}, // the policy is there again
			{Config: labelled(userBlock(user, "force_destroy = true"), label), ConfigPlanChecks: before(changes{address, []string{"force_destroy"}})},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
	for _, user := range users {
		if userExists(t, e, user) {
			t.Errorf("the user %s is still there after a destroy with force_destroy", user)
		}
	}
}

func attachPolicy(t *testing.T, e *acctest.Env, user string) {
	t.Helper()
	arn := listOnly(t, e)
	if _, err := e.IAM.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: &arn}); err != nil {
		t.Fatal(err)
	}
}

// TestAccessWithAnswersCutOff ends every answer to a creation in its middle. What was
// made is in the state: the plan after it is empty.
func TestAccessWithAnswersCutOff(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	for _, operation := range []string{"CreateUser", "CreateRole", "CreateInstanceProfile"} {
		e.Fake.Inject(fakeaws.Fault{Operation: operation, CutAfter: 30})
	}
	e.Run(t, resource.TestStep{Config: e.Config(`
resource "fovea_access_user" "this" {
  name   = %[1]q
  bucket = "videos"
  tags   = { team = "video" }
}

resource "fovea_access_role" "this" {
  name                  = %[1]q
  bucket                = "videos"
  instance_profile_name = %[1]q
}
`, name)})
}
