package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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

func newBucketIntelligentTiering() resource.Resource {
	return &bucketDocument[bucketIntelligentTieringModel, *bucketIntelligentTieringModel, s3types.IntelligentTieringConfiguration]{
		typeName:    "fovea_bucket_intelligent_tiering",
		document:    s3bucket.IntelligentTiering,
		defaultName: defaultTieringName,
		awsType:     "aws_s3_bucket_intelligent_tiering_configuration",
		schema:      bucketIntelligentTieringSchema,
		plan:        planIntelligentTiering,
	}
}

type bucketIntelligentTieringModel struct {
	documentFields
	Name     types.String        `tfsdk:"name"`
	Status   types.String        `tfsdk:"status"`
	Filter   *tieringFilterModel `tfsdk:"filter"`
	Tierings []tieringModel      `tfsdk:"tierings"`
}

type tieringFilterModel struct {
	Prefix types.String `tfsdk:"prefix"`
	Tags   types.Map    `tfsdk:"tags"`
}

type tieringModel struct {
	Days       types.Int64  `tfsdk:"days"`
	AccessTier types.String `tfsdk:"access_tier"`
}

func (m *bucketIntelligentTieringModel) expand(context.Context, *providerData, *diag.Diagnostics) s3types.IntelligentTieringConfiguration {
	c := s3types.IntelligentTieringConfiguration{
		Id:     m.Name.ValueStringPointer(),
		Status: s3types.IntelligentTieringStatus(m.Status.ValueString()),
		Filter: m.Filter.conditions().tieringFilter(),
	}
	for _, t := range m.Tierings {
		c.Tierings = append(c.Tierings, s3types.Tiering{Days: int32Pointer(t.Days), AccessTier: s3types.IntelligentTieringAccessTier(t.AccessTier.ValueString())})
	}
	return c
}

func (m *bucketIntelligentTieringModel) flatten(_ context.Context, _ *providerData, got s3types.IntelligentTieringConfiguration, _ *diag.Diagnostics) {
	m.Status = types.StringValue(string(got.Status))
	m.Filter = flattenTieringFilter(got.Filter, m.Filter)
	var tierings []tieringModel
	for _, t := range got.Tierings {
		tierings = append(tierings, tieringModel{Days: int32Value(t.Days), AccessTier: types.StringValue(string(t.AccessTier))})
	}
	m.Tierings = inOrder(tierings, m.Tierings, func(t tieringModel) string { return t.AccessTier.ValueString() })
}

func (m *tieringFilterModel) conditions() conditions {
	if m == nil {
		return conditions{}
	}
	return conditions{prefix: m.Prefix.ValueString(), tags: knownTags(m.Tags)}
}

// tieringFilter gives S3's form, nil for the whole bucket.
func (c conditions) tieringFilter() *s3types.IntelligentTieringFilter {
	switch {
	case c.count() == 0:
		return nil
	case c.count() > 1:
		return &s3types.IntelligentTieringFilter{And: &s3types.IntelligentTieringAndOperator{Prefix: c.prefixPointer(), Tags: c.s3Tags()}}
	}
	return &s3types.IntelligentTieringFilter{Prefix: c.prefixPointer(), Tag: c.onlyTag()}
}

// flattenTieringFilter keeps the filter before when it means the same.
func flattenTieringFilter(filter *s3types.IntelligentTieringFilter, before *tieringFilterModel) *tieringFilterModel {
	got := conditionsOfTiering(filter)
	switch {
	case got.equal(before.conditions()):
		return before
	case got.count() == 0:
		return nil
	}
	return &tieringFilterModel{Prefix: got.prefixValue(), Tags: got.tagsValue()}
}

func conditionsOfTiering(f *s3types.IntelligentTieringFilter) conditions {
	switch {
	case f == nil:
		return conditions{}
	case f.And != nil:
		return conditions{prefix: aws.ToString(f.And.Prefix), tags: filterTags(f.And.Tags...)}
	case f.Tag != nil:
		return conditions{tags: filterTags(*f.Tag)}
	}
	return conditions{prefix: aws.ToString(f.Prefix)}
}

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

