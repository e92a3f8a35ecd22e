package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestAccessRoleInput refuses at plan what would be refused, or trust too many,
// later.
func TestAccessRoleInput(t *testing.T) {
	e := acctest.Start(t)
	github := func(provider, subjects string) string {
		return fmt.Sprintf("trusted_services = []\ngithub_actions = {\n oidc_provider_arn = %q\n subjects = [%s]\n}", provider, subjects)
	}
	identity := func(issuer, subjects, audiences string) string {
		arn := "arn:aws:iam::123456789012:oidc-provider/" + issuer
		if issuer == "" {
			arn = "arn:aws:iam::123456789012:saml-provider/x"
		}
		if audiences != "" {
			audiences = "audiences = [" + audiences + "]"
		}
		return fmt.Sprintf("trusted_services = []\nweb_identity = {\n oidc_provider_arn = %q\n subjects = [%s]\n%s\n}", arn, subjects, audiences)
	}
	const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprintf("a-prefix-of-some-length-%d/", i)))
	}
	for arguments, want := range map[string]string{
		`trusted_services = ["ec2"]`:                                                   "it is not the name of a service. It must be the name of an AWS service as policies have it",
		`trusted_services = []`:                                                        "the role trusts nobody: name a service, a principal, GitHub workflows or another web identity",
		`trusted_principal_arns = []`:                                                  "list must contain at least 1 elements",
		`trusted_principal_arns = ["123456789012"]`:                                    "it is not an ARN",
		github(provider, ""):                                                           "list must contain at least 1 elements",
		github(provider, `"repo:a/b:*"`):                                               "it is a pattern, which can trust workflows that anybody starts",
		github("arn:aws:iam::123456789012:role/x", `"repo:a/b:environment:p"`):         "it is the ARN of something else",
		identity("gitlab.com", `"*"`, ""):                                              "it is a pattern, which can trust tokens that anybody gets",
		identity("gitlab.com", `"project_path:g/p:ref_type:branch:ref:*"`, ""):         "it is a pattern, which can trust tokens that anybody gets",
		identity("gitlab.com", "", ""):                                                 "list must contain at least 1 elements",
		identity("gitlab.com", `"${"$"}{aws:username}"`, ""):                           "it has ${, which a policy takes for a variable",
		identity("gitlab.com", `"project_path:g/p:ref_type:branch:ref:main"`, `"*"`):   "it is a pattern, which can trust tokens that anybody gets",
		identity("", `"system:serviceaccount:fovea:backend"`, ""):                      "it is the ARN of something else",
		identity("gitlab.com", "null", ""):                                             "null",
		"web_identity = { subjects = [\"a\"] }":                                        `attribute "oidc_provider_arn" is required`,
		"max_session_duration = 60":                                                    "value must be between 3600 and 43200",
		"max_session_duration = 50000":                                                 "value must be between 3600 and 43200",
		`instance_profile_name = "a b"`:                                                `it has the character " "`,
		"instance_profile_name = \"a\"\ntrusted_services = [\"lambda.amazonaws.com\"]": `the role does not trust EC2. Add "ec2.amazonaws.com" to trusted_services, or leave instance_profile_name out.`,
		`permissions_boundary = "AdministratorAccess"`:                                 "it is not an ARN",
		`access = "write"`:                                                             "value must be one of",
		"access = \"manifest\"\nprefixes = [\"a/\"]":                                   `access = "manifest" is for the manifest's key alone`,
		`path = "fovea"`:                                                               "it does not begin with a slash",
		"prefixes = [" + strings.Join(many, ", ") + "]":                                "IAM allows 10240 for all inline policies together",
	} {
		e.Run(t, resource.TestStep{Config: e.Config("%s", roleBlock("fovea", arguments)), PlanOnly: true, ExpectError: acctest.Message(want)})
	}
}

// TestAccessRoleTaken meets a role and a profile that exist already, and leaves
// them alone.
func TestAccessRoleTaken(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeRole(t, e, name, "ec2.amazonaws.com")
	e.Run(t,
		resource.TestStep{
			Config:      e.Config("%s", roleBlock(name, "")),
			ExpectError: acctest.Message(`The IAM role "` + name + `" exists already, and the provider does not take it over by itself.`),
		},
		resource.TestStep{Config: e.Config("%s", roleBlock(name+"-b", `instance_profile_name = "`+name+`"`))},
		resource.TestStep{
			Config: e.Config("%s", roleBlock(name+"-b", `instance_profile_name = "`+name+`"`)+
				strings.ReplaceAll(roleBlock(name+"-c", `instance_profile_name = "`+name+`"`), `"this"`, `"other"`)),
			ExpectError: acctest.Message(`The IAM instance profile "` + name + `" exists already`),
		},
	)
	if roleExists(t, e, name+"-c") {
		t.Error("a role without its profile is left behind")
	}
}

// TestRoleUnfinished fails to write the policy of new roles: they are removed
// again, and the next apply works.
func TestRoleUnfinished(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	name := acctest.Name(t)
	config := e.Config("%s", roleBlock(name, "")+replicationRoleBlock(name+"-s3", ""))
	lift := e.Fake.Inject(fakeaws.Fault{Operation: "PutRolePolicy", Status: http.StatusForbidden, Code: "AccessDenied", Message: "User is not authorized to perform: iam:PutRolePolicy"})
	e.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Message("Could not complete the new role " + name + "-s3")},
		resource.TestStep{
			Config:      config,
			ExpectError: acctest.Message("The role was removed again, so nothing is left. Correct the cause and apply again. The credentials in use lack a permission"),
		},
		resource.TestStep{
			PreConfig:        func() { lift() },
			Config:           config,
			ConfigPlanChecks: before(action(theRole, plancheck.ResourceActionCreate), action(theReplicationRole, plancheck.ResourceActionCreate)),
		},
	)
}

// TestReplicationRoleInput refuses at plan what S3 and IAM would refuse later.
func TestReplicationRoleInput(t *testing.T) {
	e := acctest.Start(t)
	for arguments, want := range map[string]string{
		"source_bucket_arn = \"fovea-videos\"\ndestination_bucket_arns = [\"arn:aws:s3:::b\"]":                                  "it is not an ARN, but perhaps the name of a bucket",
		"source_bucket_arn = \"arn:aws:s3:::a\"\ndestination_bucket_arns = []":                                                  "list must contain at least 1 elements",
		"source_bucket_arn = \"arn:aws:s3:::a\"\ndestination_bucket_arns = [\"arn:aws:s3:::b/*\"]":                              "it is the ARN of objects",
		"source_bucket_arn = \"arn:aws:s3:::a\"\ndestination_bucket_arns = [\"arn:aws:s3:::b\", \"arn:aws:s3:::a\"]":            `"arn:aws:s3:::a" is the source. Name another bucket`,
		"source_bucket_arn = \"arn:aws:s3:::a\"\ndestination_bucket_arns = [\"arn:aws:s3:::b\"]\nsource_kms_key_arns = [\"1\"]": "it is not an ARN",
		"source_bucket_arn = \"arn:aws:s3:::a\"\ndestination_bucket_arns = [\"arn:aws:s3:::b\"]\nreplica_kms_key_arns = []":     "list must contain at least 1 elements",
	} {
		e.Run(t, resource.TestStep{
			Config:   e.Config("resource \"fovea_replication_role\" \"this\" {\n name = \"fovea\"\n%s\n}\n", arguments),
			PlanOnly: true, ExpectError: acctest.Message(want),
		})
	}
}
