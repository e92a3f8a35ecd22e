package provider

import (
	"context"
	"errors"
	"math"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure      = (*bucketReplication)(nil)
	_ resource.ResourceWithIdentity       = (*bucketReplication)(nil)
	_ resource.ResourceWithImportState    = (*bucketReplication)(nil)
	_ resource.ResourceWithModifyPlan     = (*bucketReplication)(nil)
	_ resource.ResourceWithValidateConfig = (*bucketReplication)(nil)
)

type bucketReplication struct{ resourceBase }

func newBucketReplication() resource.Resource { return &bucketReplication{} }

func (r *bucketReplication) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_bucket_replication"
}

func (r *bucketReplication) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = bucketIdentitySchema()
}

func (r *bucketReplication) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bucketReplicationSchema(ctx)
}

func (r *bucketReplication) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	m.ID = m.Bucket
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketReplication) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	replication, err := r.buckets.Replication(ctx, m.Bucket.ValueString())
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the replication of", m.Bucket.ValueString(), err)
	default:
		m.flatten(ctx, replication, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *bucketReplication) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	if !r.put(ctx, m, &resp.Diagnostics) {
		return
	}
	identify(ctx, resp.Identity, bucketIdentity{m.Bucket}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *bucketReplication) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[bucketReplicationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := m.whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if err := r.buckets.DeleteReplication(ctx, m.Bucket.ValueString()); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		awsdiag.Add(&resp.Diagnostics, "end the replication of", m.Bucket.ValueString(), err)
	}
}

func (r *bucketReplication) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importBucket(ctx, req, resp)
}

// ModifyPlan warns of what a new configuration does that its diff does not say.
func (r *bucketReplication) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	m, ok := decode[bucketReplicationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.warnOfArchives(ctx, &resp.Diagnostics)
	if req.State.Raw.IsNull() && r.providerData != nil && !m.Bucket.IsUnknown() {
		r.warnOfReplaced(ctx, m, &resp.Diagnostics)
	}
}

// put writes the configuration and reports whether it could.
func (r *bucketReplication) put(ctx context.Context, m bucketReplicationModel, diags *diag.Diagnostics) bool {
	replication := m.expand(ctx, diags)
	r.checkRole(ctx, m, diags)
	if diags.HasError() {
		return false
	}
	if err := r.buckets.PutReplication(ctx, m.Bucket.ValueString(), replication); err != nil {
		awsdiag.AddAttribute(diags, faultOfReplication(m, err), "set up the replication of", m.Bucket.ValueString(), err)
		return false
	}
	return true
}

const (
	// defaultReplicationRuleID names the one rule that most buckets have.
	defaultReplicationRuleID = "ReplicateVideos"

	defaultReplicationPriority = 1
)

// replicaClasses are the storage classes that S3 makes copies in.
var replicaClasses = []string{
	string(s3types.StorageClassStandard), string(s3types.StorageClassStandardIa), string(s3types.StorageClassOnezoneIa),
	string(s3types.StorageClassIntelligentTiering), string(s3types.StorageClassGlacierIr), string(s3types.StorageClassGlacier),
	string(s3types.StorageClassDeepArchive), string(s3types.StorageClassReducedRedundancy),
}

func bucketReplicationSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The replication of a bucket to others, for disaster recovery. Source and destinations need versioning. S3 copies what is uploaded from then on; for what is there already it has Batch Replication. " +
			"It owns all rules of the bucket: a rule that is not configured here is shown as a removal and then removed.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket."),
			"bucket": bucketAttribute("Name of the bucket whose objects are copied. It may be any bucket, that of an `aws_s3_bucket` too."),
			"role_arn": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ARN of the role that S3 assumes to copy objects, such as that of a `fovea_replication_role`. Whoever applies this needs `iam:PassRole` on it.",
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ARN("iam", "role/"))},
			},
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "The rules, 1 to 1000. Where several with the same destination match an object, the one with the highest priority applies.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 1000)},
				NestedObject:        schema.NestedAttributeObject{Attributes: replicationRuleAttributes()},
			},
		},
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

func replicationRuleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Name of the rule, at most 255 characters. With several rules each needs its own. Default: `" + defaultReplicationRuleID + "`.",
			Default:             stringdefault.StaticString(defaultReplicationRuleID),
			Validators:          []validator.String{stringvalidator.LengthBetween(1, 255)},
		},
		"priority": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Which rule applies when several match; the highest wins. With several rules each needs its own. Default: `1`.",
			Default:             int64default.StaticInt64(defaultReplicationPriority),
			Validators:          []validator.Int64{int64validator.Between(0, math.MaxInt32)},
		},
		"status": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`Enabled` or `Disabled`. Default: `Enabled`.",
			Default:             stringdefault.StaticString(string(s3types.ReplicationRuleStatusEnabled)),
			Validators:          []validator.String{stringvalidator.OneOf(string(s3types.ReplicationRuleStatusEnabled), string(s3types.ReplicationRuleStatusDisabled))},
		},
		"filter": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Which objects to copy. Default: all.",
			Attributes: map[string]schema.Attribute{
				"prefix": filterPrefixAttribute(),
				"tags":   filterTagsAttribute(),
			},
		},
		"destination": schema.SingleNestedAttribute{
			Required:            true,
			MarkdownDescription: "Where the copies go.",
			Attributes: map[string]schema.Attribute{
				"bucket_arn": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "ARN of the bucket that takes the copies, best in another region.",
					PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketARN())},
				},
				"storage_class": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Storage class of the copies. Default: that of the object. Copies in `GLACIER` and `DEEP_ARCHIVE` must be restored before they play.",
					PlanModifiers:       []planmodifier.String{tftype.RefuseNew(stringvalidator.OneOf(replicaClasses...))},
				},
				"account_id": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Account that the destination must belong to, when it is not this one. Its bucket policy must let the role in.",
					Validators:          []validator.String{tftype.AccountID()},
				},
				"replica_kms_key_arn": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "KMS key, in the destination's region, to encrypt the copies with; for `replicate_kms_encrypted_objects`.",
					PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.KMSKey())},
				},
			},
		},
		"replication_time_control": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Have S3 copy within 15 minutes, and publish metrics of it; both cost extra. Default: `true`.",
			Default:             booldefault.StaticBool(true),
		},
		"delete_marker_replication": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Delete the copy of a video that is deleted, by a marker that can be removed again. Default: `false`, so that copies outlive a mistake.",
			Default:             booldefault.StaticBool(false),
		},
		"replicate_kms_encrypted_objects": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Copy also objects that a KMS key encrypts, which S3 leaves out otherwise. Needs `replica_kms_key_arn`. Default: `false`.",
			Default:             booldefault.StaticBool(false),
		},
	}
}
