package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

func newBucketLifecycle() resource.Resource {
	return &bucketDocument[bucketLifecycleModel, *bucketLifecycleModel, s3bucket.LifecycleConfiguration]{
		typeName: "fovea_bucket_lifecycle",
		document: s3bucket.Lifecycle,
		awsType:  "aws_s3_bucket_lifecycle_configuration",
		schema:   bucketLifecycleSchema,
		validate: validateBucketLifecycle,
		plan:     planBucketLifecycle,
	}
}

// defaultLifecycleRules move old videos to cheaper classes in which they still
// play, and clean up after uploads that were broken off, whose parts are paid for
// and never listed.
func defaultLifecycleRules(ctx context.Context) types.List {
	list, problems := types.ListValueFrom(ctx, lifecycleRuleObject().Type(), []lifecycleRuleModel{
		{
			ID: types.StringValue("ArchiveOldVideos"), Status: types.StringValue("Enabled"),
			Transitions: []transitionModel{
				{Days: types.Int64Value(90), StorageClass: types.StringValue("STANDARD_IA")},
				{Days: types.Int64Value(365), StorageClass: types.StringValue("GLACIER_IR")},
			},
		},
		{
			ID: types.StringValue("AbortIncompleteUploads"), Status: types.StringValue("Enabled"),
			AbortIncompleteMultipartUploadDays: types.Int64Value(7),
		},
	})
	if problems.HasError() {
		panic(problems) // the model does not fit the schema
	}
	return list
}

// storageLadder are the classes that rules can move objects to. They lead down
// only.
var storageLadder = []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}

const (
	// defaultMinimumObjectSize is what S3 does unless told otherwise.
	defaultMinimumObjectSize = "all_storage_classes_128K"

	// maxNewerVersions is how many noncurrent versions a rule can keep.
	maxNewerVersions = 100
	maxInt32         = 1<<31 - 1
)

func bucketLifecycleSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The lifecycle rules of a bucket, which move objects to cheaper storage classes and delete what is no longer wanted.\n\n" +
			"It owns all rules of the bucket: a rule that is not configured here is shown as a removal and then removed. The order of rules and of transitions has no meaning.\n\n" +
			"Videos in the classes `GLACIER` and `DEEP_ARCHIVE` are listed but do not play until they are restored; those in all other classes play at once.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"rules": schema.ListNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The rules, 1 to 1,000. Defaults to `ArchiveOldVideos`, which moves every object to `STANDARD_IA` after 90 days and to `GLACIER_IR`, whose videos still play, after 365; " +
					"and `AbortIncompleteUploads`, which removes the parts of uploads that were not completed within 7 days.",
				Default:       listdefault.StaticValue(defaultLifecycleRules(ctx)),
				Validators:    []validator.List{listvalidator.NoNullValues()},
				PlanModifiers: []planmodifier.List{tftype.KeepOrder()},
				NestedObject:  lifecycleRuleObject(),
			},
			"transition_default_minimum_object_size": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Minimum size of objects for transitions. `all_storage_classes_128K` keeps objects under 128 KB where they are. `varies_by_storage_class` does the same, except for transitions to `GLACIER` and `DEEP_ARCHIVE`. " +
					"A size in the filter of a rule takes precedence. Other servers ignore this setting. Defaults to `all_storage_classes_128K`.",
				Default:       stringdefault.StaticString(defaultMinimumObjectSize),
				PlanModifiers: []planmodifier.String{tftype.RefuseNew(stringvalidator.OneOf(defaultMinimumObjectSize, "varies_by_storage_class"))},
			},
		},
	}
}

func lifecycleRuleObject() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the rule, at most 255 characters, different from that of the others.",
			Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 255)},
		},
		"status": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`Enabled` or `Disabled`. Defaults to `Enabled`.",
			Default:             stringdefault.StaticString("Enabled"),
			Validators:          []validator.String{stringvalidator.OneOf("Enabled", "Disabled")},
		},
		"filter": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Which objects the rule is for: those that meet every condition. Defaults to all.",
			Attributes: map[string]schema.Attribute{
				"prefix": filterPrefixAttribute(),
				"tags":   filterTagsAttribute(),
				"object_size_greater_than": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: "Size in bytes that the objects exceed.",
					Validators:          []validator.Int64{int64validator.AtLeast(0)},
				},
				"object_size_less_than": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: "Size in bytes that the objects stay below.",
					Validators:          []validator.Int64{int64validator.AtLeast(1)},
				},
			},
		},
		"transitions": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Moves to other storage classes. They lead down only, in the order `STANDARD_IA`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `GLACIER_IR`, `GLACIER`, `DEEP_ARCHIVE`, " +
				"each later than the one before. Each has either `days` or `date`, the same in the whole rule.",
			Validators:    []validator.List{listvalidator.NoNullValues()},
			PlanModifiers: []planmodifier.List{tftype.KeepOrder()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"days":          optionalDays("Days after an object was made.", 0),
				"date":          dateAttribute("Day from which on the objects move, such as `2030-01-31T00:00:00Z`."),
				"storage_class": storageClassAttribute(),
			}},
		},
		"expiration": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "When objects are deleted. In a bucket with versioning they become noncurrent versions, but FOVEA takes them for deleted all the same, and deletes their annotations. It has one of the three arguments.",
			Attributes: map[string]schema.Attribute{
				"days": optionalDays("Days after an object was made, more than those of the last transition.", 1),
				"date": dateAttribute("Day on which the objects are deleted, and from which on others are at once, such as `2030-01-31T00:00:00Z`."),
				"expired_object_delete_marker": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "`true` deletes no object, only delete markers with no versions left behind them. Not for a filter with tags or sizes.",
				},
			},
		},
		"noncurrent_version_transitions": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Moves of versions that were overwritten or deleted, on the same terms as `transitions`.",
			Validators:          []validator.List{listvalidator.NoNullValues()},
			PlanModifiers:       []planmodifier.List{tftype.KeepOrder()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"noncurrent_days":           noncurrentDaysAttribute(),
				"newer_noncurrent_versions": newerVersionsAttribute(),
				"storage_class":             storageClassAttribute(),
			}},
		},
		"noncurrent_version_expiration": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "When versions that were overwritten or deleted are deleted for good.",
			Attributes: map[string]schema.Attribute{
				"noncurrent_days":           noncurrentDaysAttribute(),
				"newer_noncurrent_versions": newerVersionsAttribute(),
			},
		},
		"abort_incomplete_multipart_upload_days": optionalDays("Days after which the parts of an upload that was not completed are deleted. Not for a filter with tags or sizes.", 1),
	}}
}

func optionalDays(description string, least int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.Int64{tftype.RefuseNewNumber(int64validator.Between(least, maxInt32))},
	}
}

func dateAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.Midnight())},
	}
}

func storageClassAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Storage class to move to.",
		PlanModifiers:       []planmodifier.String{tftype.RefuseNew(stringvalidator.OneOf(storageLadder...))},
	}
}

func noncurrentDaysAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Required:            true,
		MarkdownDescription: "Days after a version was overwritten or deleted.",
		PlanModifiers:       []planmodifier.Int64{tftype.RefuseNewNumber(int64validator.Between(1, maxInt32))},
	}
}

func newerVersionsAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "How many of the newest noncurrent versions are left alone, 1 to 100. Defaults to none.",
		PlanModifiers:       []planmodifier.Int64{tftype.RefuseNewNumber(int64validator.Between(1, maxNewerVersions))},
	}
}
