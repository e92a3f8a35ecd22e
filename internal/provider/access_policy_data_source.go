package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var _ datasource.DataSourceWithConfigure = (*accessPolicyDataSource)(nil)

type accessPolicyDataSource struct{ dataSourceBase }

func newAccessPolicyDataSource() datasource.DataSource { return &accessPolicyDataSource{} }

func (d *accessPolicyDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_access_policy"
}

func (d *accessPolicyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The identity policy of an access profile, as JSON, for users and roles that are managed elsewhere, such as an `aws_iam_role`. " +
			"The profiles `plan` and `apply` are for the provider itself: they have exactly the permissions that some plan or apply fails without, see the guide [Permissions](../guides/permissions.md). It sends no request.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bucket.", Validators: []validator.String{tftype.BucketName()}},
			"access": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Access profile. `read`, `upload` and `manifest` are those of `fovea_access_user`. `plan` lets the provider plan, and `apply` lets it plan and apply. " +
					"Must be one of `read`, `upload`, `manifest`, `plan` or `apply`. Defaults to `read`.",
				Validators: []validator.String{accessProfile(iampolicy.ProviderAccesses()...)},
			},
			"prefixes": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Key prefixes that limit `read` and `upload`. Defaults to the whole bucket.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.SomeKeyPrefix(), tftype.NoPattern())},
			},
			"kms_key_arns": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "KMS keys that encrypt the bucket's objects.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(kmsKeyUnusable.validator(tftype.KMSKeyARN()))},
			},
			"manifest_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Key of the manifest, with `manifest`, `plan` and `apply`. Defaults to `manifest.json`.",
				Validators:          []validator.String{tftype.ObjectKey(), tftype.NoPattern()},
			},
			"additional_buckets": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Names of further buckets with the same access: a backup to fail over to, or with `plan` and `apply` all that the provider manages, such as those of logs. Defaults to `[]`.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.BucketName())},
			},
			"principals": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Names of the users, roles and instance profiles that the provider manages, with `plan` and `apply`: with their path, without a slash at the start. " +
					"`*` stands for any characters, as in `fovea/production-*`. Defaults to `[\"*\"]`, which includes users and roles that have nothing to do with FOVEA: narrow it for `apply`.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.RegexMatches(principalPattern, "must be a name with its path, such as fovea/production-*, without a slash at the start"))},
			},
			"force_destroy": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether `apply` may delete every object of the buckets, which a destroy with `force_destroy = true` needs. Defaults to `false`: " +
					"credentials without these permissions cannot delete a video, whatever the configuration says.",
			},
			"json": schema.StringAttribute{Computed: true, MarkdownDescription: "The policy."},
		},
	}
}

func (d *accessPolicyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[accessPolicyModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	grant := iampolicy.Grant{
		Partition:         d.clients.Partition,
		Bucket:            m.Bucket.ValueString(),
		AdditionalBuckets: stringsOf(ctx, m.AdditionalBuckets, &resp.Diagnostics),
		Access:            iampolicy.Read,
		Prefixes:          stringsOf(ctx, m.Prefixes, &resp.Diagnostics),
		KMSKeyARNs:        stringsOf(ctx, m.KMSKeyARNs, &resp.Diagnostics),
		ManifestKey:       defaultManifestKey,
	}
	if !m.Access.IsNull() {
		grant.Access = iampolicy.Access(m.Access.ValueString())
	}
	if !m.ManifestKey.IsNull() {
		grant.ManifestKey = m.ManifestKey.ValueString()
	}
	if refuseTwinBuckets("policy for the bucket "+grant.Bucket, grant.Bucket, grant.AdditionalBuckets, &resp.Diagnostics) {
		return
	}
	if slices.Contains(iampolicy.ProviderAccesses(), grant.Access) {
		m.JSON = types.StringValue(d.providerPolicy(ctx, m, grant, &resp.Diagnostics))
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
		}
		return
	}
	for attribute, value := range map[string]attr.Value{"principals": m.Principals, "force_destroy": m.ForceDestroy} {
		if !value.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root(attribute), accessInvalid.summary("The access %s of the bucket %s takes no %s", grant.Access, grant.Bucket, attribute),
				attribute+" is for access = \"plan\" and access = \"apply\". Remove it, or use another data source for another bucket.")
		}
	}
	if refuseIdlePrefixes("policy for the bucket "+m.Bucket.ValueString(), grant, &resp.Diagnostics) {
		return
	}
	document, err := grant.Policy()
	m.JSON = types.StringValue(documentJSON("bucket "+m.Bucket.ValueString(), document, err, path.Root("access"), &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// principalPattern is the name of users or roles with their path, with wildcards.
var principalPattern = regexp.MustCompile(`^(\*|[\w+=,.@*-]+)(/[\w+=,.@*-]+)*$`)

// providerPolicy is the policy of the provider itself.
func (d *accessPolicyDataSource) providerPolicy(ctx context.Context, m accessPolicyModel, g iampolicy.Grant, diags *diag.Diagnostics) string {
	if len(g.Prefixes) > 0 {
		diags.AddAttributeError(path.Root("prefixes"), accessInvalid.summary("The access %s of the bucket %s takes no prefixes", g.Access, g.Bucket),
			"The provider manages the bucket as a whole. Remove prefixes.")
		return ""
	}
	grant := iampolicy.ProviderGrant{
		Partition: g.Partition, AccountID: d.clients.AccountID, Buckets: append([]string{g.Bucket}, g.AdditionalBuckets...),
		ManifestKey: g.ManifestKey, Snapshots: defaultSnapshotPrefix, Principals: stringsOf(ctx, m.Principals, diags), KMSKeyARNs: g.KMSKeyARNs, Empty: m.ForceDestroy.ValueBool(),
	}
	if m.Principals.IsNull() {
		grant.Principals = []string{"*"}
	}
	document, err := grant.Policy(g.Access)
	text := documentJSON("bucket "+g.Bucket, document, err, path.Root("access"), diags)
	if size := visible(text); size > iamaccess.MaxRolePolicies {
		diags.AddAttributeError(path.Root("additional_buckets"), policyTooLong.summary("The policy for the bucket %s is too long", g.Bucket),
			fmt.Sprintf("It would have %d characters, and IAM allows at most %d, for the inline policies of a role. Use one data source for each part of the buckets.", size, iamaccess.MaxRolePolicies))
	}
	return text
}

type accessPolicyModel struct {
	Bucket            types.String `tfsdk:"bucket"`
	Access            types.String `tfsdk:"access"`
	Prefixes          types.List   `tfsdk:"prefixes"`
	KMSKeyARNs        types.List   `tfsdk:"kms_key_arns"`
	ManifestKey       types.String `tfsdk:"manifest_key"`
	AdditionalBuckets types.List   `tfsdk:"additional_buckets"`
	Principals        types.List   `tfsdk:"principals"`
	ForceDestroy      types.Bool   `tfsdk:"force_destroy"`
	JSON              types.String `tfsdk:"json"`
}
