package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

var roleState = stateOf(theRole)

func TestAccessRoleDefaults(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", roleBlock(name, ""))
	text := knownvalue.StringExact
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(action(theRole, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(theRole, tfjsonpath.New("policy"), text(readPolicy)),
				plancheck.ExpectKnownValue(theRole, tfjsonpath.New("trust_policy"), text(ec2Trust))),
			ConfigStateChecks: []statecheck.StateCheck{
				roleState("id", text(name)),
				roleState("name", text(name)),
				roleState("path", text("/")),
				roleState("additional_buckets", texts()),
				roleState("access", text("read")),
				roleState("policy_name", text("FOVEAVideoAccess")),
				roleState("policy", text(readPolicy)),
				roleState("trust_policy", text(ec2Trust)),
				roleState("trusted_services", texts("ec2.amazonaws.com")),
				roleState("trusted_principal_arns", knownvalue.Null()),
				roleState("github_actions", knownvalue.Null()),
				roleState("web_identity", knownvalue.Null()),
				roleState("instance_profile_name", knownvalue.Null()),
				roleState("instance_profile_arn", knownvalue.Null()),
				roleState("max_session_duration", number(3600)),
				roleState("permissions_boundary", knownvalue.Null()),
				roleState("tags_all", knownvalue.MapExact(map[string]knownvalue.Check{})),
				roleState("arn", text("arn:aws:iam::123456789012:role/"+name)),
				roleState("unique_id", knownvalue.NotNull()),
			},
		},
	)
	if roleExists(t, e, name) {
		t.Error("the role is still there after a destroy")
	}
}

// TestAccessRoleChangesInPlace changes every argument of one role, and only what
// was meant.
func TestAccessRoleChangesInPlace(t *testing.T) {
	e := acctest.Start(t)
	change := func(from, to string, attributes ...string) edit {
		role := acctest.Name(t)
		return edit{from: roleBlock(role, from), to: roleBlock(role, to), attributes: attributes}
	}
	const services = `trusted_services = ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]`
	cluster := func(account, audiences string) string {
		return fmt.Sprintf("web_identity = {\n oidc_provider_arn = \"arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC\"\n subjects = [\"system:serviceaccount:fovea:%s\"]\n%s\n}", account, audiences)
	}
	editsInPlace(t, e, "fovea_access_role", "unique_id", map[string]edit{
		"session":        change("", "max_session_duration = 7200", "max_session_duration"),
		"boundary":       change("", fmt.Sprintf("permissions_boundary = %q", boundary), "permissions_boundary"),
		"tags":           change("", `tags = { team = "video" }`, "tags"),
		"services":       change("", services, "trust_policy", "trusted_services"),
		"same services":  change(services, `trusted_services = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]`),
		"pods":           change("", `trusted_services = ["pods.eks.amazonaws.com"]`, "trust_policy", "trusted_services"),
		"web identity":   change("", cluster("backend", ""), "trust_policy", "web_identity"),
		"same identity":  change(cluster("backend", ""), cluster("backend", `audiences = ["sts.amazonaws.com"]`)),
		"subjects":       change(cluster("backend", ""), cluster("worker", ""), "trust_policy", "web_identity"),
		"audiences":      change(cluster("backend", ""), cluster("backend", `audiences = ["sts.amazonaws.com", "fovea"]`), "trust_policy", "web_identity"),
		"same audiences": change(cluster("backend", `audiences = ["sts.amazonaws.com", "fovea"]`), cluster("backend", `audiences = ["fovea", "sts.amazonaws.com"]`)),
		"principals":     change("", "trusted_services = []\ntrusted_principal_arns = [\"arn:aws:iam::123456789012:root\"]", "trust_policy", "trusted_principal_arns", "trusted_services"),
		"upload":         change("", `access = "upload"`, "access", "policy"),
		"manifest":       change("", "access = \"manifest\"\nmanifest_key = \"lists/videos.json\"", "access", "manifest_key", "policy"),
		"prefixes":       change("", `prefixes = ["b/", "a/"]`, "policy", "prefixes"),
		"buckets":        change("", `additional_buckets = ["fovea-backup"]`, "additional_buckets", "policy"),
		"same buckets":   change(`additional_buckets = ["fovea-backup", "archive"]`, `additional_buckets = ["archive", "fovea-backup"]`),
		"keys":           change("", fmt.Sprintf("kms_key_arns = [%q]", kmsKey), "kms_key_arns", "policy"),
		"name of policy": change("", `policy_name = "Videos"`, "policy_name"),
	})
}

// TestAccessRoleOtherName makes another role: IAM cannot rename one.
func TestAccessRoleOtherName(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	replace := before(action(theRole, plancheck.ResourceActionReplace))
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", roleBlock(name, `instance_profile_name = "`+name+`"`))},
		resource.TestStep{Config: e.Config("%s", roleBlock(name+"-b", `instance_profile_name = "`+name+`"`)), ConfigPlanChecks: replace},
		resource.TestStep{Config: e.Config("%s", roleBlock(name+"-b", `path = "/fovea/"`)), ConfigPlanChecks: replace},
	)
}

