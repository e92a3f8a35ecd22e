package provider

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type bucketIntelligentTieringModel struct {
	documentTimeouts
	ID       types.String        `tfsdk:"id"`
	Bucket   types.String        `tfsdk:"bucket"`
	Name     types.String        `tfsdk:"name"`
	Status   types.String        `tfsdk:"status"`
	Filter   *tieringFilterModel `tfsdk:"filter"`
	Tierings []tieringModel      `tfsdk:"tierings"`
}

type tieringFilterModel struct {
	Prefix types.String `tfsdk:"prefix"`
	Tags   types.Map    `tfsdk:"tags"`
}

type tieringModel struct {
	Days       types.Int64  `tfsdk:"days"`
	AccessTier types.String `tfsdk:"access_tier"`
}

func (m bucketIntelligentTieringModel) identity() bucketNameIdentity {
	return bucketNameIdentity{m.Bucket, m.Name}
}

func (m bucketIntelligentTieringModel) expand() s3types.IntelligentTieringConfiguration {
	c := s3types.IntelligentTieringConfiguration{
		Id:     m.Name.ValueStringPointer(),
		Status: s3types.IntelligentTieringStatus(m.Status.ValueString()),
		Filter: m.Filter.conditions().tieringFilter(),
	}
	for _, t := range m.Tierings {
		c.Tierings = append(c.Tierings, s3types.Tiering{Days: int32Pointer(t.Days), AccessTier: s3types.IntelligentTieringAccessTier(t.AccessTier.ValueString())})
	}
	return c
}

func (m *bucketIntelligentTieringModel) flatten(got s3types.IntelligentTieringConfiguration) {
	m.ID = m.identity().id()
	m.Status = types.StringValue(string(got.Status))
	m.Filter = flattenTieringFilter(got.Filter, m.Filter)
	var tierings []tieringModel
	for _, t := range got.Tierings {
		tierings = append(tierings, tieringModel{Days: int32Value(t.Days), AccessTier: types.StringValue(string(t.AccessTier))})
	}
	m.Tierings = inOrder(tierings, m.Tierings, func(t tieringModel) string { return t.AccessTier.ValueString() })
}

func (m *tieringFilterModel) conditions() conditions {
	if m == nil {
		return conditions{}
	}
	return conditions{prefix: m.Prefix.ValueString(), tags: knownTags(m.Tags)}
}

// tieringFilter gives S3's form, nil for the whole bucket.
func (c conditions) tieringFilter() *s3types.IntelligentTieringFilter {
	switch {
	case c.count() == 0:
		return nil
	case c.count() > 1:
		return &s3types.IntelligentTieringFilter{And: &s3types.IntelligentTieringAndOperator{Prefix: c.prefixPointer(), Tags: c.s3Tags()}}
	}
	return &s3types.IntelligentTieringFilter{Prefix: c.prefixPointer(), Tag: c.onlyTag()}
}

// flattenTieringFilter keeps the filter before when it means the same.
func flattenTieringFilter(filter *s3types.IntelligentTieringFilter, before *tieringFilterModel) *tieringFilterModel {
	got := conditionsOfTiering(filter)
	switch {
	case got.equal(before.conditions()):
		return before
	case got.count() == 0:
		return nil
	}
	return &tieringFilterModel{Prefix: got.prefixValue(), Tags: got.tagsValue()}
}

func conditionsOfTiering(f *s3types.IntelligentTieringFilter) conditions {
	switch {
	case f == nil:
		return conditions{}
	case f.And != nil:
		return conditions{prefix: aws.ToString(f.And.Prefix), tags: filterTags(f.And.Tags...)}
	case f.Tag != nil:
		return conditions{tags: filterTags(*f.Tag)}
	}
	return conditions{prefix: aws.ToString(f.Prefix)}
}
