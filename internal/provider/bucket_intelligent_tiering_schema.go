package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

const defaultTieringName = "AutoTiering"

func bucketIntelligentTieringSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Archive tiers of S3 Intelligent-Tiering: objects that nobody reads move to them, and cost less there.\n\n" +
			"It acts on objects in the storage class `INTELLIGENT_TIERING` alone, of at least 128 KB. FOVEA's uploads are in `STANDARD`, so pair it with a `fovea_bucket_lifecycle` that has a transition to `INTELLIGENT_TIERING`.\n\n" +
			"Videos in both archive tiers are listed but do not play until they are restored. The tiers that Intelligent-Tiering has anyway, without this resource, keep videos playable.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Name of the bucket and of the configuration, with a slash between them."),
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"name":   configurationNameAttribute(defaultTieringName),
			"status": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`Enabled` or `Disabled`. Default: `Enabled`.",
				Default:             stringdefault.StaticString("Enabled"),
				Validators:          []validator.String{stringvalidator.OneOf("Enabled", "Disabled")},
			},
			"filter": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Which objects it is for: those that meet every condition. Default: all.",
				Attributes:          map[string]schema.Attribute{"prefix": filterPrefixAttribute(), "tags": filterTagsAttribute()},
			},
			"tierings": schema.ListNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The tiers, one or both, in any order. Default: `ARCHIVE_ACCESS` after 90 days and `DEEP_ARCHIVE_ACCESS` after 180.",
				Default:             listdefault.StaticValue(defaultTierings(ctx)),
				Validators:          []validator.List{listvalidator.NoNullValues(), listvalidator.SizeAtLeast(1)},
				PlanModifiers:       []planmodifier.List{tftype.KeepOrder(), tftype.RefuseNewList(tieringsTogether{})},
				NestedObject:        tieringObject(),
			},
		},
		Blocks: documentTimeoutsBlocks(ctx),
	}
}

func tieringObject() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"days": schema.Int64Attribute{
			Required:            true,
			MarkdownDescription: "Days after which an object that nobody reads moves: 90 to 730 for `ARCHIVE_ACCESS`, 180 to 730 for `DEEP_ARCHIVE_ACCESS`.",
		},
		"access_tier": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "`ARCHIVE_ACCESS` or `DEEP_ARCHIVE_ACCESS`.",
			PlanModifiers:       []planmodifier.String{tftype.RefuseNew(stringvalidator.OneOf("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"))},
		},
	}}
}

func defaultTierings(ctx context.Context) types.List {
	list, problems := types.ListValueFrom(ctx, tieringObject().Type(), []tieringModel{
		{Days: types.Int64Value(90), AccessTier: types.StringValue("ARCHIVE_ACCESS")},
		{Days: types.Int64Value(180), AccessTier: types.StringValue("DEEP_ARCHIVE_ACCESS")},
	})
	if problems.HasError() {
		panic(problems) // the model does not fit the schema
	}
	return list
}
