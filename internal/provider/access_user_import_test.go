package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestAccessUserImport imports users of every kind, after which the plan is empty.
func TestAccessUserImport(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]importable{}
	for name, arguments := range map[string]string{
		"read":     "",
		"upload":   "access = \"upload\"\npath = \"/fovea/\"\ntags = { team = \"video\" }",
		"bounded":  "permissions_boundary = \"" + boundary + "\"",
		"manifest": "access = \"manifest\"\nmanifest_key = \"lists/videos.json\"",
		"narrowed": "prefixes = [\"b/\", \"a/\"]\nkms_key_arns = [\"" + kmsKey + "\", \"" + kmsKey + "0\"]",
		"several":  "additional_buckets = [\"fovea-backup\", \"archive\"]\nprefixes = [\"a/\"]",
		"named":    "policy_name = \"Videos\"\naccess = \"upload\"\nprefixes = [\"a/\"]",
		"keyed":    "access = \"manifest\"\nkms_key_arns = [\"" + kmsKey + "\"]",
	} {
		if name == "bounded" && e.Fake == nil {
			continue // moto does not show a user's boundary
		}
		user := acctest.Name(t)
		cases[name] = importable{userBlock(user, arguments), user}
	}
	imports(t, e, "fovea_access_user", cases, "prefixes", "additional_buckets") // which are sorted then
}

// TestAccessUserImportByCommand has no configuration to go by.
func TestAccessUserImportByCommand(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(acctest.Name(t), "prefixes = [\"b/\", \"a/\"]\npolicy_name = \"Videos\""))},
		resource.TestStep{
			ResourceName: theUser, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"prefixes"}, // sorted, which means the same
		},
	)
}

func TestAccessIdentity(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	renamed := e.Config("%s", userBlock(name+"-b", "")+keyBlock(""))
	identity := []statecheck.StateCheck{
		statecheck.ExpectIdentityValueMatchesState(theUser, tfjsonpath.New("name")),
		statecheck.ExpectIdentityValueMatchesState(theKey, tfjsonpath.New("access_key_id")),
	}
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: identity},
			{Config: config, ResourceName: theUser, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{Config: config, ResourceName: theKey, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{Config: renamed, ConfigStateChecks: identity},
		},
	})
}

// TestAccessUserImportOfTheGuide imports a user that was made by hand, whose
// policy is none that the resource writes: the bucket is the one that the policy names,
// and the plan shows what happens to the policy.
func TestAccessUserImportOfTheGuide(t *testing.T) {
	const guide = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],` +
		`"Resource":["arn:aws:s3:::fovea-videos","arn:aws:s3:::fovea-videos/*"]}]}`
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeUser(t, e, name)
	putPolicy(t, e, name, "FOVEAVideoAccess", guide)
	e.Run(t,
		resource.TestStep{
			Config:       e.Config("%s", userBlock(name, "")),
			ResourceName: theUser, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: name,
			ExpectNonEmptyPlan: true,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
				action(theUser, plancheck.ResourceActionUpdate),
				changes{theUser, []string{"access", "policy"}},
			}},
		},
		resource.TestStep{Config: e.Config("%s", userBlock(name, "")+"import {\n  to = "+theUser+"\n  id = \""+name+"\"\n}\n")},
	)
}

func TestAccessUserImportOfNobody(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{
		Config:       e.Config("%s", userBlock("nobody", "")),
		ResourceName: theUser, ImportState: true, ImportStateId: "nobody",
		ExpectError: acctest.Message("Cannot import non-existent remote object"),
	})
}
