package provider

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

type bucketLifecycleModel struct {
	documentFields
	Rules                              []lifecycleRuleModel `tfsdk:"rules"`
	TransitionDefaultMinimumObjectSize types.String         `tfsdk:"transition_default_minimum_object_size"`
}

type lifecycleRuleModel struct {
	ID                                 types.String                `tfsdk:"id"`
	Status                             types.String                `tfsdk:"status"`
	Filter                             *lifecycleFilterModel       `tfsdk:"filter"`
	Transitions                        []transitionModel           `tfsdk:"transitions"`
	Expiration                         *expirationModel            `tfsdk:"expiration"`
	NoncurrentVersionTransitions       []noncurrentTransitionModel `tfsdk:"noncurrent_version_transitions"`
	NoncurrentVersionExpiration        *noncurrentExpirationModel  `tfsdk:"noncurrent_version_expiration"`
	AbortIncompleteMultipartUploadDays types.Int64                 `tfsdk:"abort_incomplete_multipart_upload_days"`
}

type transitionModel struct {
	Days         types.Int64  `tfsdk:"days"`
	Date         types.String `tfsdk:"date"`
	StorageClass types.String `tfsdk:"storage_class"`
}

type expirationModel struct {
	Days                      types.Int64  `tfsdk:"days"`
	Date                      types.String `tfsdk:"date"`
	ExpiredObjectDeleteMarker types.Bool   `tfsdk:"expired_object_delete_marker"`
}

type noncurrentTransitionModel struct {
	NoncurrentDays          types.Int64  `tfsdk:"noncurrent_days"`
	NewerNoncurrentVersions types.Int64  `tfsdk:"newer_noncurrent_versions"`
	StorageClass            types.String `tfsdk:"storage_class"`
}

type noncurrentExpirationModel struct {
	NoncurrentDays          types.Int64 `tfsdk:"noncurrent_days"`
	NewerNoncurrentVersions types.Int64 `tfsdk:"newer_noncurrent_versions"`
}

func (m *bucketLifecycleModel) expand(_ context.Context, _ *providerData, diags *diag.Diagnostics) s3bucket.LifecycleConfiguration {
	lifecycle := s3bucket.LifecycleConfiguration{
		MinimumObjectSize: s3types.TransitionDefaultMinimumObjectSize(m.TransitionDefaultMinimumObjectSize.ValueString()),
	}
	for i, rule := range m.Rules {
		lifecycle.Rules = append(lifecycle.Rules, rule.expand(path.Root("rules").AtListIndex(i), diags))
	}
	return lifecycle
}

func (m lifecycleRuleModel) expand(at path.Path, diags *diag.Diagnostics) s3types.LifecycleRule {
	rule := s3types.LifecycleRule{
		ID:     m.ID.ValueStringPointer(),
		Status: s3types.ExpirationStatus(m.Status.ValueString()),
		Filter: m.Filter.conditions().lifecycleFilter(),
	}
	for i, t := range m.Transitions {
		rule.Transitions = append(rule.Transitions, s3types.Transition{
			Days:         int32Pointer(t.Days),
			Date:         expandDate(t.Date, at.AtName("transitions").AtListIndex(i).AtName("date"), diags),
			StorageClass: s3types.TransitionStorageClass(t.StorageClass.ValueString()),
		})
	}
	if e := m.Expiration; e != nil {
		rule.Expiration = &s3types.LifecycleExpiration{
			Days: int32Pointer(e.Days),
			Date: expandDate(e.Date, at.AtName("expiration").AtName("date"), diags),
		}
		if e.ExpiredObjectDeleteMarker.ValueBool() {
			rule.Expiration.ExpiredObjectDeleteMarker = aws.Bool(true)
		}
	}
	for _, t := range m.NoncurrentVersionTransitions {
		rule.NoncurrentVersionTransitions = append(rule.NoncurrentVersionTransitions, s3types.NoncurrentVersionTransition{
			NoncurrentDays:          int32Pointer(t.NoncurrentDays),
			NewerNoncurrentVersions: int32Pointer(t.NewerNoncurrentVersions),
			StorageClass:            s3types.TransitionStorageClass(t.StorageClass.ValueString()),
		})
	}
	if e := m.NoncurrentVersionExpiration; e != nil {
		rule.NoncurrentVersionExpiration = &s3types.NoncurrentVersionExpiration{
			NoncurrentDays:          int32Pointer(e.NoncurrentDays),
			NewerNoncurrentVersions: int32Pointer(e.NewerNoncurrentVersions),
		}
	}
	if days := int32Pointer(m.AbortIncompleteMultipartUploadDays); days != nil {
		rule.AbortIncompleteMultipartUpload = &s3types.AbortIncompleteMultipartUpload{DaysAfterInitiation: days}
	}
	return rule
}

// int32Pointer gives nil for null. The schema keeps values within bounds.
func int32Pointer(v types.Int64) *int32 {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return aws.Int32(int32(v.ValueInt64())) //nolint:gosec // the schema bounds it
}

func expandDate(v types.String, at path.Path, diags *diag.Diagnostics) *time.Time {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	date, err := time.Parse(time.RFC3339, v.ValueString())
	if err != nil {
		diags.AddAttributeError(at, "Invalid date", err.Error())
		return nil
	}
	return &date
}

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

// flatten takes over what a server answered, in the order and in the words that
// the model has already where they mean the same.
func (m *bucketLifecycleModel) flatten(_ context.Context, _ *providerData, got s3bucket.LifecycleConfiguration, _ *diag.Diagnostics) {
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
