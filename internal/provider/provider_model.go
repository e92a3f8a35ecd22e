package provider

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
)

type providerModel struct {
	Region                    types.String `tfsdk:"region"`
	Profile                   types.String `tfsdk:"profile"`
	AccessKey                 types.String `tfsdk:"access_key"`
	SecretKey                 types.String `tfsdk:"secret_key"`
	Token                     types.String `tfsdk:"token"`
	SharedConfigFiles         types.List   `tfsdk:"shared_config_files"`
	SharedCredentialsFiles    types.List   `tfsdk:"shared_credentials_files"`
	S3UsePathStyle            types.Bool   `tfsdk:"s3_use_path_style"`
	SkipCredentialsValidation types.Bool   `tfsdk:"skip_credentials_validation"`
	SkipRequestingAccountID   types.Bool   `tfsdk:"skip_requesting_account_id"`
	SkipRegionValidation      types.Bool   `tfsdk:"skip_region_validation"`
	SkipMetadataAPICheck      types.Bool   `tfsdk:"skip_metadata_api_check"`
	Insecure                  types.Bool   `tfsdk:"insecure"`
	UseFIPSEndpoint           types.Bool   `tfsdk:"use_fips_endpoint"`
	UseDualstackEndpoint      types.Bool   `tfsdk:"use_dualstack_endpoint"`
	MaxRetries                types.Int64  `tfsdk:"max_retries"`
	RetryMode                 types.String `tfsdk:"retry_mode"`
	CustomCABundle            types.String `tfsdk:"custom_ca_bundle"`
	HTTPProxy                 types.String `tfsdk:"http_proxy"`
	HTTPSProxy                types.String `tfsdk:"https_proxy"`
	NoProxy                   types.String `tfsdk:"no_proxy"`
	AllowedAccountIDs         types.Set    `tfsdk:"allowed_account_ids"`
	ForbiddenAccountIDs       types.Set    `tfsdk:"forbidden_account_ids"`

	AssumeRole  []assumeRoleModel  `tfsdk:"assume_role"`
	WebIdentity []webIdentityModel `tfsdk:"assume_role_with_web_identity"`
	Endpoints   []endpointsModel   `tfsdk:"endpoints"`
	DefaultTags []defaultTagsModel `tfsdk:"default_tags"`
	IgnoreTags  []ignoreTagsModel  `tfsdk:"ignore_tags"`
}

type assumeRoleModel struct {
	RoleARN           types.String `tfsdk:"role_arn"`
	Duration          types.String `tfsdk:"duration"`
	Policy            types.String `tfsdk:"policy"`
	PolicyARNs        types.Set    `tfsdk:"policy_arns"`
	SessionName       types.String `tfsdk:"session_name"`
	ExternalID        types.String `tfsdk:"external_id"`
	SourceIdentity    types.String `tfsdk:"source_identity"`
	Tags              types.Map    `tfsdk:"tags"`
	TransitiveTagKeys types.Set    `tfsdk:"transitive_tag_keys"`
}

type webIdentityModel struct {
	RoleARN     types.String `tfsdk:"role_arn"`
	Duration    types.String `tfsdk:"duration"`
	Policy      types.String `tfsdk:"policy"`
	PolicyARNs  types.Set    `tfsdk:"policy_arns"`
	SessionName types.String `tfsdk:"session_name"`
	Token       types.String `tfsdk:"web_identity_token"`
	TokenFile   types.String `tfsdk:"web_identity_token_file"`
}

type endpointsModel struct {
	S3  types.String `tfsdk:"s3"`
	IAM types.String `tfsdk:"iam"`
	STS types.String `tfsdk:"sts"`
}

type defaultTagsModel struct {
	Tags types.Map `tfsdk:"tags"`
}

type ignoreTagsModel struct {
	Keys        types.Set `tfsdk:"keys"`
	KeyPrefixes types.Set `tfsdk:"key_prefixes"`
}

// settings turns the block into the settings of the clients.
func (m providerModel) settings(ctx context.Context, diags *diag.Diagnostics) awsclient.Settings {
	s := awsclient.Settings{
		Region:                    m.Region.ValueString(),
		Profile:                   m.Profile.ValueString(),
		AccessKey:                 m.AccessKey.ValueString(),
		SecretKey:                 m.SecretKey.ValueString(),
		Token:                     m.Token.ValueString(),
		SharedConfigFiles:         stringsOf(ctx, m.SharedConfigFiles, diags),
		SharedCredentialsFiles:    stringsOf(ctx, m.SharedCredentialsFiles, diags),
		PathStyle:                 m.S3UsePathStyle.ValueBool(),
		SkipCredentialsValidation: m.SkipCredentialsValidation.ValueBool(),
		SkipRequestingAccountID:   m.SkipRequestingAccountID.ValueBool(),
		SkipRegionValidation:      m.SkipRegionValidation.ValueBool(),
		SkipMetadataAPICheck:      m.SkipMetadataAPICheck.ValueBoolPointer(),
		Insecure:                  m.Insecure.ValueBool(),
		UseFIPS:                   m.UseFIPSEndpoint.ValueBool(),
		UseDualStack:              m.UseDualstackEndpoint.ValueBool(),
		MaxRetries:                m.attempts(),
		RetryMode:                 aws.RetryMode(m.RetryMode.ValueString()),
		CustomCA:                  m.CustomCABundle.ValueString(),
		HTTPProxy:                 m.HTTPProxy.ValueStringPointer(),
		HTTPSProxy:                m.HTTPSProxy.ValueStringPointer(),
		NoProxy:                   m.NoProxy.ValueString(),
		AllowedIDs:                stringsOf(ctx, m.AllowedAccountIDs, diags),
		ForbiddenIDs:              stringsOf(ctx, m.ForbiddenAccountIDs, diags),
	}
	for _, e := range m.Endpoints {
		s.Endpoints = awsclient.Endpoints{S3: e.S3.ValueString(), IAM: e.IAM.ValueString(), STS: e.STS.ValueString()}
	}
	for _, r := range m.AssumeRole {
		s.AssumeRole = append(s.AssumeRole, awsclient.AssumeRole{
			RoleARN:           r.RoleARN.ValueString(),
			Duration:          durationOf(r.Duration),
			ExternalID:        r.ExternalID.ValueString(),
			Policy:            r.Policy.ValueString(),
			PolicyARNs:        stringsOf(ctx, r.PolicyARNs, diags),
			SessionName:       r.SessionName.ValueString(),
			SourceIdentity:    r.SourceIdentity.ValueString(),
			Tags:              stringMapOf(ctx, r.Tags, diags),
			TransitiveTagKeys: stringsOf(ctx, r.TransitiveTagKeys, diags),
		})
	}
	for _, w := range m.WebIdentity {
		s.WebIdentity = &awsclient.WebIdentity{
			RoleARN:     w.RoleARN.ValueString(),
			Duration:    durationOf(w.Duration),
			Policy:      w.Policy.ValueString(),
			PolicyARNs:  stringsOf(ctx, w.PolicyARNs, diags),
			SessionName: w.SessionName.ValueString(),
			Token:       w.Token.ValueString(),
			TokenFile:   w.TokenFile.ValueString(),
		}
	}
	return s
}

