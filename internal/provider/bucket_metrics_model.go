package provider

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
