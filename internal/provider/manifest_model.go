package provider

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

type manifestModel struct {
	ID                types.String            `tfsdk:"id"`
	Bucket            types.String            `tfsdk:"bucket"`
	Key               types.String            `tfsdk:"key"`
	Prefix            types.String            `tfsdk:"prefix"`
	Suffixes          tftype.UnorderedStrings `tfsdk:"suffixes"`
	ExcludePrefixes   tftype.UnorderedStrings `tfsdk:"exclude_prefixes"`
	Detail            types.String            `tfsdk:"detail"`
	MaxRemovedPercent types.Int64             `tfsdk:"max_removed_percent"`
	ScanOnPlan        types.Bool              `tfsdk:"scan_on_plan"`
	Triggers          types.Map               `tfsdk:"triggers"`
	Snapshots         types.Object            `tfsdk:"snapshots"`
	RetainOnDestroy   types.Bool              `tfsdk:"retain_on_destroy"`
	Concurrency       types.Int64             `tfsdk:"concurrency"`
	Source            types.String            `tfsdk:"source"`
	Inventory         types.Object            `tfsdk:"inventory"`
	MaxInventoryAge   types.String            `tfsdk:"max_inventory_age"`
	Timeouts          timeouts.Value          `tfsdk:"timeouts"`

	VideoCount       types.Int64  `tfsdk:"video_count"`
	TotalBytes       types.Int64  `tfsdk:"total_bytes"`
	Digest           types.String `tfsdk:"digest"`
	GeneratedAt      types.String `tfsdk:"generated_at"`
	ETag             types.String `tfsdk:"etag"`
	VersionID        types.String `tfsdk:"version_id"`
	InventoryTime    types.String `tfsdk:"inventory_time"`
	DetectedChanges  types.Object `tfsdk:"detected_changes"`
	MissingInfoCount types.Int64  `tfsdk:"missing_info_count"`
	MissingInfo      types.List   `tfsdk:"missing_info"`
	ArchivedCount    types.Int64  `tfsdk:"archived_count"`
	DuplicateNames   types.List   `tfsdk:"duplicate_names"`
	OtherVideoCount  types.Int64  `tfsdk:"other_video_count"`
}

type snapshotsModel struct {
	Prefix types.String `tfsdk:"prefix"`
	Keep   types.Int64  `tfsdk:"keep"`
}

// manifestIdentity identifies an object: there may be several manifests in a
// bucket.
type manifestIdentity struct {
	Bucket types.String `tfsdk:"bucket"`
	Key    types.String `tfsdk:"key"`
}

func (m manifestModel) identity() manifestIdentity { return manifestIdentity{m.Bucket, m.Key} }

// known reports whether everything that decides on the list is known.
func (m manifestModel) known() bool {
	deciding := []attr.Value{
		m.Bucket, m.Key, m.Prefix, m.Suffixes, m.ExcludePrefixes, m.Detail, m.MaxRemovedPercent, m.ScanOnPlan, m.Concurrency,
		m.Source, m.Inventory, m.MaxInventoryAge,
	}
	for _, v := range slices.AppendSeq(deciding, maps.Values(m.Inventory.Attributes())) {
		if v.IsUnknown() {
			return false
		}
	}
	for _, list := range []tftype.UnorderedStrings{m.Suffixes, m.ExcludePrefixes} {
		for _, v := range list.Elements() {
			if v.IsUnknown() {
				return false
			}
		}
	}
	return true
}

// selectsLike reports whether two models ask for the same list.
func (m manifestModel) selectsLike(o manifestModel) bool {
	return m.Prefix.Equal(o.Prefix) && m.Suffixes.Equal(o.Suffixes) && m.ExcludePrefixes.Equal(o.ExcludePrefixes) && m.Detail.Equal(o.Detail) &&
		m.Source.Equal(o.Source) && m.Inventory.Equal(o.Inventory)
}

func (m manifestModel) selection(ctx context.Context, diags *diag.Diagnostics) publish.Selection {
	return publish.Selection{
		Bucket:          m.Bucket.ValueString(),
		Prefix:          m.Prefix.ValueString(),
		Suffixes:        stringsOf(ctx, m.Suffixes, diags),
		ExcludePrefixes: stringsOf(ctx, m.ExcludePrefixes, diags),
		Full:            m.Detail.ValueString() == "full",
		Concurrency:     int(m.Concurrency.ValueInt64()),
	}
}

