package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ValidateConfig checks what two attributes say together.
func (r *videoBucket) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[videoBucketModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.Encryption.IsNull() || m.Encryption.IsUnknown() {
		return
	}
	e, ok := m.encryption(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	kms := strings.HasPrefix(e.Algorithm.ValueString(), "aws:kms")
	if !e.KMSKeyARN.IsNull() && !e.Algorithm.IsUnknown() && !kms {
		resp.Diagnostics.AddAttributeError(path.Root("encryption").AtName("kms_key_arn"), "A KMS key without KMS encryption",
			`The algorithm AES256 uses S3's own keys. Set algorithm to "aws:kms" to use this key, or leave kms_key_arn out.`)
	}
}

// ModifyPlan plans tags_all, and says which plans lose videos.
func (r *videoBucket) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var before *videoBucketModel
	if !req.State.Raw.IsNull() {
		m, ok := decode[videoBucketModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		before = &m
	}
	if req.Plan.Raw.IsNull() {
		if before.ForceDestroy.ValueBool() {
			resp.Diagnostics.AddWarning("Every video in "+before.Bucket.ValueString()+" will be deleted", lossDetail)
		}
		return
	}
	m, ok := decode[videoBucketModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if before != nil && before.ForceDestroy.ValueBool() {
		warnOfLoss(*before, m, resp)
	}
	if m.Versioning.ValueString() == "Suspended" && (before == nil || !before.Versioning.Equal(m.Versioning)) {
		resp.Diagnostics.AddAttributeWarning(path.Root("versioning"), "Versioning will be suspended",
			"From then on an upload overwrites a video for good, and a deleted video cannot be brought back. A bucket that is suspended cannot be the source of a replication.")
	}
	if r.providerData == nil {
		return
	}
	tagsAll := r.tags.plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("tags_all"), tagsAll)...)
}

const lossDetail = "force_destroy is true, so destroying the bucket deletes all its objects first, with all their versions. They cannot be brought back. " +
	"To keep them, set force_destroy to false and apply that alone before anything else."

// warnOfLoss warns of a replacement that empties the bucket.
func warnOfLoss(before, after videoBucketModel, resp *resource.ModifyPlanResponse) {
	for name, values := range map[string][2]types.String{
		"bucket": {before.Bucket, after.Bucket},
		"region": {before.Region, after.Region},
	} {
		if values[1].IsUnknown() || values[0].Equal(values[1]) {
			continue
		}
		resp.Diagnostics.AddAttributeWarning(path.Root(name), "Every video in "+before.Bucket.ValueString()+" will be deleted",
			"A bucket can be neither renamed nor moved, so this plan destroys it and makes another, empty one. "+lossDetail)
	}
}

// anotherPrefix tells whether a prefix asks for another bucket: not when the
// bucket's name begins with it, as after an import.
func anotherPrefix(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	var bucket types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	resp.RequiresReplace = !req.PlanValue.IsNull() && !strings.HasPrefix(bucket.ValueString(), req.PlanValue.ValueString())
}

// knownMap gives null for a map with values that are not known yet.
func knownMap(m types.Map) types.Map {
	for _, value := range m.Elements() {
		if value.IsUnknown() {
			return types.MapNull(types.StringType)
		}
	}
	return m
}
