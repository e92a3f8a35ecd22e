package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// tierDays are the days after which objects can enter a tier at the earliest.
var tierDays = map[string]int64{"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}

const maxTierDays = 730

// tieringsTogether checks the days of each tier, and that each tier is there once.
type tieringsTogether struct{}

func (tieringsTogether) Description(context.Context) string {
	return "each tier once, after as many days as S3 allows"
}

func (v tieringsTogether) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (tieringsTogether) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]bool{}
	for i, t := range knownObjects[tieringModel](ctx, req.ConfigValue, &resp.Diagnostics) {
		at := req.Path.AtListIndex(i)
		tier := t.AccessTier.ValueString()
		least, known := tierDays[tier]
		if !known {
			continue
		}
		if seen[tier] {
			resp.Diagnostics.AddAttributeError(at.AtName("access_tier"), "The same tier twice",
				fmt.Sprintf("%s is configured more than once. An object can enter it only once: remove one of the two.", tier))
		}
		seen[tier] = true
		if days := t.Days.ValueInt64(); !t.Days.IsUnknown() && (days < least || days > maxTierDays) {
			resp.Diagnostics.AddAttributeError(at.AtName("days"), "Invalid days for a tier",
				fmt.Sprintf("%s cannot be used. S3 moves objects to %s after %d to %d days.", plural(days, "day"), tier, least, maxTierDays))
		}
	}
}

// ModifyPlan warns, when something changes, of what S3 accepts and users regret.
func (r *bucketIntelligentTiering) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var bucket, status types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("status"), &status)...)
	if resp.Diagnostics.HasError() || status.ValueString() != "Enabled" {
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("tierings"), videosArchived.summary("The Intelligent-Tiering configuration of the bucket %s: Videos will not play", nameOf(bucket)),
		"Objects in the archive tiers must be restored before they can be read, which takes hours. FOVEA goes on listing such videos, but they do not play. "+
			"Intelligent-Tiering saves on videos that nobody watches without archive tiers too, and keeps them playable.")
	if r.lacksTieredObjects(ctx, bucket) {
		resp.Diagnostics.AddAttributeWarning(path.Root("bucket"), noTieredObjects.summary("The bucket %s has no lifecycle rule that moves objects to INTELLIGENT_TIERING", nameOf(bucket)),
			"The configuration acts only on objects in that storage class, and uploads are in STANDARD. Give the bucket a fovea_bucket_lifecycle with a transition to INTELLIGENT_TIERING, unless this plan adds one, or uploads name the class themselves.")
	}
}

// lacksTieredObjects reports that no lifecycle rule makes some. Of a bucket that is
// not there yet, or may not be read, nothing is known.
func (r *bucketIntelligentTiering) lacksTieredObjects(ctx context.Context, bucket types.String) bool {
	if r.providerData == nil || bucket.IsUnknown() {
		return false
	}
	lifecycle, err := r.buckets.Lifecycle(ctx, bucket.ValueString())
	if errors.Is(err, s3bucket.ErrNoBucket) || err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		return false
	}
	return !slices.ContainsFunc(lifecycle.Rules, func(rule s3types.LifecycleRule) bool {
		return rule.Status == s3types.ExpirationStatusEnabled && slices.ContainsFunc(rule.Transitions, func(t s3types.Transition) bool {
			return t.StorageClass == s3types.TransitionStorageClassIntelligentTiering
		})
	})
}
