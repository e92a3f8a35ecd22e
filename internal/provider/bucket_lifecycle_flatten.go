package provider

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// flatten takes over what a server answered, in the order and in the words that
// the model has already where they mean the same.
func (m *bucketLifecycleModel) flatten(got s3bucket.Lifecycle) {
	m.ID = m.Bucket
	switch {
	case got.MinimumObjectSize != "":
		m.TransitionDefaultMinimumObjectSize = types.StringValue(string(got.MinimumObjectSize))
	case m.TransitionDefaultMinimumObjectSize.IsNull():
		// Imported from a server that does not say, and so does not care.
		m.TransitionDefaultMinimumObjectSize = types.StringValue(defaultMinimumObjectSize)
	}
	var rules []lifecycleRuleModel
	for _, rule := range got.Rules {
		rules = append(rules, flattenLifecycleRule(rule, m.rule(aws.ToString(rule.ID))))
	}
	m.Rules = inOrder(rules, m.Rules, func(r lifecycleRuleModel) string { return r.ID.ValueString() })
}

// rule gives the rule with that id, an empty one when there is none.
func (m *bucketLifecycleModel) rule(id string) lifecycleRuleModel {
	i := slices.IndexFunc(m.Rules, func(r lifecycleRuleModel) bool { return r.ID.ValueString() == id })
	if i < 0 {
		return lifecycleRuleModel{}
	}
	return m.Rules[i]
}

func flattenLifecycleRule(got s3types.LifecycleRule, before lifecycleRuleModel) lifecycleRuleModel {
	m := lifecycleRuleModel{
		ID:         types.StringPointerValue(got.ID),
		Status:     types.StringValue(string(got.Status)),
		Filter:     flattenLifecycleFilter(got, before.Filter),
		Expiration: flattenExpiration(got.Expiration, before.Expiration),
	}
	for _, t := range got.Transitions {
		m.Transitions = append(m.Transitions, transitionModel{
			Days:         int32Value(t.Days),
			Date:         flattenDate(t.Date),
			StorageClass: types.StringValue(string(t.StorageClass)),
		})
	}
	m.Transitions = inOrder(m.Transitions, before.Transitions, func(t transitionModel) string { return t.StorageClass.ValueString() })
	for _, t := range got.NoncurrentVersionTransitions {
		m.NoncurrentVersionTransitions = append(m.NoncurrentVersionTransitions, noncurrentTransitionModel{
			NoncurrentDays:          int32Value(t.NoncurrentDays),
			NewerNoncurrentVersions: int32Value(t.NewerNoncurrentVersions),
			StorageClass:            types.StringValue(string(t.StorageClass)),
		})
	}
	m.NoncurrentVersionTransitions = inOrder(m.NoncurrentVersionTransitions, before.NoncurrentVersionTransitions,
		func(t noncurrentTransitionModel) string { return t.StorageClass.ValueString() })
	if e := got.NoncurrentVersionExpiration; e != nil {
		m.NoncurrentVersionExpiration = &noncurrentExpirationModel{
			NoncurrentDays:          int32Value(e.NoncurrentDays),
			NewerNoncurrentVersions: int32Value(e.NewerNoncurrentVersions),
		}
	}
	if a := got.AbortIncompleteMultipartUpload; a != nil {
		m.AbortIncompleteMultipartUploadDays = int32Value(a.DaysAfterInitiation)
	}
	return m
}

// flattenExpiration keeps a delete marker that is configured as false, which says
// nothing, and which S3 leaves out.
func flattenExpiration(got *s3types.LifecycleExpiration, before *expirationModel) *expirationModel {
	if got == nil {
		return nil
	}
	m := expirationModel{Days: int32Value(got.Days), Date: flattenDate(got.Date)}
	if aws.ToBool(got.ExpiredObjectDeleteMarker) {
		m.ExpiredObjectDeleteMarker = types.BoolValue(true)
	} else if before != nil && !before.ExpiredObjectDeleteMarker.ValueBool() {
		m.ExpiredObjectDeleteMarker = before.ExpiredObjectDeleteMarker
	}
	return &m
}

func int32Value(p *int32) types.Int64 {
	if p == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*p))
}

func flattenDate(date *time.Time) types.String {
	if date == nil {
		return types.StringNull()
	}
	return types.StringValue(date.UTC().Format(time.RFC3339))
}
