package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxLifecycleRules is S3's limit.
const maxLifecycleRules = 1000

// ValidateConfig checks what rules and attributes say together.
func (r *bucketLifecycle) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var (
		rules  types.List
		bucket types.String
		wrong  diag.Diagnostics
	)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("rules"), &rules)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	if rules.IsNull() || rules.IsUnknown() {
		return
	}
	defer func() {
		lifecycleInvalid.about("The lifecycle of the bucket "+nameOf(bucket), wrong, &resp.Diagnostics)
	}()
	switch n := len(rules.Elements()); {
	case n == 0:
		wrong.AddAttributeError(path.Root("rules"), "No lifecycle rules",
			"S3 stores no empty list of rules. Leave rules out for the default ones; to have none, remove the resource.")
	case n > maxLifecycleRules:
		wrong.AddAttributeError(path.Root("rules"), "Too many lifecycle rules",
			fmt.Sprintf("There are %d, and S3 takes at most 1,000 for a bucket.", n))
	}
	places := map[string]int{}
	for i, rule := range knownObjects[lifecycleRuleModel](ctx, rules, &resp.Diagnostics) {
		at := path.Root("rules").AtListIndex(i)
		if id := rule.ID.ValueString(); id != "" {
			if first, taken := places[id]; taken {
				wrong.AddAttributeError(at.AtName("id"), "Two rules with the same ID",
					fmt.Sprintf("rules[%d] and rules[%d] are both called %q. S3 tells rules apart by their ID: give one of them another.", first, i, id))
			} else {
				places[id] = i
			}
		}
		if object, ok := rules.Elements()[i].(types.Object); ok {
			checkHasAction(at, object, &wrong)
		}
		rule.check(at, &wrong)
	}
}

// checkHasAction looks at the rule as it is configured: what is not known yet may
// be an action.
func checkHasAction(at path.Path, rule types.Object, diags *diag.Diagnostics) {
	for _, action := range []string{
		"transitions", "expiration", "noncurrent_version_transitions", "noncurrent_version_expiration", "abort_incomplete_multipart_upload_days",
	} {
		value := rule.Attributes()[action]
		if list, ok := value.(types.List); ok && !list.IsUnknown() && len(list.Elements()) == 0 {
			continue
		}
		if value != nil && !value.IsNull() {
			return
		}
	}
	diags.AddAttributeError(at, "A rule that does nothing",
		"S3 wants at least one of transitions, expiration, noncurrent_version_transitions, noncurrent_version_expiration and abort_incomplete_multipart_upload_days in each rule.")
}

func (m lifecycleRuleModel) check(at path.Path, diags *diag.Diagnostics) {
	m.checkFilter(at, diags)
	m.checkTimes(at, diags)
	m.checkNoncurrentTimes(at.AtName("noncurrent_version_transitions"), at.AtName("noncurrent_version_expiration"), diags)
}

// checkFilter looks for sizes that contradict each other, and for actions that
// cannot be had for some of the objects only.
func (m lifecycleRuleModel) checkFilter(at path.Path, diags *diag.Diagnostics) {
	filter := m.Filter.conditions()
	if filter.greaterThan != nil && filter.lessThan != nil && *filter.greaterThan >= *filter.lessThan {
		diags.AddAttributeError(at.AtName("filter").AtName("object_size_less_than"), "A filter that no object passes",
			fmt.Sprintf("No object is larger than %d bytes and smaller than %d. object_size_less_than must exceed object_size_greater_than.", *filter.greaterThan, *filter.lessThan))
	}
	if len(filter.tags) == 0 && filter.greaterThan == nil && filter.lessThan == nil {
		return
	}
	const remedy = "S3 refuses it for a filter with tags or sizes, since what it deletes has neither. Move it to a rule of its own, with a prefix or without a filter."
	if !m.AbortIncompleteMultipartUploadDays.IsNull() {
		diags.AddAttributeError(at.AtName("abort_incomplete_multipart_upload_days"), "Incomplete uploads have no tags and no size", remedy)
	}
	if m.Expiration != nil && m.Expiration.ExpiredObjectDeleteMarker.ValueBool() {
		diags.AddAttributeError(at.AtName("expiration").AtName("expired_object_delete_marker"), "Delete markers have no tags and no size", remedy)
	}
}
