package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// prefixes makes an argument of n prefixes of 40 characters.
func prefixes(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("%q", fmt.Sprintf("a-folder-with-a-rather-long-name-%06d/", i)))
	}
	return "prefixes = [" + strings.Join(list, ", ") + "]"
}

func TestAccessUserRefusals(t *testing.T) {
	for name, tt := range map[string]struct{ arguments, message string }{
		"unknown access":      {`access = "write"`, `Attribute access value must be one of: ["read" "upload" "manifest"], got: "write"`},
		"slash in a name":     {`policy_name = "fovea/read"`, `"fovea/read" cannot be used: it has a slash`},
		"path without a end":  {`path = "/fovea"`, `"/fovea" cannot be used: it does not end with a slash`},
		"boundary of a role":  {`permissions_boundary = "arn:aws:iam::123456789012:role/x"`, `it is the ARN of something else. It must be an ARN like "arn:aws:iam::123456789012:policy/example"`},
		"pattern as a prefix": {`prefixes = ["clips/*"]`, `"clips/*" cannot be used: it has *, which a policy takes for a pattern`},
		"no prefixes":         {`prefixes = []`, `list must contain at least 1 elements`},
		"empty prefix":        {`prefixes = [""]`, `"" cannot be used: it is empty, and so begins every key. It begins keys, such as "clips/", without a slash in front. To name no prefix, leave the argument out.`},
		"prefix with a slash": {`prefixes = ["/clips"]`, `it begins with a slash`},
		"prefixes of a manifest": {"access = \"manifest\"\nprefixes = [\"clips/\"]",
			`access = "manifest" is for the manifest's key alone, and lists the whole bucket. Leave prefixes out.`},
		"name of no bucket":       {`additional_buckets = ["Videos"]`, `"Videos" cannot be used: it has the upper-case letter V`},
		"bucket named twice":      {`additional_buckets = ["fovea-videos"]`, `The bucket fovea-videos is named twice [access-invalid]`},
		"additional bucket twice": {`additional_buckets = ["backup", "backup"]`, `additional_buckets names it twice. Remove it from additional_buckets.`},
		"many buckets":            {"additional_buckets = [for i in range(40) : \"fovea-production-videos-${i}\"]", `and IAM allows 2048 for all inline policies together. Give fewer or shorter prefixes, KMS keys and additional buckets`},
		"name of a KMS alias":     {`kms_key_arns = ["alias/videos"]`, `"alias/videos" cannot be used: it is an alias, and a policy that names one grants nothing.`},
		"ARN of a KMS alias": {`kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:alias/fovea"]`,
			`"arn:aws:kms:us-east-1:123456789012:alias/fovea" cannot be used: it is an alias, and a policy that names one grants nothing. ` +
				`It must be the ARN of a key, like "arn:aws:kms:us-east-1:123456789012:key/example". For an alias, give target_key_arn of data.aws_kms_alias.`},
		"KMS alias by its code":    {`kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:alias/fovea"]`, `Invalid KMS key ARN [kms-key-unusable]`},
		"tags that differ by case": {`tags = { Team = "a", team = "a" }`, `"Team" and "team" are one tag to IAM`},
		"reserved tag":             {`tags = { "aws:team" = "video" }`, `The tag "aws:team" cannot be used`},
		"long prefixes":            {prefixes(20), `and IAM allows 2048 for all inline policies together. Give fewer or shorter prefixes`},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.Run(t, resource.TestStep{
				Config:      e.Config("%s", userBlock("fovea-user", tt.arguments)),
				PlanOnly:    true,
				ExpectError: acctest.Message(tt.message),
			})
		})
	}
}

func TestAccessUserNames(t *testing.T) {
	e := acctest.Start(t)
	for name, message := range map[string]string{
		"":                      `"" cannot be used: it is empty. A name has 1 to 64`,
		"fovea backend":         `"fovea backend" cannot be used: it has the character " "`,
		strings.Repeat("x", 65): `it has 65 characters. A name has 1 to 64`,
	} {
		e.Run(t, resource.TestStep{Config: e.Config("%s", userBlock(name, "")), PlanOnly: true, ExpectError: acctest.Message(message)})
	}
}

// TestAccessUserExists finds a user that somebody else has made, which is left as
// it is.
func TestAccessUserExists(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto takes names that differ by case for two")
	name := acctest.Name(t)
	makeUser(t, e, name)
	shout := strings.ToUpper(name)
	e.Run(t,
		resource.TestStep{
			Config:      e.Config("%s", userBlock(name, "")),
			ExpectError: acctest.Message(`The IAM user "` + name + `" exists already, and the provider does not take it over by itself. Import it (terraform import ADDRESS ` + name + `)`),
		},
		resource.TestStep{
			Config:      e.Config("%s", userBlock(shout, "")),
			ExpectError: acctest.Message(`The IAM user "` + name + `" exists already, and IAM names are unique ignoring case, so "` + shout + `" is taken. Set the name to "` + name + `" and import it`),
		},
		resource.TestStep{ // nothing to do, and nothing in the state
			Config:           e.Config("%s", userBlock(name+"-2", "")),
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionCreate)),
		},
		resource.TestStep{
			Config:      e.Config("%s", userBlock(name, "")),
			ExpectError: acctest.Message("The user " + name + "-2 was not renamed, and nothing else was changed."),
		},
	)
	if !userExists(t, e, name) {
		t.Error("the user of somebody else is gone")
	}
}

// TestAccessUserLongPolicyKeepsItsName cannot rename a policy of which IAM has no
// room for two.
func TestAccessUserLongPolicyKeepsItsName(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	long := prefixes(9)
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", userBlock(name, long))},
		resource.TestStep{
			Config:      e.Config("%s", userBlock(name, long+"\npolicy_name = \"Videos\"")),
			PlanOnly:    true,
			ExpectError: acctest.Message(`Keep the name "FOVEAVideoAccess", or shorten the policy in an apply of its own first.`),
		},
		resource.TestStep{ // both fit
			Config:           e.Config("%s", userBlock(name, prefixes(2)+"\npolicy_name = \"Videos\"")),
			ConfigPlanChecks: before(changes{theUser, []string{"policy", "policy_name", "prefixes"}}),
		},
	)
}
