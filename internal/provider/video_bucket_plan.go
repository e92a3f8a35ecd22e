package provider

import (
	"context"
	"fmt"
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
	if e.KMSKeyARN.IsNull() || e.KMSKeyARN.IsUnknown() || e.Algorithm.IsUnknown() { // a variable may turn out to be null
		return
	}
	if !strings.HasPrefix(e.Algorithm.ValueString(), "aws:kms") {
		resp.Diagnostics.AddAttributeError(path.Root("encryption").AtName("kms_key_arn"), "A KMS key without KMS encryption",
			`The algorithm AES256 uses S3's own keys. Set algorithm to "aws:kms" to use this key, or leave kms_key_arn out.`)
	}
}

// ModifyPlan refuses plans that lose a bucket, and plans what follows from the
// configuration: tags_all, the ID, the ARN and the documents that are not asked for.
func (r *videoBucket) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil { // the provider's own settings are not known yet
		return
	}
	var before *videoBucketModel
	if !req.State.Raw.IsNull() {
		m, ok := decode[videoBucketModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		before = &m
		r.clients.ExpectOwner(m.Bucket.ValueString())
	}
	if req.Plan.Raw.IsNull() {
		r.guardDestroy(ctx, *before, resp)
		return
	}
	m, ok := decode[videoBucketModel](ctx, req.Plan, &resp.Diagnostics)
	config, configOK := decode[videoBucketModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || !configOK {
		return
	}
	r.checkRegion(before, m, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if before != nil {
		r.guardUpdate(ctx, *before, m, resp)
	} else {
		r.guardCreate(ctx, m, planMarkOf(ctx, req.Private, &resp.Diagnostics).Replaces, &resp.Diagnostics)
	}
	refuseDisabledVersioning(before, m, &resp.Diagnostics)
	// A bucket that never had versioning loses nothing by this.
	if m.Versioning.ValueString() == "Suspended" && (before == nil || before.Versioning.ValueString() == "Enabled") {
		resp.Diagnostics.AddAttributeWarning(path.Root("versioning"), bucketVersioningEnds.summary("Versioning of %s will be suspended", bucketName(m)),
			"From then on, an upload overwrites a video for good, and a deleted video cannot be restored. A bucket with suspended versioning cannot be the source of a replication.")
	}
	r.planOptional(ctx, before, config, passedOverIn(ctx, req.Private, &resp.Diagnostics), resp)
	if planned, ok := decode[videoBucketModel](ctx, resp.Plan, &resp.Diagnostics); ok { // with the defaults
		planned.warnOfLosses(ctx, before, &resp.Diagnostics)
	}
	r.planNames(ctx, m, resp)
	tagsAll := r.tags.plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("tags_all"), tagsAll)...)
}

// planNames plans what follows from the name, so that what depends on a bucket that
// does not exist yet can be planned.
func (r *videoBucket) planNames(ctx context.Context, m videoBucketModel, resp *resource.ModifyPlanResponse) {
	arn := types.StringUnknown()
	if !m.Bucket.IsUnknown() {
		arn = types.StringValue(bucketARN(r.clients.Partition, m.Bucket.ValueString()))
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), m.Bucket)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("arn"), arn)...)
}

// bucketName names the bucket in a message.
func bucketName(m videoBucketModel) string {
	switch {
	case !m.Bucket.IsUnknown():
		return "the bucket " + m.Bucket.ValueString()
	case !m.BucketPrefix.IsNull() && !m.BucketPrefix.IsUnknown():
		return "the new bucket " + m.BucketPrefix.ValueString() + "..."
	}
	return "the new bucket"
}

// checkRegion refuses regions that do not exist: their hosts do not either, and
// waiting for them takes minutes.
func (r *videoBucket) checkRegion(before *videoBucketModel, m videoBucketModel, resp *resource.ModifyPlanResponse) {
	if m.Region.IsUnknown() || before != nil && before.Region.Equal(m.Region) || r.clients.KnowsRegion(m.Region.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root("region"), "Unknown AWS region",
		fmt.Sprintf("%q is not a region of AWS, such as \"us-east-1\". For a region newer than this provider, or a server with regions of its own, "+
			"set skip_region_validation to true in the provider block.", m.Region.ValueString()))
}

// anotherPrefix tells whether a change of the prefix makes another bucket.
func anotherPrefix(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	var bucket types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	resp.RequiresReplace = namesAnother(req.PlanValue, bucket)
}

// namesAnother reports whether a prefix cannot be that of a bucket, or may turn
// out not to be. After an import the name begins with the prefix by chance.
func namesAnother(prefix, bucket types.String) bool {
	return prefix.IsUnknown() || !prefix.IsNull() && !strings.HasPrefix(bucket.ValueString(), prefix.ValueString())
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
