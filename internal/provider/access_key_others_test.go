package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// leaveKey makes a key as an apply does that is killed right after the request.
func leaveKey(t *testing.T, e *acctest.Env, user string) (id string) {
	t.Helper()
	out, err := e.IAM.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	return *out.AccessKey.AccessKeyId
}

// TestAccessKeyLeftByARotation plans again after a rotation that was killed when IAM had
// made the new key.
func TestAccessKeyLeftByARotation(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := func(year string) string {
		return e.Config("%s", userBlock(name, "")+keyBlock("rotation_triggers = { year = \""+year+"\" }\nlifecycle {\n create_before_destroy = true\n}"))
	}
	var (
		heard warnings
		left  string
	)
	heard.run(t,
		resource.TestStep{Config: config("2026"), PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			PreConfig:          func() { left = leaveKey(t, e, name) },
			Config:             config("2027"),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: func() {
				heard.expect(t, left+" (Active, made 20")()
				for _, id := range idsOfKeys(t, e, name) {
					if id == left {
						deleteKey(t, e, name, id)
					}
				}
			},
			Config:        config("2027"),
			PostApplyFunc: heard.expect(t),
		},
	)
}

// TestAccessKeyLeftByACreation plans a key for a user who has one already.
func TestAccessKeyLeftByACreation(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	var (
		heard warnings
		left  string
	)
	heard.run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")), PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			PreConfig: func() { left = leaveKey(t, e, name) },
			Config:    e.Config("%s", userBlock(name, "")+keyBlock("")),
			PostApplyFunc: func() {
				heard.expect(t, "The user "+name+" has other access keys [access-keys-of-others] The state has no key for this resource. The user also has "+left+" (Active, made ")()
				deleteKey(t, e, name, left)
			},
		},
	)
}
