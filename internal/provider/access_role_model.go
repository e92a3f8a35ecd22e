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
	WebIdentity          types.Object            `tfsdk:"web_identity"`
	InstanceProfileName  types.String            `tfsdk:"instance_profile_name"`
	InstanceProfileARN   types.String            `tfsdk:"instance_profile_arn"`
	MaxSessionDuration   types.Int64             `tfsdk:"max_session_duration"`
}

type gitHubActionsModel struct {
	OIDCProviderARN types.String            `tfsdk:"oidc_provider_arn"`
	Subjects        tftype.UnorderedStrings `tfsdk:"subjects"`
}

type trustedIdentityModel struct {
	OIDCProviderARN types.String            `tfsdk:"oidc_provider_arn"`
	Subjects        tftype.UnorderedStrings `tfsdk:"subjects"`
	Audiences       tftype.UnorderedStrings `tfsdk:"audiences"`
}

func (m accessRoleModel) maxSession() time.Duration {
	return time.Duration(m.MaxSessionDuration.ValueInt64()) * time.Second
}

// planTrust works out the trust policy, and refuses an instance profile without
// EC2, unless that is what the role had before.
func (m *accessRoleModel) planTrust(ctx context.Context, profileBefore types.String, diags *diag.Diagnostics) {
	trustBefore := m.TrustPolicy
	trust, complete := m.trust(ctx, diags)
	if !complete {
		m.TrustPolicy = types.StringUnknown()
		return
	}
	text, err := textOf(trust)
	if err != nil {
		diags.AddAttributeError(path.Root("trusted_services"), trustInvalid.summary("The trust of the role %s: Invalid trust", nameOf(m.Name)), "The trust policy cannot be written: "+err.Error()+".")
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
	trust, _ := m.trust(ctx, diags)
	text, err := textOf(trust)
	if err != nil { // nobody is known
		return ""
	}
	return text
}

func textOf(trust iampolicy.Trust) (string, error) {
	document, err := trust.Policy()
	if err != nil {
		return "", err
	}
	return document.JSON()
}

// trust is what is known of the trust. complete is false when something of it is not.
func (m *accessRoleModel) trust(ctx context.Context, diags *diag.Diagnostics) (trust iampolicy.Trust, complete bool) {
	complete = true
	known := func(list tftype.UnorderedStrings) []string {
		values := knownStrings(list)
		if list.IsUnknown() || len(values) < len(list.Elements()) {
			complete = false
		}
		return values
	}
	trust.Services, trust.PrincipalARNs = known(m.TrustedServices), known(m.TrustedPrincipalARNs)
	add := func(provider types.String, subjects, audiences []string) {
		complete = complete && !provider.IsUnknown()
		if !provider.IsUnknown() && len(subjects) > 0 && len(audiences) > 0 {
			trust.WebIdentities = append(trust.WebIdentities, iampolicy.WebIdentity{ProviderARN: provider.ValueString(), Subjects: subjects, Audiences: audiences})
		}
	}
	if gitHub, ok := object[gitHubActionsModel](ctx, m.GitHubActions, diags); ok {
		add(gitHub.OIDCProviderARN, known(gitHub.Subjects), []string{iampolicy.DefaultAudience})
	}
	if identity, ok := object[trustedIdentityModel](ctx, m.WebIdentity, diags); ok {
		add(identity.OIDCProviderARN, known(identity.Subjects), known(identity.Audiences))
	}
	return trust, complete && !m.GitHubActions.IsUnknown() && !m.WebIdentity.IsUnknown()
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
	var gitHub, other *iampolicy.WebIdentity
	for _, identity := range trust.WebIdentities {
		switch {
		case identity.IsGitHub() && gitHub == nil:
			gitHub = &identity
		case other == nil:
			other = &identity
		default: // more of them than there are arguments
			return
		}
	}
	m.TrustedServices = tftype.NewUnorderedStrings(trust.Services)
	if len(trust.PrincipalARNs) > 0 {
		m.TrustedPrincipalARNs = tftype.NewUnorderedStrings(trust.PrincipalARNs)
	}
	if gitHub != nil {
		m.GitHubActions = types.ObjectValueMust(
			map[string]attr.Type{"oidc_provider_arn": types.StringType, "subjects": tftype.NewUnorderedStringsType()},
			map[string]attr.Value{"oidc_provider_arn": types.StringValue(gitHub.ProviderARN), "subjects": tftype.NewUnorderedStrings(gitHub.Subjects)},
		)
	}
	if other != nil {
		m.WebIdentity = types.ObjectValueMust(
			map[string]attr.Type{"oidc_provider_arn": types.StringType, "subjects": tftype.NewUnorderedStringsType(), "audiences": tftype.NewUnorderedStringsType()},
			map[string]attr.Value{
				"oidc_provider_arn": types.StringValue(other.ProviderARN),
				"subjects":          tftype.NewUnorderedStrings(other.Subjects), "audiences": tftype.NewUnorderedStrings(other.Audiences),
			},
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
			MarkdownDescription: "AWS services that may assume the role. Defaults to `ec2.amazonaws.com`. `[]` trusts none. `pods.eks.amazonaws.com`, for EKS Pod Identity, may also tag its sessions, as it must.",
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
		"web_identity": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Holders of tokens of any OIDC provider that may assume the role, without an access key: service accounts of an EKS cluster, or jobs of GitLab CI/CD. For EKS Pod Identity, use `trusted_services = [\"pods.eks.amazonaws.com\"]` instead.",
			Attributes: map[string]schema.Attribute{
				"oidc_provider_arn": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "ARN of the OIDC provider in IAM, such as `arn:aws:iam::123456789012:oidc-provider/gitlab.com`. The condition keys of the trust policy begin with what follows `oidc-provider/`.",
					PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ARN("iam", "oidc-provider/"))},
				},
				"subjects": unorderedStrings(schema.ListAttribute{
					Required:            true,
					MarkdownDescription: "Exact subjects (`sub`) of the tokens, such as `system:serviceaccount:NAMESPACE:NAME` or `project_path:group/project:ref_type:branch:ref:main`. Patterns are refused: they trust more than they seem to.",
					Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
					PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.TokenClaim("subject"))},
				}),
				"audiences": unorderedStrings(schema.ListAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Exact audiences (`aud`) of the tokens, of which a token has one. Defaults to `sts.amazonaws.com`, the audience of EKS. For GitLab, the `aud` of the job's `id_tokens`. The OIDC provider in IAM must list them too.",
					Default:             listdefault.StaticValue(listOf([]string{iampolicy.DefaultAudience})),
					Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
					PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.TokenClaim("audience"))},
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
		MarkdownDescription: "An IAM role with an inline policy for a video bucket: for EC2 instances, other AWS services, other accounts, GitHub Actions, GitLab, or pods in EKS. It has no key that can leak, so prefer it to `fovea_access_user` where possible.",
		Attributes:          attributes,
	}
}
