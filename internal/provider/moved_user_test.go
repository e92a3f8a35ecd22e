package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestMovedUser moves a user of hashicorp/aws whose inline policies have the given
// names and texts: the plan is empty but for what it says.
func TestMovedUser(t *testing.T) {
	const others = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}`
	e := acctest.Start(t)
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		policies  map[string]string
		kind, old string // what is moved
		arguments string
		changes   []string
		warnings  []string
		left      []string // policies after the apply
	}{
		"as by default": {
			policies: map[string]string{"FOVEAVideoAccess": readPolicy},
			left:     []string{"FOVEAVideoAccess"},
		},
		"force_destroy": {
			policies: map[string]string{"FOVEAVideoAccess": readPolicy},
			old:      "force_destroy = true", arguments: "force_destroy = true",
			left: []string{"FOVEAVideoAccess"},
		},
		"under another name": {
			policies:  map[string]string{"videos": readPolicy},
			arguments: `policy_name = "videos"`,
			left:      []string{"videos"},
		},
		"under another name, which changes": {
			policies: map[string]string{"videos": readPolicy},
			changes:  []string{"policy_name"},
			left:     []string{"FOVEAVideoAccess"},
		},
		"the recognized one of several": {
			policies:  map[string]string{"queue": others, "videos": readPolicy},
			arguments: `policy_name = "videos"`,
			warnings:  []string{"has other inline policies [policies-unmanaged] Its resource has one inline policy, and leaves these alone: queue."},
			left:      []string{"queue", "videos"},
		},
		"none of several": {
			policies: map[string]string{"queue": others, "topic": others},
			changes:  []string{"access", "bucket", "policy"},
			warnings: []string{"leaves these alone: queue, topic."},
			left:     []string{"FOVEAVideoAccess", "queue", "topic"},
		},
		"by the policy": {
			policies: map[string]string{"queue": readPolicy, "videos": readPolicy},
			kind:     "aws_iam_user_policy", old: `user = "USER"` + "\nname = \"videos\"",
			arguments: `policy_name = "videos"`,
			warnings:  []string{"leaves these alone: queue."},
			left:      []string{"queue", "videos"},
		},
	} {
		user := acctest.Name(t)
		makeUser(t, e, user)
		for name, document := range tt.policies {
			putPolicy(t, e, user, name, document)
		}
		if tt.kind == "" {
			tt.kind, tt.old = "aws_iam_user", "name = \"USER\"\narn = \"arn:aws:iam::123456789012:user/USER\"\n"+tt.old
		}
		cases[name] = movable{
			kind: tt.kind, old: strings.ReplaceAll(tt.old, "USER", user),
			to: "fovea_access_user", block: userBlock(user, tt.arguments),
			changes: tt.changes, warnings: tt.warnings,
			state: map[string]knownvalue.Check{"force_destroy": knownvalue.Bool(strings.Contains(tt.old, "true"))},
			end: func() {
				out, err := e.IAM.ListUserPolicies(t.Context(), &iam.ListUserPoliciesInput{UserName: &user})
				if err != nil || !slices.Equal(slices.Sorted(slices.Values(out.PolicyNames)), tt.left) {
					t.Errorf("%s: the user has the policies %v, %v, want %v", name, out.PolicyNames, err, tt.left)
				}
				for _, other := range []string{"queue", "topic"} {
					if slices.Contains(tt.left, other) {
						deletePolicy(t, e, user, other) // so that the user can be deleted
					}
				}
			},
		}
	}
	moves(t, e, cases)
}

// TestMovedUserWithoutRefresh applies a move of which the plan knows nothing but
// names: the apply writes what is configured, and deletes nothing.
func TestMovedUserWithoutRefresh(t *testing.T) {
	e := acctest.Start(t)
	user := acctest.Name(t)
	made, err := e.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	putPolicy(t, e, user, "FOVEAVideoAccess", readPolicy)
	var heard warnings
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: heard.besideStandIn(),
		AdditionalCLIOptions:     &resource.AdditionalCLIOptions{Apply: resource.ApplyOptions{}, Plan: resource.PlanOptions{NoRefresh: true}},
		Steps: []resource.TestStep{
			{Config: oldBlock("aws_iam_user", fmt.Sprintf("name = %q\nunique_id = %q", user, *made.User.UserId))},
			{
				Config:           e.Config("%s", userBlock(user, "")) + moveBlock("aws_iam_user", theUser),
				ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionUpdate)),
			},
			{Config: e.Config("%s", userBlock(user, "")), ConfigPlanChecks: nothing()},
		},
	})
}

// TestMovedKey moves access keys: no other key is made, and what IAM shows once is
// still in the state.
func TestMovedKey(t *testing.T) {
	e := acctest.Start(t)
	ops := newPGPKey(t)
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		old, arguments string
		changes        []string
		secret         string
	}{
		"plain":         {old: `secret = "hush"`, secret: "hush"},
		"inactive":      {old: "secret = \"hush\"\nstatus = \"Inactive\"", arguments: `status = "Inactive"`, secret: "hush"},
		"sealed":        {old: "encrypted_secret = \"c2VhbGVk\"\n" + pgpArgument(publicKey(t, ops)), arguments: pgpArgument(publicKey(t, ops))},
		"by Keybase":    {old: "encrypted_secret = \"c2VhbGVk\"\npgp_key = \"keybase:ops\"", changes: []string{"pgp_key"}},
		"now by itself": {old: "encrypted_secret = \"c2VhbGVk\"\npgp_key = \"keybase:ops\"", arguments: pgpArgument(publicKey(t, ops)), changes: []string{"pgp_key"}},
	} {
		user := acctest.Name(t)
		makeUser(t, e, user)
		id, _ := makeKey(t, e, user)
		if strings.Contains(tt.old, "Inactive") {
			if _, err := e.IAM.UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: "Inactive"}); err != nil {
				t.Fatal(err)
			}
		}
		secret, sealed := knownvalue.Check(knownvalue.Null()), knownvalue.Check(knownvalue.StringExact("c2VhbGVk"))
		if tt.secret != "" {
			secret, sealed = knownvalue.StringExact(tt.secret), knownvalue.Null()
		}
		cases[name] = movable{
			kind: "aws_iam_access_key", old: "id = \"" + id + "\"\nuser = \"" + user + "\"\n" + tt.old,
			to: "fovea_access_key", block: fmt.Sprintf("resource \"fovea_access_key\" \"this\" {\n  user = %q\n%s\n}\n", user, tt.arguments),
			changes: tt.changes,
			state: map[string]knownvalue.Check{
				"access_key_id": knownvalue.StringExact(id), "secret_access_key": secret, "encrypted_secret_access_key": sealed,
			},
		}
	}
	moves(t, e, cases)
}
