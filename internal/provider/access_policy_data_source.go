package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
		MarkdownDescription: "The identity policy of an access profile, as JSON, for users and roles that are managed elsewhere, such as an `aws_iam_role`. It sends no request.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bucket.", Validators: []validator.String{tftype.BucketName()}},
			"access": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`read`, `upload` or `manifest`, as for `fovea_access_user`. Default: `read`.",
				Validators:          []validator.String{accessProfile()},
			},
			"prefixes": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Keep the access to keys that begin with one of these. Default: the whole bucket.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.SomeKeyPrefix(), tftype.NoPattern())},
			},
			"kms_key_arns": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "KMS keys that encrypt the bucket's objects.",
				Validators:          []validator.List{listvalidator.ValueStringsAre(kmsKeyUnusable.validator(tftype.KMSKeyARN()))},
			},
			"manifest_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Key of the manifest, with `access = \"manifest\"`. Default: `manifest.json`.",
				Validators:          []validator.String{tftype.ObjectKey(), tftype.NoPattern()},
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
		Partition:   d.clients.Partition,
		Bucket:      m.Bucket.ValueString(),
		Access:      iampolicy.Read,
		Prefixes:    stringsOf(ctx, m.Prefixes, &resp.Diagnostics),
		KMSKeyARNs:  stringsOf(ctx, m.KMSKeyARNs, &resp.Diagnostics),
		ManifestKey: defaultManifestKey,
	}
	if !m.Access.IsNull() {
		grant.Access = iampolicy.Access(m.Access.ValueString())
	}
	if !m.ManifestKey.IsNull() {
		grant.ManifestKey = m.ManifestKey.ValueString()
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

type accessPolicyModel struct {
	Bucket      types.String `tfsdk:"bucket"`
	Access      types.String `tfsdk:"access"`
	Prefixes    types.List   `tfsdk:"prefixes"`
	KMSKeyARNs  types.List   `tfsdk:"kms_key_arns"`
	ManifestKey types.String `tfsdk:"manifest_key"`
	JSON        types.String `tfsdk:"json"`
}