// planIntelligentTiering warns, when something changes, of what S3 accepts and users
// regret.
func planIntelligentTiering(ctx context.Context, p *providerData, change documentChange, diags *diag.Diagnostics) {
	if change.plan.Raw.Equal(change.state.Raw) {
		return
	}
	var bucket, status types.String
	diags.Append(change.plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	diags.Append(change.plan.GetAttribute(ctx, path.Root("status"), &status)...)
	if diags.HasError() || status.ValueString() != "Enabled" {
		return
	}
	diags.AddAttributeWarning(path.Root("tierings"), videosArchived.summary("The Intelligent-Tiering configuration of the bucket %s: Videos will not play", nameOf(bucket)),
		"Objects in the archive tiers must be restored before they can be read, which takes hours. FOVEA still lists such videos, but they do not play. "+
			"Intelligent-Tiering saves on videos that nobody watches without archive tiers too, and keeps them playable.")
	if p.lacksTieredObjects(ctx, bucket) {
		diags.AddAttributeWarning(path.Root("bucket"), noTieredObjects.summary("The bucket %s has no lifecycle rule that moves objects to INTELLIGENT_TIERING", nameOf(bucket)),
			"The configuration acts only on objects in that storage class, and uploads are in STANDARD. Give the bucket a fovea_bucket_lifecycle with a transition to INTELLIGENT_TIERING, unless this plan adds one, or uploads name the class themselves.")
	}
}

// lacksTieredObjects reports that no lifecycle rule makes some. Of a bucket that is
// not there yet, or was made by this apply, or may not be read, nothing is known.
func (p *providerData) lacksTieredObjects(ctx context.Context, bucket types.String) bool {
	if p == nil || bucket.IsUnknown() {
		return false
	}
	if p.walk.entry(videoBucketObject(bucket.ValueString())).written {
		return false // the apply that has made the bucket may be about to make the rule
	}
	lifecycle, err := s3bucket.Lifecycle.Read(ctx, p.buckets, s3bucket.Of(bucket.ValueString()))
	if errors.Is(err, s3bucket.ErrNoBucket) || err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		return false
	}
	return !slices.ContainsFunc(lifecycle.Rules, func(rule s3types.LifecycleRule) bool {
		return rule.Status == s3types.ExpirationStatusEnabled && slices.ContainsFunc(rule.Transitions, func(t s3types.Transition) bool {
			return t.StorageClass == s3types.TransitionStorageClassIntelligentTiering
		})
	})
}

const defaultTieringName = "AutoTiering"

func bucketIntelligentTieringSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Archive tiers of S3 Intelligent-Tiering: objects that nobody reads move to them, and cost less there.\n\n" +
			"It acts on objects in the storage class `INTELLIGENT_TIERING` alone, of at least 128 KB. FOVEA's uploads are in `STANDARD`, so pair it with a `fovea_bucket_lifecycle` that has a transition to `INTELLIGENT_TIERING`.\n\n" +
			"Videos in both archive tiers are listed but do not play until they are restored. The tiers that Intelligent-Tiering has anyway, without this resource, keep videos playable.",
		Attributes: map[string]schema.Attribute{
			"bucket": bucketAttribute("Name of the bucket. It may be any bucket, that of an `aws_s3_bucket` too."),
			"status": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`Enabled` or `Disabled`. Defaults to `Enabled`.",
				Default:             stringdefault.StaticString("Enabled"),
				Validators:          []validator.String{stringvalidator.OneOf("Enabled", "Disabled")},
			},
			"filter": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Which objects it is for: those that meet every condition. Defaults to all.",
				Attributes:          map[string]schema.Attribute{"prefix": filterPrefixAttribute(), "tags": filterTagsAttribute()},
			},
			"tierings": schema.ListNestedAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The tiers, one or both, in any order. Defaults to `ARCHIVE_ACCESS` after 90 days and `DEEP_ARCHIVE_ACCESS` after 180.",
				Default:             listdefault.StaticValue(defaultTierings(ctx)),
				Validators:          []validator.List{listvalidator.NoNullValues(), listvalidator.SizeAtLeast(1)},
				PlanModifiers:       []planmodifier.List{tftype.KeepOrder(), tftype.RefuseNewList(tieringsTogether{})},
				NestedObject:        tieringObject(),
			},
		},
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