// TestAccessRoleInstanceProfile adds a profile to a role, tags it, gives it another
// name and takes it away.
func TestAccessRoleInstanceProfile(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	profile := func(name string) string { return fmt.Sprintf("instance_profile_name = %q\n", name) }
	arn := func(name string) knownvalue.Check {
		return knownvalue.StringExact("arn:aws:iam::123456789012:instance-profile/" + name)
	}
	tagged := func() {
		out, err := e.IAM.GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: &name})
		if err != nil || len(out.InstanceProfile.Tags) != 1 || *out.InstanceProfile.Tags[0].Value != "video" {
			t.Errorf("the profile is %+v, %v", out, err)
		}
	}
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", roleBlock(name, ""))},
		resource.TestStep{
			Config:            e.Config("%s", roleBlock(name, profile(name))),
			ConfigPlanChecks:  before(changes{theRole, []string{"instance_profile_arn", "instance_profile_name"}}),
			ConfigStateChecks: []statecheck.StateCheck{roleState("instance_profile_arn", arn(name))},
		},
		resource.TestStep{
			Config:           e.Config("%s", roleBlock(name, profile(name)+`tags = { team = "video" }`)),
			ConfigPlanChecks: before(changes{theRole, []string{"tags"}}),
		},
		resource.TestStep{
			PreConfig:         tagged,
			Config:            e.Config("%s", roleBlock(name, profile(name+"-b"))),
			ConfigPlanChecks:  before(changes{theRole, []string{"instance_profile_arn", "instance_profile_name", "tags"}}),
			ConfigStateChecks: []statecheck.StateCheck{roleState("instance_profile_arn", arn(name+"-b"))},
		},
		resource.TestStep{
			Config:            e.Config("%s", roleBlock(name, "")),
			ConfigPlanChecks:  before(changes{theRole, []string{"instance_profile_arn", "instance_profile_name"}}),
			ConfigStateChecks: []statecheck.StateCheck{roleState("instance_profile_arn", knownvalue.Null())},
		},
	)
	left, err := e.IAM.ListInstanceProfiles(t.Context(), &iam.ListInstanceProfilesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range left.InstanceProfiles {
		if *p.InstanceProfileName == name || *p.InstanceProfileName == name+"-b" {
			t.Errorf("the profile %s is left behind", *p.InstanceProfileName)
		}
	}
}

// TestAccessRoleImport imports roles of every kind, after which the plan is empty.
func TestAccessRoleImport(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]importable{}
	for name, arguments := range map[string]string{
		"read":     "",
		"upload":   "access = \"upload\"\npath = \"/fovea/\"\ntags = { team = \"video\" }\nmax_session_duration = 7200\npermissions_boundary = \"" + boundary + "\"",
		"several":  "additional_buckets = [\"archive\", \"fovea-backup\"]\naccess = \"manifest\"",
		"named":    "policy_name = \"Videos\"\naccess = \"manifest\"\nmanifest_key = \"lists/videos.json\"",
		"services": "trusted_services = [\"ec2.amazonaws.com\", \"lambda.amazonaws.com\"]\nprefixes = [\"a/\", \"b/\"]",
		"account":  "trusted_services = []\ntrusted_principal_arns = [\"arn:aws:iam::123456789012:root\"]\nkms_key_arns = [\"" + kmsKey + "\"]",
		"github": `trusted_services = []
  github_actions = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    subjects          = ["repo:a/b:environment:production", "repo:a/b:ref:refs/heads/main"]
  }`,
		"eks": `trusted_services = ["pods.eks.amazonaws.com"]
  web_identity = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"
    subjects          = ["system:serviceaccount:fovea:backend", "system:serviceaccount:fovea:worker"]
  }`,
		"gitlab and github": `trusted_services = []
  web_identity = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com/gitlab"
    subjects          = ["project_path:g/p:ref_type:branch:ref:main"]
    audiences         = ["https://gitlab.example.com", "sts.amazonaws.com"]
  }
  github_actions = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/github.example.com/_services/token"
    subjects          = ["repo:a/b:environment:production"]
  }`,
		"profile": "instance_profile_name = \"PROFILE\"",
	} {
		role := acctest.Name(t)
		cases[name] = importable{roleBlock(role, strings.ReplaceAll(arguments, "PROFILE", role+"-profile")), role}
	}
	imports(t, e, "fovea_access_role", cases, inOtherWords...)
}

// TestAccessRoleImportByCommand has no configuration to go by.
func TestAccessRoleImportByCommand(t *testing.T) {
	e := acctest.Start(t)
	role := acctest.Name(t)
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", roleBlock(role, "policy_name = \"Videos\"\ninstance_profile_name = \""+role+"\""))},
		resource.TestStep{ResourceName: theRole, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: inOtherWords},
	)
}

func TestRoleIdentity(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", roleBlock(name, "")+replicationRoleBlock(name+"-s3", ""))
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(theRole, tfjsonpath.New("name")),
				statecheck.ExpectIdentityValueMatchesState(theReplicationRole, tfjsonpath.New("name")),
			}},
			{Config: config, ResourceName: theRole, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{Config: config, ResourceName: theReplicationRole, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestRoleRequests(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", roleBlock(name, `instance_profile_name = "`+name+`"`)+replicationRoleBlock(name+"-s3", "")),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			// Between these two Terraform plans once.
			PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { e.Fake.Requests().Reset() })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				want := map[string]int{"GetCallerIdentity": 1, "GetRole": 2, "GetRolePolicy": 2, "GetInstanceProfile": 1}
				if got := e.Fake.Requests().Counts(); !maps.Equal(got, want) {
					return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
				}
				return nil
			})},
		},
	})
}
