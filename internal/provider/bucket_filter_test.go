package provider

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func s3Tag(key, value string) s3types.Tag {
	return s3types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// TestLifecycleFilterShapes checks that one condition stands by itself, several
// stand in an And, and that all come back.
func TestLifecycleFilterShapes(t *testing.T) {
	noTags := types.MapNull(types.StringType)
	for name, tt := range map[string]struct {
		filter *lifecycleFilterModel
		want   s3types.LifecycleRuleFilter
	}{
		"none":   {nil, s3types.LifecycleRuleFilter{Prefix: aws.String("")}},
		"prefix": {&lifecycleFilterModel{Prefix: types.StringValue("a/"), Tags: noTags}, s3types.LifecycleRuleFilter{Prefix: aws.String("a/")}},
		"tag":    {&lifecycleFilterModel{Tags: mapOf(map[string]string{"a": "1"})}, s3types.LifecycleRuleFilter{Tag: ptrTo(s3Tag("a", "1"))}},
		"empty tag": {&lifecycleFilterModel{Tags: mapOf(map[string]string{"a": ""})},
			s3types.LifecycleRuleFilter{Tag: ptrTo(s3Tag("a", ""))}},
		"larger":  {&lifecycleFilterModel{Tags: noTags, ObjectSizeGreaterThan: types.Int64Value(0)}, s3types.LifecycleRuleFilter{ObjectSizeGreaterThan: aws.Int64(0)}},
		"smaller": {&lifecycleFilterModel{Tags: noTags, ObjectSizeLessThan: types.Int64Value(9)}, s3types.LifecycleRuleFilter{ObjectSizeLessThan: aws.Int64(9)}},
		"two tags": {&lifecycleFilterModel{Tags: mapOf(map[string]string{"b": "2", "a": "1"})},
			s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{Tags: []s3types.Tag{s3Tag("a", "1"), s3Tag("b", "2")}}}},
		"two sizes": {&lifecycleFilterModel{Tags: noTags, ObjectSizeGreaterThan: types.Int64Value(1), ObjectSizeLessThan: types.Int64Value(9)},
			s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{ObjectSizeGreaterThan: aws.Int64(1), ObjectSizeLessThan: aws.Int64(9)}}},
		"prefix and tag": {&lifecycleFilterModel{Prefix: types.StringValue("a/"), Tags: mapOf(map[string]string{"a": "1"})},
			s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{Prefix: aws.String("a/"), Tags: []s3types.Tag{s3Tag("a", "1")}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.filter.conditions().lifecycleFilter()
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("S3 gets %+v, want %+v", *got, tt.want)
			}
			if back := flattenLifecycleFilter(s3types.LifecycleRule{Filter: got}, nil); !reflect.DeepEqual(back, tt.filter) {
				t.Errorf("it comes back as %+v, want %+v", back, tt.filter)
			}
		})
	}
}

// TestFiltersKeepTheirWords checks that what means the same stays as it was
// written.
func TestFiltersKeepTheirWords(t *testing.T) {
	noTags, emptyTags := types.MapNull(types.StringType), mapOf(nil)
	for name, before := range map[string]*lifecycleFilterModel{
		"null":         nil,
		"empty":        {Tags: noTags},
		"empty prefix": {Prefix: types.StringValue(""), Tags: noTags},
		"empty tags":   {Tags: emptyTags},
	} {
		for answer, rule := range map[string]s3types.LifecycleRule{
			"empty filter": {Filter: &s3types.LifecycleRuleFilter{}},
			"empty prefix": {Filter: &s3types.LifecycleRuleFilter{Prefix: aws.String("")}},
			"old prefix":   {Prefix: aws.String("")},
		} {
			if got := flattenLifecycleFilter(rule, before); got != before {
				t.Errorf("%s, answered as %s: %+v", name, answer, got)
			}
		}
	}
	before := &lifecycleFilterModel{Prefix: types.StringValue("a/"), Tags: noTags}
	if got := flattenLifecycleFilter(s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{}}, before); got != nil {
		t.Errorf("a filter that is gone comes back as %+v", got)
	}
}

func TestMetricsFilterShapes(t *testing.T) {
	const accessPoint = "arn:aws:s3:us-east-1:123456789012:accesspoint/videos"
	noTags := types.MapNull(types.StringType)
	for name, tt := range map[string]struct {
		filter *metricsFilterModel
		want   s3types.MetricsFilter
	}{
		"none":         {nil, nil},
		"prefix":       {&metricsFilterModel{Prefix: types.StringValue("a/"), Tags: noTags}, &s3types.MetricsFilterMemberPrefix{Value: "a/"}},
		"tag":          {&metricsFilterModel{Tags: mapOf(map[string]string{"a": "1"})}, &s3types.MetricsFilterMemberTag{Value: s3Tag("a", "1")}},
		"access point": {&metricsFilterModel{Tags: noTags, AccessPoint: types.StringValue(accessPoint)}, &s3types.MetricsFilterMemberAccessPointArn{Value: accessPoint}},
		"all": {
			&metricsFilterModel{Prefix: types.StringValue("a/"), Tags: mapOf(map[string]string{"a": "1"}), AccessPoint: types.StringValue(accessPoint)},
			&s3types.MetricsFilterMemberAnd{Value: s3types.MetricsAndOperator{Prefix: aws.String("a/"), Tags: []s3types.Tag{s3Tag("a", "1")}, AccessPointArn: aws.String(accessPoint)}},
		},
		"two tags": {
			&metricsFilterModel{Tags: mapOf(map[string]string{"b": "2", "a": "1"})},
			&s3types.MetricsFilterMemberAnd{Value: s3types.MetricsAndOperator{Tags: []s3types.Tag{s3Tag("a", "1"), s3Tag("b", "2")}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.filter.conditions().metricsFilter()
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("S3 gets %+v, want %+v", got, tt.want)
			}
			if back := flattenMetricsFilter(got, nil); !reflect.DeepEqual(back, tt.filter) {
				t.Errorf("it comes back as %+v, want %+v", back, tt.filter)
			}
		})
	}
}

func TestTieringFilterShapes(t *testing.T) {
	noTags := types.MapNull(types.StringType)
	for name, tt := range map[string]struct {
		filter *tieringFilterModel
		want   *s3types.IntelligentTieringFilter
	}{
		"none":   {nil, nil},
		"prefix": {&tieringFilterModel{Prefix: types.StringValue("a/"), Tags: noTags}, &s3types.IntelligentTieringFilter{Prefix: aws.String("a/")}},
		"tag":    {&tieringFilterModel{Tags: mapOf(map[string]string{"a": "1"})}, &s3types.IntelligentTieringFilter{Tag: ptrTo(s3Tag("a", "1"))}},
		"both": {
			&tieringFilterModel{Prefix: types.StringValue("a/"), Tags: mapOf(map[string]string{"a": "1"})},
			&s3types.IntelligentTieringFilter{And: &s3types.IntelligentTieringAndOperator{Prefix: aws.String("a/"), Tags: []s3types.Tag{s3Tag("a", "1")}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.filter.conditions().tieringFilter()
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("S3 gets %+v, want %+v", got, tt.want)
			}
			if back := flattenTieringFilter(got, nil); !reflect.DeepEqual(back, tt.filter) {
				t.Errorf("it comes back as %+v, want %+v", back, tt.filter)
			}
		})
	}
}

func ptrTo[T any](v T) *T { return &v }
