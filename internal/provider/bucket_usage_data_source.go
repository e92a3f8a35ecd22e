package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
	"github.com/parafovea/terraform-provider-fovea/internal/usage"
)

var _ datasource.DataSourceWithConfigure = (*bucketUsageDataSource)(nil)

type bucketUsageDataSource struct{ dataSourceBase }

func newBucketUsageDataSource() datasource.DataSource { return &bucketUsageDataSource{} }

func (d *bucketUsageDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_usage"
}

func (d *bucketUsageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	count := func(what string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: what}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a bucket holds, by storage class, and what its storage costs in a month. Every plan lists the bucket, with one request for each thousand objects.\n\n" +
			"The estimate is GB times price, with GB of 2^30 bytes as S3 bills them: 1 TB of `STANDARD` is 1,024 GB x $0.023 = $23.55. " +
			"It leaves out requests, transfer, monitoring and retrieval, the cheaper prices beyond 50 TB, the 128 KB that S3 bills at least for an object of `STANDARD_IA`, `ONEZONE_IA` and `GLACIER_IR`, " +
			"and the lower tiers of `INTELLIGENT_TIERING`, which a listing does not tell apart.",
		Attributes: map[string]schema.Attribute{
			"bucket":   schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bucket. Its region is found by itself.", Validators: []validator.String{tftype.BucketName()}},
			"prefix":   schema.StringAttribute{Optional: true, MarkdownDescription: "Only keys that begin with this. Defaults to all.", Validators: []validator.String{tftype.KeyPrefix()}},
			"suffixes": suffixesOfData(),
			"noncurrent_versions": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Count the versions that were overwritten or deleted too: they cost as much. All versions are then listed besides, 1,000 a request. Defaults to `false`.",
			},
			"price_per_gb_month": schema.MapAttribute{
				Optional: true, ElementType: types.Float64Type,
				MarkdownDescription: "Prices by storage class, in dollars, or whatever currency the cost is to be in, for a GB and month. They replace or add to those of us-east-1, which are the default: " +
					"`STANDARD` and `INTELLIGENT_TIERING` 0.023, `STANDARD_IA` 0.0125, `ONEZONE_IA` 0.01, `GLACIER_IR` 0.004, `GLACIER` 0.0036, `DEEP_ARCHIVE` 0.00099, `REDUCED_REDUNDANCY` 0.024.",
				Validators: []validator.Map{mapvalidator.ValueFloat64sAre(float64validator.AtLeast(0))},
			},
			"object_count":     count("Number of objects."),
			"total_bytes":      count("Size of these together, in bytes."),
			"video_count":      count("Number of videos among them."),
			"video_bytes":      count("Size of the videos together, in bytes."),
			"noncurrent_count": count("Number of versions that were overwritten or deleted; null unless `noncurrent_versions` is set."),
			"noncurrent_bytes": count("Size of these together, in bytes; null unless `noncurrent_versions` is set."),
			"by_storage_class": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The same by storage class, such as `STANDARD`.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"object_count":           count("Number of objects."),
					"total_bytes":            count("Size of these together, in bytes."),
					"noncurrent_count":       count("Number of versions that were overwritten or deleted; null unless `noncurrent_versions` is set."),
					"noncurrent_bytes":       count("Size of these together, in bytes; null unless `noncurrent_versions` is set."),
					"estimated_monthly_cost": schema.Float64Attribute{Computed: true, MarkdownDescription: "What they cost in a month; null without a price."},
				}},
			},
			"estimated_monthly_cost": schema.Float64Attribute{Computed: true, MarkdownDescription: "What the storage costs in a month, versions included if they were counted; null when a class in use has no price."},
		},
	}
}

