package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestIncompletePrincipals has a user and roles that could neither be completed nor
// removed again. Both ways out that the message names work: another apply, which replaces
// them, and untaint, which completes them.
func TestIncompletePrincipals(t *testing.T) {
	for name, untaint := range map[string]bool{"replaced": false, "completed": true} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "it injects faults")
			blocks := principalBlocks(acctest.Name(t))
			var config string
			var failures []string
			for resource, b := range blocks {
				config += b.block(b.name, profileOf(resource, b.name))
				failures = append(failures, "new "+b.kind+" "+b.name+" [creation-incomplete]")
			}
			w := newWorkspace(t, e, config)
			var lift []func()
			for _, operation := range []string{"PutUserPolicy", "PutRolePolicy", "DeleteUser", "DeleteRole"} {
				lift = append(lift, e.Fake.Inject(refusal(operation)))
			}
			w.refused(append(failures, "It is in the state as tainted, so the next apply replaces it. To complete it instead, run terraform untaint"), "apply", "-auto-approve")
			before := map[string]string{}
			for resource, b := range blocks {
				before[resource] = uniqueID(t, e, b.kind, b.name)
			}
			for _, f := range lift {
				f()
			}
			if untaint {
				for resource := range blocks {
					w.mustRun("untaint", resource+".app")
				}
			}
			output := w.apply()
			w.unchanged()
			for resource, b := range blocks {
				holdsPolicy(t, e, b.kind, b.name, b.policyName)
				tainted := fmt.Sprintf("The %s %s is marked as tainted [principal-tainted]", b.kind, b.name)
				if untaint {
					w.saysNot(output, tainted)
				} else {
					w.says(output, tainted)
				}
				if same := uniqueID(t, e, b.kind, b.name) == before[resource]; same != untaint {
					t.Errorf("the %s %s is the same one: got %t, want %t", b.kind, b.name, same, untaint)
				}
			}
			w.mustRun("destroy", "-auto-approve")
		})
	}
}

// profileOf gives access roles an instance profile.
func profileOf(resource, name string) string {
	if resource != "fovea_access_role" {
		return ""
	}
	return fmt.Sprintf("instance_profile_name = %q", name)
}

// uniqueID is that of a user or a role.
func uniqueID(t *testing.T, e *acctest.Env, kind, name string) string {
	t.Helper()
	if kind == "user" {
		out, err := e.IAM.GetUser(t.Context(), &iam.GetUserInput{UserName: &name})
		if err != nil {
			t.Fatal(err)
		}
		return *out.User.UserId
	}
	out, err := e.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Role.RoleId
}
