package provider_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestAccessUserDrift changes one thing after the other behind Terraform's back:
// the plan shows that thing alone, and the apply puts it right.
func TestAccessUserDrift(t *testing.T) {
	e := acctest.Start(t)
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		attributes []string
		fakeOnly   bool
		disturb    func(ctx context.Context, c *iam.Client, user string) error
	}{
		"policy edited": {attributes: []string{"policy"}, disturb: func(ctx context.Context, c *iam.Client, user string) error {
			_, err := c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: aws.String("FOVEAVideoAccess"), PolicyDocument: aws.String(manifestPolicy)})
			return err
		}},
		"policy deleted": {attributes: []string{"policy"}, disturb: func(ctx context.Context, c *iam.Client, user string) error {
			_, err := c.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &user, PolicyName: aws.String("FOVEAVideoAccess")})
			return err
		}},
		"tag removed": {attributes: []string{"tags"}, disturb: func(ctx context.Context, c *iam.Client, user string) error {
			_, err := c.UntagUser(ctx, &iam.UntagUserInput{UserName: &user, TagKeys: []string{"team"}})
			return err
		}},
		"boundary set": {attributes: []string{"permissions_boundary"}, fakeOnly: true, // moto sets no boundary of a user later
			disturb: func(ctx context.Context, c *iam.Client, user string) error {
				_, err := c.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: &user, PermissionsBoundary: aws.String(boundary)})
				return err
			}},
		"path changed": {attributes: []string{"arn", "path"}, fakeOnly: true, // moto loses a user's tags with its path
			disturb: func(ctx context.Context, c *iam.Client, user string) error {
				_, err := c.UpdateUser(ctx, &iam.UpdateUserInput{UserName: &user, NewPath: aws.String("/moved/")})
				return err
			}},
	} {
		if tt.fakeOnly && e.Fake == nil {
			continue
		}
		user, address := acctest.Name(t), "fovea_access_user."+labelOf(name)
		config := labelled(userBlock(user, `tags = { team = "video" }`), labelOf(name))
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := tt.disturb(t.Context(), e.IAM, user); err != nil {
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

// TestAccessUserPolicyInOtherWords has the policy written out in another way by
// someone else, which changes nothing.
func TestAccessUserPolicyInOtherWords(t *testing.T) {
	const reworded = `{
  "Statement": [
    {"Sid": "ReadVideos", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::fovea-videos/*"], "Effect": "Allow"},
    {"Sid": "ListVideos", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": "arn:aws:s3:::fovea-videos", "Effect": "Allow"}
  ],
  "Version": "2012-10-17"
}`
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, ""))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { putPolicy(t, e, name, "FOVEAVideoAccess", reworded) },
			Config:           config,
			ConfigPlanChecks: nothing(),
		},
	)
}

func TestAccessUserDisappears(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+keyBlock(""))
	var id string
	e.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{noted{theKey, "access_key_id", &id}}},
		resource.TestStep{
			PreConfig: func() {
				deleteKey(t, e, name, id)
				deletePolicy(t, e, name, "FOVEAVideoAccess")
				deleteUser(t, e, name)
			},
			Config:           config,
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionCreate), action(theKey, plancheck.ResourceActionCreate)),
		},
	)
}

// TestAccessUserCreatedAgain has somebody delete the user and create one of its name.
func TestAccessUserCreatedAgain(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, ""))
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	e.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{differs.AddStateValue(theUser, tfjsonpath.New("unique_id"))}},
		resource.TestStep{
			PreConfig: func() {
				deletePolicy(t, e, name, "FOVEAVideoAccess")
				deleteUser(t, e, name)
				makeUser(t, e, name)
			},
			Config:            config,
			ConfigPlanChecks:  before(action(theUser, plancheck.ResourceActionUpdate), changes{theUser, []string{"policy"}}),
			ConfigStateChecks: []statecheck.StateCheck{differs.AddStateValue(theUser, tfjsonpath.New("unique_id"))},
		},
	)
}
