package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// givenRole makes a role with an inline policy and instance profiles, as
// hashicorp/aws would.
func givenRole(t *testing.T, e *acctest.Env, name, service, policyName, document string, profiles ...string) {
	t.Helper()
	trust := strings.Replace(ec2Trust, "ec2.amazonaws.com", service, 1)
	if _, err := e.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	putRolePolicy(t, e, name, policyName, document)
	for _, profile := range profiles {
		if _, err := e.IAM.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &profile}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.IAM.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &profile, RoleName: &name}); err != nil {
			t.Fatal(err)
		}
	}
}

func putRolePolicy(t *testing.T, e *acctest.Env, role, name, document string) {
	t.Helper()
	if _, err := e.IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &document}); err != nil {
		t.Fatal(err)
	}
}

func policiesOfRole(t *testing.T, e *acctest.Env, role string) []string {
	t.Helper()
	out, err := e.IAM.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		t.Fatal(err)
	}
	return out.PolicyNames
}

// roleOfProfile names the role that a profile holds, "" when there is none.
func roleOfProfile(t *testing.T, e *acctest.Env, profile string) string {
	t.Helper()
	out, err := e.IAM.GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: &profile})
	if err != nil || len(out.InstanceProfile.Roles) == 0 {
		return ""
	}
	return *out.InstanceProfile.Roles[0].RoleName
}

func removeProfile(t *testing.T, e *acctest.Env, profile, role string) {
	t.Helper()
	if err := emptyProfile(t.Context(), e.IAM, profile, role); err != nil {
		t.Fatal(err)
	}
	if _, err := e.IAM.DeleteInstanceProfile(t.Context(), &iam.DeleteInstanceProfileInput{InstanceProfileName: &profile}); err != nil {
		t.Fatal(err)
	}
}

// TestMovedRole moves a role, its policy, or its instance profile: the plan is
// empty, and the profile is the one that the role had.
func TestMovedRole(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		kind, old string
		profiles  []string
		takes     string
	}{
		"by the role":       {"aws_iam_role", `name = "ROLE"`, []string{"-a"}, "-a"},
		"by the policy":     {"aws_iam_role_policy", "role = \"ROLE\"\nname = \"videos\"", []string{"-a"}, "-a"},
		"by the profile":    {"aws_iam_instance_profile", "role = \"ROLE\"\nname = \"ROLE-b\"", []string{"-a", "-b"}, "-b"},
		"without a profile": {"aws_iam_role", `name = "ROLE"`, nil, ""},
	} {
		role := acctest.Name(t)
		var profiles []string
		for _, p := range tt.profiles {
			profiles = append(profiles, role+p)
		}
		givenRole(t, e, role, "ec2.amazonaws.com", "videos", readPolicy, profiles...)
		arguments, arn := "policy_name = \"videos\"\n", knownvalue.Check(knownvalue.Null())
		if tt.takes != "" {
			arguments += fmt.Sprintf("instance_profile_name = %q\n", role+tt.takes)
			arn = knownvalue.StringExact("arn:aws:iam::123456789012:instance-profile/" + role + tt.takes)
		}
		cases[name] = movable{
			kind: tt.kind, old: strings.ReplaceAll(tt.old, "ROLE", role),
			to: "fovea_access_role", block: roleBlock(role, arguments),
			state: map[string]knownvalue.Check{"instance_profile_arn": arn},
			end: func() {
				for _, p := range profiles {
					if p != role+tt.takes {
						removeProfile(t, e, p, role) // so that the role can be deleted
					}
				}
			},
		}
	}
	moves(t, e, cases)
}

// TestFoundProfileIsLeftAlone moves a role whose instance profile is not configured:
// instances may be using it, so it stays.
func TestFoundProfileIsLeftAlone(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]movable{}
	for name, arguments := range map[string]string{
		"none configured":    "",
		"another configured": "instance_profile_name = \"PROFILE-b\"",
	} {
		role := acctest.Name(t)
		givenRole(t, e, role, "ec2.amazonaws.com", "FOVEAVideoAccess", readPolicy, role)
		cases[name] = movable{
			kind: "aws_iam_role", old: fmt.Sprintf("name = %q", role),
			to: "fovea_access_role", block: roleBlock(role, strings.ReplaceAll(arguments, "PROFILE", role)),
			changes: []string{"instance_profile_arn", "instance_profile_name"},
			warnings: []string{"The instance profile " + role + " is left alone [instance-profile-left] It was found when the role " + role +
				" was imported or moved, and instances may be using it."},
			end: func() {
				if holds := roleOfProfile(t, e, role); holds != role {
					t.Errorf("%s: the profile holds %q, want the role", name, holds)
				}
				removeProfile(t, e, role, role)
			},
		}
	}
	moves(t, e, cases)
}

