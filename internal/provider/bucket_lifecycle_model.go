package provider

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

type bucketLifecycleModel struct {
	documentTimeouts
	ID                                 types.String         `tfsdk:"id"`
	Bucket                             types.String         `tfsdk:"bucket"`
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

func (m bucketLifecycleModel) expand(diags *diag.Diagnostics) s3bucket.Lifecycle {
	lifecycle := s3bucket.Lifecycle{
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