// fillDefaults sets the arguments that an import leaves open, so that a plan
// behind it is empty.
func (m *manifestModel) fillDefaults() {
	if m.Source.IsNull() {
		m.Source = types.StringValue(sourceList)
		m.MaxInventoryAge = types.StringValue(defaultMaxInventoryAge)
	}
	if !m.ScanOnPlan.IsNull() {
		return
	}
	m.Prefix = types.StringValue("")
	m.Suffixes = tftype.NewUnorderedStrings(defaultSuffixes)
	m.ExcludePrefixes = tftype.NewUnorderedStrings(nil)
	m.Detail = types.StringValue("basic")
	m.MaxRemovedPercent = types.Int64Value(defaultMaxRemovedPercent)
	m.ScanOnPlan = types.BoolValue(true)
	m.RetainOnDestroy = types.BoolValue(false)
	m.Concurrency = types.Int64Value(keyscan.DefaultConcurrency)
	m.DetectedChanges = flattenChanges(manifest.Diff{})
}

func (m *manifestModel) flattenCurrent(c publish.Current) {
	m.ID = types.StringValue(m.Bucket.ValueString() + "/" + m.Key.ValueString())
	m.VideoCount = types.Int64Value(c.Summary.Count)
	m.TotalBytes = types.Int64Value(c.Summary.Bytes)
	m.Digest = types.StringValue(c.Summary.Digest)
	m.GeneratedAt = types.StringNull()
	if !c.GeneratedAt.IsZero() {
		m.GeneratedAt = types.StringValue(c.GeneratedAt.UTC().Format(time.RFC3339Nano))
	}
	m.ETag = types.StringValue(c.ETag)
	m.VersionID = optionalString(c.VersionID)
}

func (m *manifestModel) flattenReport(r publish.Report) {
	m.MissingInfoCount = types.Int64Value(r.MissingInfoCount)
	m.MissingInfo = listOf(r.MissingInfo)
	m.ArchivedCount, m.OtherVideoCount = types.Int64Value(r.ArchivedCount), types.Int64Value(r.OtherVideoCount)
	m.DuplicateNames = listOfLists(r.DuplicateNames)
}

func listOfLists(groups [][]string) types.List {
	lists := make([]attr.Value, 0, len(groups))
	for _, group := range groups {
		lists = append(lists, listOf(group))
	}
	return types.ListValueMust(types.ListType{ElemType: types.StringType}, lists)
}

// keepComputed takes over what is only worked out when a list is published.
func (m *manifestModel) keepComputed(from manifestModel) {
	m.ID, m.VideoCount, m.TotalBytes, m.Digest = from.ID, from.VideoCount, from.TotalBytes, from.Digest
	m.InventoryTime = from.InventoryTime
	m.GeneratedAt, m.ETag, m.VersionID, m.DetectedChanges = from.GeneratedAt, from.ETag, from.VersionID, from.DetectedChanges
	m.MissingInfoCount, m.MissingInfo = from.MissingInfoCount, from.MissingInfo
	m.ArchivedCount, m.DuplicateNames, m.OtherVideoCount = from.ArchivedCount, from.DuplicateNames, from.OtherVideoCount
}

// forgetComputed is the opposite: all of it is known after apply.
func (m *manifestModel) forgetComputed() {
	m.VideoCount, m.TotalBytes, m.Digest = types.Int64Unknown(), types.Int64Unknown(), types.StringUnknown()
	m.GeneratedAt, m.ETag, m.VersionID = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.InventoryTime = types.StringUnknown()
	if m.Source.ValueString() == sourceList {
		m.InventoryTime = types.StringNull()
	}
	m.DetectedChanges = types.ObjectUnknown(changesTypes())
	m.MissingInfoCount, m.MissingInfo = types.Int64Unknown(), types.ListUnknown(types.StringType)
	m.ArchivedCount, m.OtherVideoCount = types.Int64Unknown(), types.Int64Unknown()
	m.DuplicateNames = types.ListUnknown(types.ListType{ElemType: types.StringType})
}

func changesTypes() map[string]attr.Type {
	attribute, _ := detectedChangesAttribute().(schema.SingleNestedAttribute)
	return attribute.GetType().(types.ObjectType).AttrTypes //nolint:forcetypeassert // a nested attribute has an object type
}

func flattenChanges(d manifest.Diff) types.Object {
	return types.ObjectValueMust(changesTypes(), map[string]attr.Value{
		"added_count":   types.Int64Value(d.AddedCount),
		"removed_count": types.Int64Value(d.RemovedCount),
		"changed_count": types.Int64Value(d.ChangedCount),
		"added":         listOf(d.Added),
		"removed":       listOf(d.Removed),
		"changed":       listOf(d.Changed),
	})
}
