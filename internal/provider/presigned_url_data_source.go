package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ datasource.DataSourceWithConfigure      = (*presignedURLDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*presignedURLDataSource)(nil)
)

type presignedURLDataSource struct{ dataSourceBase }

func newPresignedURLDataSource() datasource.DataSource { return &presignedURLDataSource{} }

func (d *presignedURLDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_presigned_url"
}

func (d *presignedURLDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A URL with which anyone can read or write one object until it expires, as FOVEA hands them to browsers. " +
			"It is signed with the provider's credentials, can do what they may do, and ends when they end: a URL from an instance role or another session lives for hours at most, whatever `expires_in` says.\n\n" +
			"The URL is sensitive and is stored in the state. Each plan signs a new one, unless `stable_window` is set.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket. Its region is found by itself.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key of the object, as it is written in the bucket, without escapes. Terraform composes accented characters (Unicode's form NFC). For a key that has any, unless `method` is `PUT`, the data source therefore looks with one or two requests whether only the decomposed key (NFD, as macOS uploads it) exists, and then signs that one.",
				Validators:          []validator.String{tftype.AnyObjectKey()},
			},
			"method": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the URL is for: `GET`, `HEAD` or `PUT`. It works for no other method. Defaults to `GET`.",
				Validators:          []validator.String{stringvalidator.OneOf(http.MethodGet, http.MethodHead, http.MethodPut)},
			},
			"expires_in": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "For how many seconds the URL is good, 1 to 604800 (7 days). Defaults to 3600.",
				Validators:          []validator.Int64{tftype.URLLifetime()},
			},
			"version_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Version of the object. Defaults to the newest. Not with `PUT`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"response_content_type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Content type to answer with in place of the object's own, such as `video/mp4`. Not with `PUT`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"response_content_disposition": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Content disposition to answer with in place of the object's own, such as `attachment; filename=\"clip.mp4\"`, which makes browsers save it. Not with `PUT`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"stable_window": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Sign with the time rounded down to a multiple of this many seconds, so that the URL, and a plan that uses it, stays the same in between. " +
					"`expires_in` counts from the rounded time: the URL lives for at least `expires_in` less `stable_window`, which must be the shorter one. " +
					"Credentials of a new session make a new URL all the same. Defaults to 0, a new URL each time.",
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
			"verify_object": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Fail when the object is not there, or is archived and would not play. It takes one request more. Not with `PUT`. Defaults to `false`.",
			},
			"url": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The URL.",
			},
			"expires_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When the URL ends, in RFC 3339 and UTC: `expires_in` after the signing time, or the end of the credentials that signed it if that is known to be sooner.",
			},
			"headers": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Headers that must be sent with the URL, besides `Host`. Mostly there are none.",
			},
		},
	}
}

func (d *presignedURLDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if m, ok := decode[presignedURLModel](ctx, req.Config, &resp.Diagnostics); ok {
		m.validate(&resp.Diagnostics)
	}
}

func (d *presignedURLDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[presignedURLModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	m.sign(ctx, d.providerData, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