func (d *bucketUsageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[bucketUsageModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	measured, err := d.measure(ctx, m, &resp.Diagnostics)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "find the bucket", m.Bucket.ValueString(), err)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "list the objects of", m.Bucket.ValueString(), err)
	default:
		m.flatten(ctx, measured, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (d *bucketUsageDataSource) measure(ctx context.Context, m bucketUsageModel, diags *diag.Diagnostics) (usage.Usage, error) {
	client, err := d.buckets.Client(ctx, m.Bucket.ValueString())
	if err != nil {
		return usage.Usage{}, err
	}
	return usage.Measure(ctx, client, usage.Options{
		Bucket: m.Bucket.ValueString(), Prefix: m.Prefix.ValueString(), Noncurrent: m.NoncurrentVersions.ValueBool(),
		IsVideo: publish.Selection{Suffixes: suffixesOf(ctx, m.Suffixes, diags)}.Matches,
	})
}

type bucketUsageModel struct {
	Bucket             types.String `tfsdk:"bucket"`
	Prefix             types.String `tfsdk:"prefix"`
	Suffixes           types.List   `tfsdk:"suffixes"`
	NoncurrentVersions types.Bool   `tfsdk:"noncurrent_versions"`
	PricePerGBMonth    types.Map    `tfsdk:"price_per_gb_month"`

	ObjectCount          types.Int64                  `tfsdk:"object_count"`
	TotalBytes           types.Int64                  `tfsdk:"total_bytes"`
	VideoCount           types.Int64                  `tfsdk:"video_count"`
	VideoBytes           types.Int64                  `tfsdk:"video_bytes"`
	NoncurrentCount      types.Int64                  `tfsdk:"noncurrent_count"`
	NoncurrentBytes      types.Int64                  `tfsdk:"noncurrent_bytes"`
	ByStorageClass       map[string]storageClassModel `tfsdk:"by_storage_class"`
	EstimatedMonthlyCost types.Float64                `tfsdk:"estimated_monthly_cost"`
}

type storageClassModel struct {
	ObjectCount          types.Int64   `tfsdk:"object_count"`
	TotalBytes           types.Int64   `tfsdk:"total_bytes"`
	NoncurrentCount      types.Int64   `tfsdk:"noncurrent_count"`
	NoncurrentBytes      types.Int64   `tfsdk:"noncurrent_bytes"`
	EstimatedMonthlyCost types.Float64 `tfsdk:"estimated_monthly_cost"`
}

// prices are the default ones with those that are configured laid over them.
func (m bucketUsageModel) prices(ctx context.Context, diags *diag.Diagnostics) map[string]float64 {
	prices, own := usage.DefaultPrices(), map[string]float64{}
	if !m.PricePerGBMonth.IsNull() {
		diags.Append(m.PricePerGBMonth.ElementsAs(ctx, &own, false)...)
	}
	maps.Copy(prices, own)
	return prices
}

func (m *bucketUsageModel) flatten(ctx context.Context, u usage.Usage, diags *diag.Diagnostics) {
	prices := m.prices(ctx, diags)
	m.ObjectCount, m.TotalBytes = types.Int64Value(u.Current.Objects), types.Int64Value(u.Current.Bytes)
	m.VideoCount, m.VideoBytes = types.Int64Value(u.Videos.Objects), types.Int64Value(u.Videos.Bytes)
	m.NoncurrentCount, m.NoncurrentBytes = m.noncurrent(u.Noncurrent)
	m.ByStorageClass = map[string]storageClassModel{}
	for name, class := range u.Classes {
		c := storageClassModel{ObjectCount: types.Int64Value(class.Current.Objects), TotalBytes: types.Int64Value(class.Current.Bytes)}
		c.NoncurrentCount, c.NoncurrentBytes = m.noncurrent(class.Noncurrent)
		c.EstimatedMonthlyCost = types.Float64Null()
		if price, ok := prices[name]; ok {
			c.EstimatedMonthlyCost = types.Float64Value(class.MonthlyCost(price))
		}
		m.ByStorageClass[name] = c
	}
	cost, unpriced := u.MonthlyCost(prices)
	m.EstimatedMonthlyCost = types.Float64Value(cost)
	if len(unpriced) > 0 {
		m.EstimatedMonthlyCost = types.Float64Null()
		diags.AddAttributeWarning(path.Root("price_per_gb_month"), costUnknown.summary("The cost of the bucket %s cannot be estimated", m.Bucket.ValueString()),
			fmt.Sprintf("The bucket %s has objects in storage classes without a known price: %s. Give each of them a price in price_per_gb_month.",
				m.Bucket.ValueString(), strings.Join(unpriced, ", ")))
	}
}

// noncurrent gives null for what was not counted.
func (m *bucketUsageModel) noncurrent(c usage.Count) (count, bytes types.Int64) {
	if !m.NoncurrentVersions.ValueBool() {
		return types.Int64Null(), types.Int64Null()
	}
	return types.Int64Value(c.Objects), types.Int64Value(c.Bytes)
}
