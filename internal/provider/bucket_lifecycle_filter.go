package provider

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type lifecycleFilterModel struct {
	Prefix                types.String `tfsdk:"prefix"`
	Tags                  types.Map    `tfsdk:"tags"`
	ObjectSizeGreaterThan types.Int64  `tfsdk:"object_size_greater_than"`
	ObjectSizeLessThan    types.Int64  `tfsdk:"object_size_less_than"`
}

// conditions gives those that are known. No filter has none.
func (m *lifecycleFilterModel) conditions() conditions {
	if m == nil {
		return conditions{}
	}
	c := conditions{prefix: m.Prefix.ValueString(), tags: knownTags(m.Tags)}
	if !m.ObjectSizeGreaterThan.IsUnknown() {
		c.greaterThan = m.ObjectSizeGreaterThan.ValueInt64Pointer()
	}
	if !m.ObjectSizeLessThan.IsUnknown() {
		c.lessThan = m.ObjectSizeLessThan.ValueInt64Pointer()
	}
	return c
}

// lifecycleFilter gives S3's form. A rule always has a filter, if only the empty
// prefix: some actions demand one, and rules with and without do not mix.
func (c conditions) lifecycleFilter() *s3types.LifecycleRuleFilter {
	switch {
	case c.count() > 1:
		return &s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{
			Prefix: c.prefixPointer(), Tags: c.s3Tags(), ObjectSizeGreaterThan: c.greaterThan, ObjectSizeLessThan: c.lessThan,
		}}
	case c.count() == 0 || c.prefix != "":
		return &s3types.LifecycleRuleFilter{Prefix: aws.String(c.prefix)}
	}
	return &s3types.LifecycleRuleFilter{Tag: c.onlyTag(), ObjectSizeGreaterThan: c.greaterThan, ObjectSizeLessThan: c.lessThan}
}

// flattenLifecycleFilter keeps the filter before when it means the same: {} and no
// filter do, and so do "" and no prefix.
func flattenLifecycleFilter(rule s3types.LifecycleRule, before *lifecycleFilterModel) *lifecycleFilterModel {
	got := conditionsOfLifecycle(rule)
	switch {
	case got.equal(before.conditions()):
		return before
	case got.count() == 0:
		return nil
	}
	return &lifecycleFilterModel{
		Prefix:                got.prefixValue(),
		Tags:                  got.tagsValue(),
		ObjectSizeGreaterThan: types.Int64PointerValue(got.greaterThan),
		ObjectSizeLessThan:    types.Int64PointerValue(got.lessThan),
	}
}

func conditionsOfLifecycle(rule s3types.LifecycleRule) conditions {
	f := rule.Filter
	switch {
	case f == nil:
		return conditions{prefix: aws.ToString(rule.Prefix)} //nolint:staticcheck // deprecated, yet old rules have it
	case f.And != nil:
		return conditions{
			prefix: aws.ToString(f.And.Prefix), tags: filterTags(f.And.Tags...),
			greaterThan: f.And.ObjectSizeGreaterThan, lessThan: f.And.ObjectSizeLessThan,
		}
	case f.Tag != nil:
		return conditions{tags: filterTags(*f.Tag)}
	}
	return conditions{prefix: aws.ToString(f.Prefix), greaterThan: f.ObjectSizeGreaterThan, lessThan: f.ObjectSizeLessThan}
}
