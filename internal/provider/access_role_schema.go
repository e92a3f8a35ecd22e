package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var defaultTrustedServices = []string{"ec2.amazonaws.com"}

func accessRoleSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"trusted_services": unorderedStrings(schema.ListAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "AWS services that may use the role. Default: `ec2.amazonaws.com`. `[]` trusts none.",
			Default:             listdefault.StaticValue(listOf(defaultTrustedServices)),
			PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.ServicePrincipal())},
		}),
		"trusted_principal_arns": unorderedStrings(schema.ListAttribute{
			Optional:            true,
			MarkdownDescription: "Users, roles, or accounts (`arn:aws:iam::123456789012:root`) that may assume the role.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.ARN("iam", ""))},
		}),
		"github_actions": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "GitHub Actions workflows that may assume the role with the token that GitHub gives them, without a key.",
			Attributes: map[string]schema.Attribute{
				"oidc_provider_arn": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "ARN of IAM's OIDC provider for GitHub's tokens.",
					PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ARN("iam", "oidc-provider/"))},
				},
				"subjects": unorderedStrings(schema.ListAttribute{
					Required:            true,
					MarkdownDescription: "Exact subjects, such as `repo:owner/name:ref:refs/heads/main` or `repo:owner/name:environment:production`. Patterns are refused: they trust more than they seem to.",
					Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
					PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.GitHubSubject())},
				}),
			},
		},
		"instance_profile_name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name of an instance profile to make for the role, with its path and tags, which hands it to EC2 instances. From a container on the instance the metadata service needs a hop limit of 2. Default: none.",
			Validators:          []validator.String{tftype.IAMName(128)},
		},
		"instance_profile_arn": schema.StringAttribute{Computed: true, MarkdownDescription: "ARN of the instance profile; null without one."},
		"max_session_duration": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "How long a session lasts at most, in seconds, 3600 to 43200. Default: `3600`.",
			Default:             int64default.StaticInt64(3600),
			Validators:          []validator.Int64{int64validator.Between(3600, 43200)},
		},
	}
	addRoleAttributes(attributes)
	addGrantAttributes(attributes)
	return schema.Schema{
		MarkdownDescription: "An IAM role with an inline policy for a video bucket: for EC2 instances, other AWS services, other accounts, or GitHub Actions. It has no key that can leak, so prefer it to `fovea_access_user` where it can be used.",
		Attributes:          attributes,
	}
}