// TestFoundProfileIsManagedOnceConfigured deletes a profile that was found when it
// was configured since, and is no more.
func TestFoundProfileIsManagedOnceConfigured(t *testing.T) {
	e := acctest.Start(t)
	role := acctest.Name(t)
	givenRole(t, e, role, "ec2.amazonaws.com", "FOVEAVideoAccess", readPolicy, role)
	profile := fmt.Sprintf("instance_profile_name = %q\n", role)
	var heard warnings
	heard.runMoves(t,
		resource.TestStep{Config: oldBlock("aws_iam_role", fmt.Sprintf("name = %q", role))},
		resource.TestStep{Config: e.Config("%s", roleBlock(role, profile+"tags = { team = \"video\" }")) + moveBlock("aws_iam_role", theRole)},
		resource.TestStep{Config: e.Config("%s", roleBlock(role, "")), PostApplyFunc: heard.expect(t, "The instance profile "+role+" of the role "+role+" is deleted [listing-lost]")},
	)
	if holds := roleOfProfile(t, e, role); holds != "" {
		t.Errorf("the profile is still there and holds %q", holds)
	}
}

// TestMovedReplicationRole moves a replication role whose policy has a name of its
// own, which is kept, or changed without S3 losing the right to copy.
func TestMovedReplicationRole(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		document, arguments string
		changes             []string
		left                string
	}{
		"kept":     {replicationPolicy, `policy_name = "replication"`, nil, "replication"},
		"replaced": {replicationPolicy, "", []string{"policy_name"}, "FOVEAReplication"},
		"rewritten": {strings.ReplaceAll(replicationPolicy, "s3:GetObjectVersionTagging", "s3:GetObjectVersion"), `policy_name = "replication"`,
			[]string{"destination_bucket_arns", "policy", "source_bucket_arn"}, "replication"},
	} {
		role := acctest.Name(t)
		givenRole(t, e, role, "s3.amazonaws.com", "replication", tt.document)
		if e.Fake != nil && name == "replaced" {
			e.Fake.Inject(fakeaws.Fault{Operation: "DeleteRolePolicy", Times: 1, Hook: func() {
				if has := policiesOfRole(t, e, role); !slices.Contains(has, tt.left) {
					t.Errorf("a policy goes while there is only %v", has)
				}
			}})
		}
		cases[name] = movable{
			kind: "aws_iam_role", old: fmt.Sprintf("name = %q\narn = \"arn:aws:iam::123456789012:role/%s\"", role, role),
			to: "fovea_replication_role", block: replicationRoleBlock(role, tt.arguments), changes: tt.changes,
			end: func() {
				if has := policiesOfRole(t, e, role); !slices.Equal(has, []string{tt.left}) {
					t.Errorf("%s: the role has the policies %v, want %s alone", name, has, tt.left)
				}
			},
		}
	}
	moves(t, e, cases)
}

// TestRolePolicyTooLongToBeRenamed refuses at plan what IAM would refuse in the
// middle of the apply: for a moment a role has its policy twice.
func TestRolePolicyTooLongToBeRenamed(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	var many, buckets []string
	for i := range 90 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprintf("a-prefix-of-some-length-%d/", i)))
		buckets = append(buckets, fmt.Sprintf("%q", fmt.Sprintf("arn:aws:s3:::a-destination-with-a-long-name-%d%s", i, strings.Repeat("x", 20))))
	}
	config := func(policyName string) string {
		return e.Config("%s", roleBlock(name, "prefixes = ["+strings.Join(many, ", ")+"]\n"+policyName)+fmt.Sprintf(`
resource "fovea_replication_role" "this" {
  name                    = "%s-s3"
  source_bucket_arn       = "arn:aws:s3:::fovea-videos"
  destination_bucket_arns = [%s]
  %s
}
`, name, strings.Join(buckets, ", "), policyName))
	}
	e.Run(t,
		resource.TestStep{Config: config("")},
		resource.TestStep{Config: config(`policy_name = "Other"`), PlanOnly: true, ExpectError: acctest.Message(
			`IAM allows 10240. Keep the name "FOVEAVideoAccess", or shorten the policy in an apply of its own first.`)},
		resource.TestStep{Config: config(`policy_name = "Other"`), PlanOnly: true, ExpectError: acctest.Message(`IAM allows 10240. Keep the name "FOVEAReplication"`)},
	)
}

// TestReplicationRoleImportUnderAnotherName imports a role by command, whose policy
// has a name of its own.
func TestReplicationRoleImportUnderAnotherName(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	givenRole(t, e, name, "s3.amazonaws.com", "replication", replicationPolicy)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if _, err := e.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: aws.String("replication")}); err != nil {
			t.Error(err)
		}
		if _, err := e.IAM.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name}); err != nil {
			t.Error(err)
		}
	})
	config := e.Config("%s", replicationRoleBlock(name, `policy_name = "replication"`))
	e.Run(t, resource.TestStep{Config: config, ResourceName: theReplicationRole, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: name})
}