// attempts is 0 where the block is silent. No repeats leave one attempt.
func (m providerModel) attempts() int {
	if m.MaxRetries.IsNull() {
		return 0
	}
	return max(1, int(m.MaxRetries.ValueInt64()))
}

func (m providerModel) tagSettings(ctx context.Context, diags *diag.Diagnostics) tagSettings {
	var s tagSettings
	for _, d := range m.DefaultTags {
		s.defaults = stringMapOf(ctx, d.Tags, diags)
	}
	for _, i := range m.IgnoreTags {
		s.ignoredKeys = stringsOf(ctx, i.Keys, diags)
		s.ignoredPrefixes = stringsOf(ctx, i.KeyPrefixes, diags)
	}
	return s
}

// durationOf takes a text that the schema has validated.
func durationOf(text types.String) time.Duration {
	d, _ := time.ParseDuration(text.ValueString())
	return d
}

// report puts each problem on the argument that causes it. Servers repeat parts
// of requests in their errors, so secrets are taken out.
func report(problems []awsclient.Problem, settings awsclient.Settings, diags *diag.Diagnostics) {
	for _, p := range problems {
		detail := p.Detail
		if p.Err != nil {
			detail = strings.TrimPrefix(detail+"\n\n"+awsdiag.Detail(p.Err), "\n\n")
		}
		detail = settings.Redact(detail)
		if p.Code != "" {
			p.Summary = messageCode(p.Code).summary("%s", p.Summary)
		}
		switch {
		case p.Warning:
			diags.AddWarning(providerSetting.summary("The provider fovea: %s", p.Summary), detail)
		case p.Setting != "":
			diags.AddAttributeError(settingPath(p.Setting), p.Summary, detail)
		default:
			diags.AddError(p.Summary, detail)
		}
	}
}

// settingPath reads a setting's name, such as "region" or "endpoints.0.sts".
func settingPath(setting string) path.Path {
	at := path.Empty()
	for step := range strings.SplitSeq(setting, ".") {
		if i, err := strconv.Atoi(step); err == nil {
			at = at.AtListIndex(i)
		} else {
			at = at.AtName(step)
		}
	}
	return at
}

// refuseUnknown reports the settings that are known only after apply: without
// them there is nobody to ask, and a guess could ask the wrong account.
func refuseUnknown(config tftypes.Value, diags *diag.Diagnostics) {
	err := tftypes.Walk(config, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if !value.IsKnown() {
			diags.AddAttributeError(configPath(at), "A provider setting is not known yet",
				"It depends on a resource that is not applied yet. Apply that resource first with -target, or give a value that is known at plan, such as one from a variable or the environment.")
		}
		return true, nil
	})
	if err != nil {
		diags.AddError("The provider block could not be read", "This is a bug of the provider; please report it.\n\nError: "+err.Error())
	}
}

// configPath ends at a set whose element is meant: an element is named by its
// value, which is what is not known.
func configPath(at *tftypes.AttributePath) path.Path {
	out := path.Empty()
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			out = out.AtName(string(step))
		case tftypes.ElementKeyInt:
			out = out.AtListIndex(int(step))
		case tftypes.ElementKeyString:
			out = out.AtMapKey(string(step))
		default:
			return out
		}
	}
	return out
}

var _ provider.ProviderWithValidateConfig = (*foveaProvider)(nil)

// ValidateConfig wants access_key and secret_key together. It reports the one
// that is missing: Terraform prints the line of the attribute at fault, and that
// of the other may hold a secret.
func (p *foveaProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var access, secret, token types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("access_key"), &access)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("secret_key"), &secret)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("token"), &token)...)

	missing, given := "", ""
	switch {
	case access.IsNull() && !secret.IsNull():
		missing, given = "access_key", "secret_key"
	case access.IsNull() && !token.IsNull():
		missing, given = "access_key", "token"
	case secret.IsNull() && !access.IsNull():
		missing, given = "secret_key", "access_key"
	default:
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root(missing), "Half of the AWS credentials is missing",
		given+" is set, and "+missing+" is not. Set access_key and secret_key together, or neither, and no token, to use credentials from the environment or a profile.")
}
