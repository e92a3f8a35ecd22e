package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// ModifyPlan warns of new and changed rules that S3 accepts and users regret.
func (r *bucketLifecycle) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var before, after types.List
	if req.State.Raw.IsNull() {
		r.planCreation(ctx, resp)
	} else {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("rules"), &before)...)
	}
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("rules"), &after)...)
	var bucket types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	for i, rule := range knownObjects[lifecycleRuleModel](ctx, after, &resp.Diagnostics) {
		if rule.Status.ValueString() == "Enabled" && !slices.ContainsFunc(before.Elements(), func(old attr.Value) bool { return old.Equal(after.Elements()[i]) }) {
			rule.warn(nameOf(bucket), path.Root("rules").AtListIndex(i), &resp.Diagnostics)
		}
	}
}

// planCreation says which rules a creation replaces.
func (r *bucketLifecycle) planCreation(ctx context.Context, resp *resource.ModifyPlanResponse) {
	var bucket types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), bucket)...)
	if r.providerData == nil || bucket.IsUnknown() || resp.Diagnostics.HasError() {
		return
	}
	there, err := r.buckets.Lifecycle(ctx, bucket.ValueString())
	if err != nil {
		return // mostly because there are none; the apply says what else is wrong
	}
	if resp.Plan.Raw.IsFullyKnown() {
		m, ok := decode[bucketLifecycleModel](ctx, resp.Plan, &resp.Diagnostics)
		if !ok || s3bucket.EqualLifecycle(there, m.expand(&resp.Diagnostics)) {
			return
		}
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("rules"), replacesDocument.summary("The bucket %s has lifecycle rules already, which will be replaced", bucket.ValueString()),
		fmt.Sprintf("S3 keeps the rules of a bucket in one document, so these rules take the place of the %d that are there. "+
			"To see the difference first, import them: terraform import fovea_bucket_lifecycle.NAME %s", len(there.Rules), bucket.ValueString()))
}

// minDaysInIA is for how many days S3 charges at least for the two IA classes.
const minDaysInIA = 30

func (m lifecycleRuleModel) warn(bucket string, at path.Path, diags *diag.Diagnostics) {
	for i, t := range m.Transitions {
		transition := at.AtName("transitions").AtListIndex(i)
		switch class := t.StorageClass.ValueString(); class {
		case "GLACIER", "DEEP_ARCHIVE":
			diags.AddAttributeWarning(transition.AtName("storage_class"), videosArchived.summary("The lifecycle of the bucket %s: Videos will not play after the rule %s", bucket, m.ID.ValueString()),
				fmt.Sprintf("The rule %q moves objects to %s, whose objects must be restored before they can be read, which takes hours. FOVEA goes on listing such videos, but they do not play. "+
					"GLACIER_IR is the cheapest class whose videos play at once.", m.ID.ValueString(), class))
		case "STANDARD_IA", "ONEZONE_IA":
			if !t.Days.IsNull() && !t.Days.IsUnknown() && t.Days.ValueInt64() < minDaysInIA {
				warnOfEarlyIA(bucket, transition.AtName("days"), m.ID.ValueString(), class, t.Days.ValueInt64(), diags)
			}
		}
	}
	for i, t := range m.NoncurrentVersionTransitions {
		class := t.StorageClass.ValueString()
		if (class == "STANDARD_IA" || class == "ONEZONE_IA") && !t.NoncurrentDays.IsUnknown() && t.NoncurrentDays.ValueInt64() < minDaysInIA {
			warnOfEarlyIA(bucket, at.AtName("noncurrent_version_transitions").AtListIndex(i).AtName("noncurrent_days"), m.ID.ValueString(), class, t.NoncurrentDays.ValueInt64(), diags)
		}
	}
	if end, ok := m.Expiration.moment(at.AtName("expiration")); ok {
		diags.AddAttributeWarning(end.at, lifecycleDeletes.summary("The lifecycle of the bucket %s: Videos will be deleted by the rule %s", bucket, m.ID.ValueString()),
			fmt.Sprintf("The rule %q deletes %s %s. FOVEA deletes the annotations of a video that it does not find any more.", m.ID.ValueString(), m.Filter.conditions().objects(), end.text))
	}
}

func warnOfEarlyIA(bucket string, at path.Path, rule, class string, days int64, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(at, earlyInfrequentAccess.summary("The lifecycle of the bucket %s: Infrequent access after less than 30 days by the rule %s", bucket, rule),
		fmt.Sprintf("The rule %q moves objects to %s after %s. Each read costs extra there, and 30 days are charged for at least. Until July 2026 S3 refused less than 30 days, and other servers may still do so.",
			rule, class, plural(days, "day")))
}

// objects says which objects pass a filter, as in the middle of a sentence.
func (c conditions) objects() string {
	switch {
	case c.count() == 0:
		return "every object in the bucket"
	case c.count() == 1 && c.prefix != "":
		return fmt.Sprintf("every object under %q", c.prefix)
	}
	return "the objects that its filter names"
}
