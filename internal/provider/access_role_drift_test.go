package provider_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestAccessRoleDrift changes one thing after the other behind Terraform's back:
// the plan shows that thing alone, and the apply puts it right.
func TestAccessRoleDrift(t *testing.T) {
	e := acctest.Start(t)
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		attributes []string
		disturb    func(ctx context.Context, c *iam.Client, role string) error
	}{
		"policy edited": {[]string{"policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: aws.String("FOVEAVideoAccess"), PolicyDocument: aws.String(manifestPolicy)})
			return err
		}},
		"policy deleted": {[]string{"policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: aws.String("FOVEAVideoAccess")})
			return err
		}},
		"trust edited": {[]string{"trust_policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: aws.String(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`)})
			return err
		}},
		"session lengthened": {[]string{"max_session_duration"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: &role, MaxSessionDuration: aws.Int32(43200)})
			return err
		}},
		"boundary set": {[]string{"permissions_boundary"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: aws.String(boundary)})
			return err
		}},
		"tags changed": {[]string{"tags"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.TagRole(ctx, &iam.TagRoleInput{RoleName: &role, Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("audio")}, {Key: aws.String("new"), Value: aws.String("1")}}})
			return err
		}},
		"profile emptied": {[]string{"instance_profile_arn"}, func(ctx context.Context, c *iam.Client, role string) error {
			return emptyProfile(ctx, c, role, role)
		}},
		"profile deleted": {[]string{"instance_profile_arn"}, func(ctx context.Context, c *iam.Client, role string) error {
			if err := emptyProfile(ctx, c, role, role); err != nil {
				return err
			}
			_, err := c.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: &role})
			return err
		}},
	} {
		role, address := acctest.Name(t), "fovea_access_role."+labelOf(name)
		config := labelled(roleBlock(role, "tags = { team = \"video\" }\ninstance_profile_name = \""+role+"\""), labelOf(name))
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := tt.disturb(t.Context(), e.IAM, role); err != nil {
						t.Fatal(err)
					}
				},
				Config:           config,
				ConfigPlanChecks: before(action(address, plancheck.ResourceActionUpdate), changes{address, tt.attributes}),
			},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// TestAccessRoleProfileOfAnother has somebody put another role into the profile.
func TestAccessRoleProfileOfAnother(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	makeRole(t, e, name+"-other", "ec2.amazonaws.com")
	config := e.Config("%s", roleBlock(name, `instance_profile_name = "`+name+`"`))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := emptyProfile(t.Context(), e.IAM, name, name); err != nil {
					t.Fatal(err)
				}
				_, err := e.IAM.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: aws.String(name + "-other")})
				if err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(changes{theRole, []string{"instance_profile_arn"}}),
		},
	)
}

func TestAccessRoleDisappears(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", roleBlock(name, `instance_profile_name = "`+name+`"`))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := removeRole(t.Context(), e.IAM, name, "FOVEAVideoAccess", name); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(action(theRole, plancheck.ResourceActionCreate)),
		},
	)
}

// TestAccessRoleTrustOfAnIdentityEdited has somebody widen whom an OIDC provider's tokens
// are accepted from: the plan shows it, and the apply takes it back.
func TestAccessRoleTrustOfAnIdentityEdited(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	const provider = "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
	config := e.Config("%s", roleBlock(name, "trusted_services = []\nweb_identity = {\n oidc_provider_arn = \""+provider+"\"\n subjects = [\"project_path:g/p:ref_type:branch:ref:main\"]\n}"))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				_, err := e.IAM.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: aws.String(
					`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"gitlab.com:sub":"project_path:g/*"},"StringEquals":{"gitlab.com:aud":"sts.amazonaws.com"}}}]}`)})
				if err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(action(theRole, plancheck.ResourceActionUpdate), changes{theRole, []string{"trust_policy"}}),
		},
	)
}

// TestAccessRoleTrustsSomebodyWhoIsGone has a trusted user deleted and created again:
// IAM then trusts nobody, and the plan shows it.
func TestAccessRoleTrustsSomebodyWhoIsGone(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto keeps the ARNs of principals that are gone")
	name := acctest.Name(t)
	makeUser(t, e, name)
	config := e.Config("%s", roleBlock(name, `trusted_principal_arns = ["arn:aws:iam::123456789012:user/`+name+`"]`))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { deleteUser(t, e, name); makeUser(t, e, name) },
			Config:           config,
			ConfigPlanChecks: before(changes{theRole, []string{"trust_policy"}}),
		},
	)
}
