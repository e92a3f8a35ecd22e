package provider_test

import (
	"strings"
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

// keptKey is the other key than the given one.
func keptKey(t *testing.T, e *acctest.Env, user, left string) string {
	t.Helper()
	for _, id := range idsOfKeys(t, e, user) {
		if id != left {
			return id
		}
	}
	t.Fatalf("the user %s has no key but %s", user, left)
	return ""
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
				// The CLI drops what the new half of a replacement warns of.
				if seen := strings.Join(heard.take(), "\n"); !acctest.Message("The state has "+keptKey(t, e, name, left)+" (Active, created 20").MatchString(seen) || !strings.Contains(seen, "The user also has "+left) {
					t.Errorf("got warnings %s, want one that tells the key in the state from %s", seen, left)
				}
				for _, id := range idsOfKeys(t, e, name) {
					if id == left {
						deleteKey(t, e, name, id)
					}
				}
			},
			Config:        config("2027"),
			PostApplyFunc: heard.expect(t, "will be replaced [access-key-replaced]", "was replaced [access-key-ends]"),
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
				heard.expect(t, "The user "+name+" has other access keys [access-keys-of-others] The state has no key for this resource. The user also has "+left+" (Active, created ")()
				deleteKey(t, e, name, left)
			},
		},
	)
}
