package provider

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var _ datasource.DataSourceWithConfigure = (*manifestDataSource)(nil)

type manifestDataSource struct{ dataSourceBase }

func newManifestDataSource() datasource.DataSource { return &manifestDataSource{} }

func (d *manifestDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_manifest"
}

func (d *manifestDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a published `manifest.json`, written by this provider or another tool. The counts and the digest are of the whole manifest; `prefix` and `limit` decide which of its videos come into the state.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bucket.", Validators: []validator.String{tftype.BucketName()}},
			"key":    schema.StringAttribute{Optional: true, MarkdownDescription: "Key of the manifest. Defaults to `manifest.json`.", Validators: []validator.String{tftype.ObjectKey()}},
			"prefix": schema.StringAttribute{Optional: true, MarkdownDescription: "Only videos whose keys begin with this. Defaults to all.", Validators: []validator.String{tftype.KeyPrefix()}},
			"limit": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "At most this many videos. Defaults to all, which are then all in the state.",
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"generated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the manifest was made, in RFC 3339; null if it does not say."},
			"video_count":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos in the manifest."},
			"total_bytes":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of these together, in bytes."},
			"digest":       schema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 of the list, as `fovea_manifest` has it."},
			"etag":         schema.StringAttribute{Computed: true, MarkdownDescription: "ETag of the manifest."},
			"videos": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The videos, in the order of the manifest.",
				NestedObject:        schema.NestedAttributeObject{Attributes: videoAttributes()},
			},
		},
	}
}

func (d *manifestDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[manifestDataModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	err := d.read(ctx, &m)
	name := m.key() + " of the bucket " + m.Bucket.ValueString()
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "find the bucket", m.Bucket.ValueString(), err)
	case errors.Is(err, publish.ErrAbsent):
		resp.Diagnostics.AddAttributeError(path.Root("key"), manifestNotFound.summary("There is no manifest %s", name),
			"Publish one with the resource fovea_manifest, and let this data source depend on it; or correct bucket and key.\n\n"+awsdiag.Detail(err))
	case errors.Is(err, manifest.ErrNotManifest):
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("key"), "read the manifest", name, err)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the manifest", name, err)
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// read goes through the manifest once, whatever its size, and keeps what is asked
// for.
func (d *manifestDataSource) read(ctx context.Context, m *manifestDataModel) error {
	client, err := d.buckets.Client(ctx, m.Bucket.ValueString())
	if err != nil {
		return err
	}
	doc, err := publish.Open(ctx, client, m.Bucket.ValueString(), m.key())
	if err != nil {
		return err
	}
	defer doc.Close()
	digester := manifest.NewDigester()
	m.Videos = []videoModel{}
	for v, err := range doc.Videos() {
		if err != nil {
			return err
		}
		digester.Add(v)
		if strings.HasPrefix(v.Key, m.Prefix.ValueString()) && (m.Limit.IsNull() || int64(len(m.Videos)) < m.Limit.ValueInt64()) {
			m.Videos = append(m.Videos, flattenVideo(v))
		}
	}
	sum := digester.Sum()
	m.VideoCount, m.TotalBytes, m.Digest = types.Int64Value(sum.Count), types.Int64Value(sum.Bytes), types.StringValue(sum.Digest)
	m.ETag = types.StringValue(doc.ETag)
	m.GeneratedAt = types.StringNull()
	if at := doc.GeneratedAt(); !at.IsZero() {
		m.GeneratedAt = types.StringValue(at.UTC().Format(time.RFC3339Nano))
	}
	return nil
}

type manifestDataModel struct {
	Bucket      types.String `tfsdk:"bucket"`
	Key         types.String `tfsdk:"key"`
	Prefix      types.String `tfsdk:"prefix"`
	Limit       types.Int64  `tfsdk:"limit"`
	GeneratedAt types.String `tfsdk:"generated_at"`
	VideoCount  types.Int64  `tfsdk:"video_count"`
	TotalBytes  types.Int64  `tfsdk:"total_bytes"`
	Digest      types.String `tfsdk:"digest"`
	ETag        types.String `tfsdk:"etag"`
	Videos      []videoModel `tfsdk:"videos"`
}

func (m manifestDataModel) key() string {
	if m.Key.IsNull() {
		return defaultManifestKey
	}
	return m.Key.ValueString()
}

// videoModel is a video in a list.
type videoModel struct {
	Key          types.String `tfsdk:"key"`
	Size         types.Int64  `tfsdk:"size"`
	LastModified types.String `tfsdk:"last_modified"`
}

func flattenVideo(v manifest.Video) videoModel {
	return videoModel{
		Key:          types.StringValue(v.Key),
		Size:         types.Int64Value(v.Size),
		LastModified: types.StringValue(v.LastModified.UTC().Format(time.RFC3339Nano)),
	}
}
