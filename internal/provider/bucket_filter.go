package provider

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// conditions are what the filters of a bucket's documents have in common. S3
// writes one condition by itself and several in an And; here that makes no
// difference.
type conditions struct {
	prefix      string // "" for none
	tags        map[string]string
	accessPoint string // ARN; "" for none
	greaterThan *int64 // bytes
	lessThan    *int64
}

// count is how many conditions there are, each tag being one.
func (c conditions) count() int {
	n := len(c.tags)
	for _, given := range []bool{c.prefix != "", c.accessPoint != "", c.greaterThan != nil, c.lessThan != nil} {
		if given {
			n++
		}
	}
	return n
}

func (c conditions) equal(d conditions) bool {
	return c.prefix == d.prefix && maps.Equal(c.tags, d.tags) && c.accessPoint == d.accessPoint &&
		equalPointers(c.greaterThan, d.greaterThan) && equalPointers(c.lessThan, d.lessThan)
}

// s3Tags gives the tags in the order of their keys.
func (c conditions) s3Tags() []s3types.Tag {
	var tags []s3types.Tag
	for _, key := range slices.Sorted(maps.Keys(c.tags)) {
		tags = append(tags, s3types.Tag{Key: aws.String(key), Value: aws.String(c.tags[key])})
	}
	return tags
}

// onlyTag gives the tag of a filter with at most one condition.
func (c conditions) onlyTag() *s3types.Tag {
	for _, tag := range c.s3Tags() {
		return &tag
	}
	return nil
}

// prefixPointer gives nil for no prefix.
func (c conditions) prefixPointer() *string {
	if c.prefix == "" {
		return nil
	}
	return &c.prefix
}

func (c conditions) prefixValue() types.String { return optionalString(c.prefix) }

func (c conditions) tagsValue() types.Map {
	if len(c.tags) == 0 {
		return types.MapNull(types.StringType)
	}
	return mapOf(c.tags)
}

func equalPointers[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// filterTags reads the tags of a filter as S3 sends them.
func filterTags(tags ...s3types.Tag) map[string]string {
	m := map[string]string{}
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}

// knownTags reads the tags of a configured filter.
func knownTags(from types.Map) map[string]string {
	m := map[string]string{}
	for key, value := range from.Elements() {
		if s, ok := value.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			m[key] = s.ValueString()
		}
	}
	return m
}

func filterPrefixAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "What the keys of the objects begin with, such as `clips/`.",
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KeyPrefix())},
	}
}

// maxObjectTags is how many tags an object can have, and so a filter.
const maxObjectTags = 10

func filterTagsAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "Tags that the objects all have, at most 10.",
		Validators:          []validator.Map{mapvalidator.SizeAtMost(maxObjectTags), tftype.Tags()},
	}
}
