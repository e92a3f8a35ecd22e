package provider

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// defaultMetricsName is what the S3 console calls the metrics of a whole bucket.
const defaultMetricsName = "EntireBucket"

func newBucketMetrics() resource.Resource {
	return &bucketDocument[bucketMetricsModel, *bucketMetricsModel, s3types.MetricsConfiguration]{
		typeName:    "fovea_bucket_metrics",
		document:    s3bucket.Metrics,
		defaultName: defaultMetricsName,
		awsType:     "aws_s3_bucket_metric",
		schema:      bucketMetricsSchema,
	}
}

func bucketMetricsSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Request metrics of a bucket in CloudWatch: requests, bytes, errors and latency, minute by minute, in the namespace `AWS/S3` with the dimensions `BucketName` and `FilterId`, which is `name`. " +
			"A bucket can have 1,000 such configurations; this is one of them. CloudWatch charges for them as custom metrics.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"filter": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Which objects to measure: those that meet every condition. Defaults to all.",
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
	}
}

type bucketMetricsModel struct {
	documentFields
	Name   types.String        `tfsdk:"name"`
	Filter *metricsFilterModel `tfsdk:"filter"`
}

type metricsFilterModel struct {
	Prefix      types.String `tfsdk:"prefix"`
	Tags        types.Map    `tfsdk:"tags"`
	AccessPoint types.String `tfsdk:"access_point"`
}

func (m *bucketMetricsModel) expand(context.Context, *providerData, *diag.Diagnostics) s3types.MetricsConfiguration {
	return s3types.MetricsConfiguration{Id: m.Name.ValueStringPointer(), Filter: m.Filter.conditions().metricsFilter()}
}

func (m *bucketMetricsModel) flatten(_ context.Context, _ *providerData, got s3types.MetricsConfiguration, _ *diag.Diagnostics) {
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
