package provider

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*bucketMetrics)(nil)
	_ resource.ResourceWithIdentity    = (*bucketMetrics)(nil)
	_ resource.ResourceWithImportState = (*bucketMetrics)(nil)
)

// defaultMetricsName is what the S3 console calls the metrics of a whole bucket.
const defaultMetricsName = "EntireBucket"

type bucketMetrics struct{ resourceBase }

func newBucketMetrics() resource.Resource { return &bucketMetrics{} }

func (r *bucketMetrics) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_metrics"
}

func (r *bucketMetrics) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketNameIdentitySchema()
}

func (r *bucketMetrics) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Request metrics of a bucket in CloudWatch: requests, bytes, errors and latency, minute by minute, in the namespace `AWS/S3` with the dimensions `BucketName` and `FilterId`, which is `name`. " +
			"A bucket can have 1,000 such configurations; this is one of them. CloudWatch charges for them as custom metrics.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket and of the configuration, with a slash between them."),
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"name":   configurationNameAttribute(defaultMetricsName),
			"filter": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Which objects to measure: those that meet every condition. Default: all.",
				Attributes: map[string]schema.Attribute{
					"prefix": filterPrefixAttribute(),
					"tags":   filterTagsAttribute(),
					"access_point": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "ARN of the access point through which the requests come.",
						PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ARN("s3", "accesspoint/"))},
					},
				},
			},
		},
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

func (r *bucketMetrics) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketMetricsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	m.ID = m.identity().id()
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketMetrics) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketMetricsModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	metrics, err := r.buckets.Metrics(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the metrics configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	default:
		m.flatten(metrics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketMetrics) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketMetricsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, m.identity(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketMetrics) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketMetricsModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	err := r.buckets.DeleteMetrics(ctx, m.Bucket.ValueString(), m.Name.ValueString())
	if err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "remove the metrics configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketMetrics) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucketName(ctx, defaultMetricsName, req, resp)
}

// put writes the configuration and reports whether it could.
func (r *bucketMetrics) put(ctx context.Context, m bucketMetricsModel, diags *diag.Diagnostics) bool {
	if err := r.buckets.PutMetrics(ctx, m.Bucket.ValueString(), m.expand()); err != nil {
		awsdiag.Add(diags, "write the metrics configuration "+m.Name.ValueString()+" of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}

type bucketMetricsModel struct {
	documentTimeouts
	ID     types.String        `tfsdk:"id"`
	Bucket types.String        `tfsdk:"bucket"`
	Name   types.String        `tfsdk:"name"`
	Filter *metricsFilterModel `tfsdk:"filter"`
}

type metricsFilterModel struct {
	Prefix      types.String `tfsdk:"prefix"`
	Tags        types.Map    `tfsdk:"tags"`
	AccessPoint types.String `tfsdk:"access_point"`
}

func (m bucketMetricsModel) identity() bucketNameIdentity {
	return bucketNameIdentity{m.Bucket, m.Name}
}

func (m bucketMetricsModel) expand() s3types.MetricsConfiguration {
	return s3types.MetricsConfiguration{Id: m.Name.ValueStringPointer(), Filter: m.Filter.conditions().metricsFilter()}
}

func (m *bucketMetricsModel) flatten(got s3types.MetricsConfiguration) {
	m.ID = m.identity().id()
	m.Filter = flattenMetricsFilter(got.Filter, m.Filter)
}

func (m *metricsFilterModel) conditions() conditions {
	if m == nil {
		return conditions{}
	}
	return conditions{prefix: m.Prefix.ValueString(), tags: knownTags(m.Tags), accessPoint: m.AccessPoint.ValueString()}
}

// metricsFilter gives S3's form, nil for the whole bucket.
func (c conditions) metricsFilter() s3types.MetricsFilter {
	switch {
	case c.count() == 0:
		return nil
	case c.count() > 1:
		and := s3types.MetricsAndOperator{Prefix: c.prefixPointer(), Tags: c.s3Tags()}
		if c.accessPoint != "" {
			and.AccessPointArn = aws.String(c.accessPoint)
		}
		return &s3types.MetricsFilterMemberAnd{Value: and}
	case c.prefix != "":
		return &s3types.MetricsFilterMemberPrefix{Value: c.prefix}
	case c.accessPoint != "":
		return &s3types.MetricsFilterMemberAccessPointArn{Value: c.accessPoint}
	}
	return &s3types.MetricsFilterMemberTag{Value: *c.onlyTag()}
}

// flattenMetricsFilter keeps the filter before when it means the same.
func flattenMetricsFilter(filter s3types.MetricsFilter, before *metricsFilterModel) *metricsFilterModel {
	got := conditionsOfMetrics(filter)
	switch {
	case got.equal(before.conditions()):
		return before
	case got.count() == 0:
		return nil
	}
	return &metricsFilterModel{Prefix: got.prefixValue(), Tags: got.tagsValue(), AccessPoint: optionalString(got.accessPoint)}
}

func conditionsOfMetrics(filter s3types.MetricsFilter) conditions {
	switch f := filter.(type) {
	case *s3types.MetricsFilterMemberPrefix:
		return conditions{prefix: f.Value}
	case *s3types.MetricsFilterMemberTag:
		return conditions{tags: filterTags(f.Value)}
	case *s3types.MetricsFilterMemberAccessPointArn:
		return conditions{accessPoint: f.Value}
	case *s3types.MetricsFilterMemberAnd:
		return conditions{
			prefix: aws.ToString(f.Value.Prefix), tags: filterTags(f.Value.Tags...), accessPoint: aws.ToString(f.Value.AccessPointArn),
		}
	}
	return conditions{}
}
