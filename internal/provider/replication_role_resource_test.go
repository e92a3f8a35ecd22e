package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	theReplicationRole = "fovea_replication_role.this"

	replicationPolicy = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"ReadReplication","Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket"],"Resource":"arn:aws:s3:::fovea-videos"},` +
		`{"Sid":"ReadVersions","Effect":"Allow","Action":["s3:GetObjectVersionAcl","s3:GetObjectVersionForReplication","s3:GetObjectVersionTagging"],"Resource":"arn:aws:s3:::fovea-videos/*"},` +
		`{"Sid":"WriteReplicas","Effect":"Allow","Action":["s3:ReplicateDelete","s3:ReplicateObject","s3:ReplicateTags"],"Resource":"arn:aws:s3:::fovea-backup/*"}]}`
	s3Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

var replicationRoleState = stateOf(theReplicationRole)

// replicationRoleBlock has a role that copies fovea-videos to fovea-backup.
func replicationRoleBlock(name, arguments string) string {
	return fmt.Sprintf(`
resource "fovea_replication_role" "this" {
  name                    = %q
  source_bucket_arn       = "arn:aws:s3:::fovea-videos"
  destination_bucket_arns = ["arn:aws:s3:::fovea-backup"]
%s
}
`, name, arguments)
}

func TestReplicationRoleDefaults(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", replicationRoleBlock(name, ""))
	text := knownvalue.StringExact
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(action(theReplicationRole, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(theReplicationRole, tfjsonpath.New("policy"), text(replicationPolicy)),
				plancheck.ExpectKnownValue(theReplicationRole, tfjsonpath.New("trust_policy"), text(s3Trust))),
			ConfigStateChecks: []statecheck.StateCheck{
				replicationRoleState("id", text(name)),
				replicationRoleState("path", text("/")),
				replicationRoleState("policy", text(replicationPolicy)),
				replicationRoleState("trust_policy", text(s3Trust)),
				replicationRoleState("source_kms_key_arns", knownvalue.Null()),
				replicationRoleState("replica_kms_key_arns", knownvalue.Null()),
				replicationRoleState("permissions_boundary", knownvalue.Null()),
				replicationRoleState("tags", knownvalue.Null()),
				replicationRoleState("arn", text("arn:aws:iam::123456789012:role/"+name)),
				replicationRoleState("unique_id", knownvalue.NotNull()),
			},
		},
	)
	if roleExists(t, e, name) {
		t.Error("the role is still there after a destroy")
	}
}

func TestReplicationRoleChangesInPlace(t *testing.T) {
	e := acctest.Start(t)
	const one, two = `destination_bucket_arns = ["arn:aws:s3:::b"]`, `destination_bucket_arns = ["arn:aws:s3:::b", "arn:aws:s3:::a"]`
	change := func(source, arguments string, attributes ...string) edit {
		role := acctest.Name(t)
		block := func(source, arguments string) string {
			return fmt.Sprintf("resource \"fovea_replication_role\" \"this\" {\n  name = %q\n  source_bucket_arn = \"arn:aws:s3:::%s\"\n%s\n}\n", role, source, arguments)
		}
		return edit{from: block("videos", one), to: block(source, arguments), attributes: attributes}
	}
	editsInPlace(t, e, "fovea_replication_role", "unique_id", map[string]edit{
		"source":       change("others", one, "policy", "source_bucket_arn"),
		"destinations": change("videos", two, "destination_bucket_arns", "policy"),
		"source key":   change("videos", one+"\nsource_kms_key_arns = [\""+kmsKey+"\"]", "policy", "source_kms_key_arns"),
		"replica key":  change("videos", one+"\nreplica_kms_key_arns = [\""+kmsKey+"\"]", "policy", "replica_kms_key_arns"),
		"boundary":     change("videos", one+"\npermissions_boundary = \""+boundary+"\"", "permissions_boundary"),
		"tags":         change("videos", one+"\ntags = { team = \"video\" }", "tags"),
	})
}

func TestReplicationRoleImport(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]importable{}
	for name, arguments := range map[string]string{
		"plain":      "",
		"everything": "path = \"/fovea/\"\nsource_kms_key_arns = [\"" + kmsKey + "\"]\nreplica_kms_key_arns = [\"" + kmsKey + "0\"]\ntags = { team = \"video\" }\npermissions_boundary = \"" + boundary + "\"",
	} {
		role := acctest.Name(t)
		cases[name] = importable{replicationRoleBlock(role, arguments), role}
	}
	imports(t, e, "fovea_replication_role", cases, inOtherWords...)
}

func TestReplicationRoleDrift(t *testing.T) {
	e := acctest.Start(t)
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		attributes []string
		disturb    func(ctx context.Context, c *iam.Client, role string) error
	}{
		"policy edited": {[]string{"policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: aws.String("FOVEAReplication"), PolicyDocument: aws.String(readPolicy)})
			return err
		}},
		"policy deleted": {[]string{"policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: aws.String("FOVEAReplication")})
			return err
		}},
		"trust edited": {[]string{"trust_policy"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: aws.String(ec2Trust)})
			return err
		}},
		"boundary set": {[]string{"permissions_boundary"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: aws.String(boundary)})
			return err
		}},
		"tag added": {[]string{"tags"}, func(ctx context.Context, c *iam.Client, role string) error {
			_, err := c.TagRole(ctx, &iam.TagRoleInput{RoleName: &role, Tags: []iamtypes.Tag{{Key: aws.String("new"), Value: aws.String("1")}}})
			return err
		}},
	} {
		role, address := acctest.Name(t), "fovea_replication_role."+labelOf(name)
		config := labelled(replicationRoleBlock(role, `tags = { team = "video" }`), labelOf(name))
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

func TestReplicationRoleDisappears(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", replicationRoleBlock(name, ""))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := removeRole(t.Context(), e.IAM, name, "FOVEAReplication", ""); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(action(theReplicationRole, plancheck.ResourceActionCreate)),
		},
	)
}
