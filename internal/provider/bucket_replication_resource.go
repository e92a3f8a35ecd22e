package provider

import (
	"context"
	"math"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

func newBucketReplication() resource.Resource {
	return &bucketDocument[bucketReplicationModel, *bucketReplicationModel, s3types.ReplicationConfiguration]{
		typeName: "fovea_bucket_replication",
		document: s3bucket.Replication,
		awsType:  "aws_s3_bucket_replication_configuration",
		schema:   bucketReplicationSchema,
		validate: validateBucketReplication,
		plan:     planBucketReplication,
		check:    checkReplicationRole,
	}
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

func bucketReplicationSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The replication of a bucket to others, for disaster recovery. Source and destinations need versioning. S3 copies what is uploaded from then on; for what is there already it has Batch Replication. " +
			"It owns all rules of the bucket: a rule that is not configured here is shown as a removal and then removed.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket whose objects are copied. It may be any bucket, that of an `aws_s3_bucket` too."),
			"role_arn": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ARN of the role that S3 assumes to copy objects, such as that of a `fovea_replication_role`. The credentials of the provider need `iam:PassRole` on it.",
				PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.ARN("iam", "role/"))},
			},
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "The rules, 1 to 1000. Where several with the same destination match an object, the one with the highest priority applies.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 1000)},
				NestedObject:        schema.NestedAttributeObject{Attributes: replicationRuleAttributes()},
			},
		},
	}
}

func replicationRuleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Name of the rule, at most 255 characters. With several rules each needs its own. Defaults to `" + defaultReplicationRuleID + "`.",
			Default:             stringdefault.StaticString(defaultReplicationRuleID),
			Validators:          []validator.String{stringvalidator.LengthBetween(1, 255)},
		},
		"priority": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Which rule applies when several match; the highest wins. With several rules each needs its own. Defaults to `1`.",
			Default:             int64default.StaticInt64(defaultReplicationPriority),
			Validators:          []validator.Int64{int64validator.Between(0, math.MaxInt32)},
		},
		"status": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`Enabled` or `Disabled`. Defaults to `Enabled`.",
			Default:             stringdefault.StaticString(string(s3types.ReplicationRuleStatusEnabled)),
			Validators:          []validator.String{stringvalidator.OneOf(string(s3types.ReplicationRuleStatusEnabled), string(s3types.ReplicationRuleStatusDisabled))},
		},
		"filter": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Which objects to copy. Defaults to all.",
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
					MarkdownDescription: "Storage class of the copies. Defaults to that of the object. Copies in `GLACIER` and `DEEP_ARCHIVE` must be restored before they play.",
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
			MarkdownDescription: "Have S3 copy within 15 minutes, and publish metrics of it; both cost extra. Defaults to `true`.",
			Default:             booldefault.StaticBool(true),
		},
		"delete_marker_replication": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Delete the copy of a video that is deleted, by a marker that can be removed again. Defaults to `false`, so that copies outlive a mistake.",
			Default:             booldefault.StaticBool(false),
		},
		"replicate_kms_encrypted_objects": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Copy also objects that a KMS key encrypts, which S3 leaves out otherwise. Needs `replica_kms_key_arn`. Defaults to `false`.",
			Default:             booldefault.StaticBool(false),
		},
	}
}
