package provider

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

type accessRoleModel struct {
	roleModel
	grantModel
	TrustedServices      tftype.UnorderedStrings `tfsdk:"trusted_services"`
	TrustedPrincipalARNs tftype.UnorderedStrings `tfsdk:"trusted_principal_arns"`
	GitHubActions        types.Object            `tfsdk:"github_actions"`
	InstanceProfileName  types.String            `tfsdk:"instance_profile_name"`
	InstanceProfileARN   types.String            `tfsdk:"instance_profile_arn"`
	MaxSessionDuration   types.Int64             `tfsdk:"max_session_duration"`
}

type gitHubActionsModel struct {
	OIDCProviderARN types.String            `tfsdk:"oidc_provider_arn"`
	Subjects        tftype.UnorderedStrings `tfsdk:"subjects"`
}

func (m accessRoleModel) maxSession() time.Duration {
	return time.Duration(m.MaxSessionDuration.ValueInt64()) * time.Second
}

// planTrust works out the trust policy, and refuses an instance profile without
// EC2, unless that is what the role had before.
func (m *accessRoleModel) planTrust(ctx context.Context, profileBefore types.String, diags *diag.Diagnostics) {
	trustBefore := m.TrustPolicy
	gitHub, hasGitHub := object[gitHubActionsModel](ctx, m.GitHubActions, diags)
	for _, list := range []tftype.UnorderedStrings{m.TrustedServices, m.TrustedPrincipalARNs, gitHub.Subjects} {
		if list.IsUnknown() || len(knownStrings(list)) < len(list.Elements()) {
			m.TrustPolicy = types.StringUnknown()
			return
		}
	}
	if m.GitHubActions.IsUnknown() || gitHub.OIDCProviderARN.IsUnknown() {
		m.TrustPolicy = types.StringUnknown()
		return
	}
	trust := iampolicy.Trust{
		Services:      stringsOf(ctx, m.TrustedServices, diags),
		PrincipalARNs: stringsOf(ctx, m.TrustedPrincipalARNs, diags),
	}
	at := path.Root("trusted_services")
	if hasGitHub {
		at = path.Root("github_actions")
		trust.GitHub = &iampolicy.GitHubActions{ProviderARN: gitHub.OIDCProviderARN.ValueString(), Subjects: stringsOf(ctx, gitHub.Subjects, diags)}
	}
	document, err := trust.Policy()
	if err != nil {
		diags.AddAttributeError(at, trustInvalid.summary("The trust of the role %s: Invalid trust", nameOf(m.Name)), "The trust policy cannot be written: "+err.Error()+".")
		return
	}
	text, err := document.JSON()
	if err != nil {
		diags.AddAttributeError(at, trustInvalid.summary("The trust of the role %s: Invalid trust", nameOf(m.Name)), err.Error())
		return
	}
	m.setTrust(text)
	asBefore := m.InstanceProfileName.Equal(profileBefore) && m.TrustPolicy.Equal(trustBefore)
	if !m.InstanceProfileName.IsNull() && !asBefore && !slices.ContainsFunc(trust.Services, isEC2) {
		diags.AddAttributeError(path.Root("instance_profile_name"), profileWithoutEC2.summary("The role %s does not trust EC2, and has an instance profile", m.Name.ValueString()),
			"An instance profile hands the role to EC2 instances, and the role does not trust EC2. Add \"ec2.amazonaws.com\" to trusted_services, or leave instance_profile_name out.")
	}
}

// knownTrust is the trust policy of what is known of a plan, "" if that is nobody.
func (m *accessRoleModel) knownTrust(ctx context.Context, diags *diag.Diagnostics) string {
	if !m.TrustPolicy.IsUnknown() {
		return m.TrustPolicy.ValueString()
	}
	trust := iampolicy.Trust{Services: knownStrings(m.TrustedServices), PrincipalARNs: knownStrings(m.TrustedPrincipalARNs)}
	if !m.GitHubActions.IsUnknown() {
		gitHub, ok := object[gitHubActionsModel](ctx, m.GitHubActions, diags)
		if subjects := knownStrings(gitHub.Subjects); ok && !gitHub.OIDCProviderARN.IsUnknown() && len(subjects) > 0 {
			trust.GitHub = &iampolicy.GitHubActions{ProviderARN: gitHub.OIDCProviderARN.ValueString(), Subjects: subjects}
		}
	}
	document, err := trust.Policy()
	if err != nil { // nobody is known
		return ""
	}
	text, err := document.JSON()
	if err != nil {
		return ""
	}
	return text
}

// isEC2 knows EC2 by its name in China too.
func isEC2(service string) bool { return strings.HasPrefix(service, "ec2.amazonaws.com") }

// recognizeTrust finds out, after an import, which arguments have the trust policy
// that there is.
func (m *accessRoleModel) recognizeTrust() {
	trust, ok := iampolicy.RecognizeTrust(m.TrustPolicy.ValueString())
	if !ok {
		return
	}
	m.TrustedServices = tftype.NewUnorderedStrings(trust.Services)
	if len(trust.PrincipalARNs) > 0 {
		m.TrustedPrincipalARNs = tftype.NewUnorderedStrings(trust.PrincipalARNs)
	}
	if trust.GitHub != nil {
		m.GitHubActions = types.ObjectValueMust(
			map[string]attr.Type{"oidc_provider_arn": types.StringType, "subjects": tftype.NewUnorderedStringsType()},
			map[string]attr.Value{"oidc_provider_arn": types.StringValue(trust.GitHub.ProviderARN), "subjects": tftype.NewUnorderedStrings(trust.GitHub.Subjects)},
		)
	}
}

func (m *accessRoleModel) flatten(r iamaccess.Role) {
	m.roleModel.flatten(r)
	m.MaxSessionDuration = types.Int64Value(int64(r.MaxSession / time.Second))
}

var defaultTrustedServices = []string{"ec2.amazonaws.com"}

func accessRoleSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"trusted_services": unorderedStrings(schema.ListAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "AWS services that may assume the role. Defaults to `ec2.amazonaws.com`. `[]` trusts none.",
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
			MarkdownDescription: "GitHub Actions workflows that may assume the role with GitHub's token, without an access key.",
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
			MarkdownDescription: "Name of an instance profile to create for the role, with its path and tags, which gives the role to EC2 instances. For containers on an instance, the metadata service needs a hop limit of 2. Changing this deletes the instance profile, and instances that use it lose the role.",
			Validators:          []validator.String{tftype.IAMName(128)},
		},
		"instance_profile_arn": schema.StringAttribute{Computed: true, MarkdownDescription: "ARN of the instance profile; null without one."},
		"max_session_duration": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Maximum duration of a session in seconds, 3600 to 43200. Defaults to `3600`.",
			Default:             int64default.StaticInt64(3600),
			Validators:          []validator.Int64{int64validator.Between(3600, 43200)},
		},
	}
	addRoleAttributes(attributes)
	addGrantAttributes(attributes)
	return schema.Schema{
		MarkdownDescription: "An IAM role with an inline policy for a video bucket: for EC2 instances, other AWS services, other accounts, or GitHub Actions. It has no key that can leak, so prefer it to `fovea_access_user` where possible.",
		Attributes:          attributes,
	}
}
