package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var _ datasource.DataSourceWithConfigure = (*videosDataSource)(nil)

type videosDataSource struct{ dataSourceBase }

func newVideosDataSource() datasource.DataSource { return &videosDataSource{} }

func (d *videosDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_videos"
}

func (d *videosDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the videos that are in a bucket now, whether a manifest has them or not. " +
			"Every plan lists them again, with one request for each thousand objects, and has each of them in the state: for large buckets set `limit`, or read the manifest.",
		Attributes: map[string]schema.Attribute{
			"bucket":   schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bucket. Its region is found by itself.", Validators: []validator.String{tftype.BucketName()}},
			"prefix":   schema.StringAttribute{Optional: true, MarkdownDescription: "Only keys that begin with this. Others are not even listed. Defaults to all.", Validators: []validator.String{tftype.KeyPrefix()}},
			"suffixes": suffixesOfData(),
			"limit": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "At most this many videos: the first in the byte order of keys. The listing ends once it has them. Defaults to all.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"video_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos in `videos`."},
			"total_bytes": schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of these together, in bytes."},
			"digest":      schema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 of `videos`. Without `limit` it is that of a `fovea_manifest` with the same arguments, if that is up to date."},
			"videos": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The videos, in the byte order of their keys.",
				NestedObject:        schema.NestedAttributeObject{Attributes: videoAttributes()},
			},
		},
	}
}

func (d *videosDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[videosModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	err := d.list(ctx, &m, &resp.Diagnostics)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "find the bucket", m.Bucket.ValueString(), err)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "list the videos of", m.Bucket.ValueString(), err)
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (d *videosDataSource) list(ctx context.Context, m *videosModel, diags *diag.Diagnostics) error {
	client, err := d.buckets.Client(ctx, m.Bucket.ValueString())
	if err != nil {
		return err
	}
	sum, err := publish.InOrder(m.selection(ctx, diags), func(s publish.Selection) (manifest.Summary, error) {
		digester := manifest.NewDigester()
		m.Videos = []videoModel{}
		for v, err := range publish.Videos(ctx, client, s) {
			if err != nil {
				return manifest.Summary{}, err
			}
			digester.Add(v)
			m.Videos = append(m.Videos, flattenVideo(v))
			if int64(len(m.Videos)) == m.Limit.ValueInt64() {
				break
			}
		}
		return digester.Sum(), nil
	})
	if err != nil {
		return err
	}
	m.VideoCount, m.TotalBytes, m.Digest = types.Int64Value(sum.Count), types.Int64Value(sum.Bytes), types.StringValue(sum.Digest)
	return nil
}

type videosModel struct {
	Bucket     types.String `tfsdk:"bucket"`
	Prefix     types.String `tfsdk:"prefix"`
	Suffixes   types.List   `tfsdk:"suffixes"`
	Limit      types.Int64  `tfsdk:"limit"`
	VideoCount types.Int64  `tfsdk:"video_count"`
	TotalBytes types.Int64  `tfsdk:"total_bytes"`
	Digest     types.String `tfsdk:"digest"`
	Videos     []videoModel `tfsdk:"videos"`
}

// selection keeps the requests from running ahead of a limit.
func (m videosModel) selection(ctx context.Context, diags *diag.Diagnostics) publish.Selection {
	s := publish.Selection{Bucket: m.Bucket.ValueString(), Prefix: m.Prefix.ValueString(), Suffixes: suffixesOf(ctx, m.Suffixes, diags)}
	if !m.Limit.IsNull() {
		s.Concurrency = 1
	}
	return s
}

// suffixesOfData is the argument of data sources that says which objects are
// videos.
func suffixesOfData() schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "What the keys of videos end with, in any case. Defaults to `.mp4`.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(tftype.VideoSuffix())},
	}
}

func suffixesOf(ctx context.Context, from types.List, diags *diag.Diagnostics) []string {
	if from.IsNull() {
		return defaultSuffixes
	}
	return stringsOf(ctx, from, diags)
}

// videoAttributes are those of videoModel.
func videoAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key":           schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the video."},
		"size":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Size in bytes."},
		"last_modified": schema.StringAttribute{Computed: true, MarkdownDescription: "When it was uploaded, in RFC 3339."},
	}
}
