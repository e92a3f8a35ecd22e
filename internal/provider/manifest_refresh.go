package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// refresh reads the manifest, but only if somebody changed it, which one HEAD
// request tells; and lists the bucket for the update that is due, if the plan is
// to show it.
//
// That happens here, not in the plan, because Terraform asks for a second plan
// when it applies, which has to be the same although videos came and went. The
// state that is read here is what both plans begin with.
//
// What is known from before spares reading an inventory again.
func (r *manifestResource) refresh(ctx context.Context, m *manifestModel, known memory, diags *diag.Diagnostics) (memory, error) {
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	client, err := r.s3Of(ctx, bucket)
	if err != nil {
		return memory{}, err
	}
	etag, err := publish.ETag(ctx, client, bucket, key)
	if err != nil {
		return memory{}, err
	}
	snapshotDue := known.SnapshotDue
	if etag == "" || etag != m.ETag.ValueString() { // some servers have no ETags
		current, err := publish.Read(ctx, client, bucket, key)
		if err != nil {
			return memory{}, err
		}
		if snapshotDue, err = m.snapshotDue(ctx, client, current, diags); err != nil {
			return memory{}, err
		}
		m.flattenCurrent(current)
	}
	m.fillDefaults()
	selection := m.selection(ctx, diags)
	selection.Quantiles = known.Quantiles
	if m.ArchivedCount.IsNull() { // after an import
		if err := m.inspect(ctx, client, selection); err != nil {
			return memory{}, err
		}
	}
	found := known.settled()
	if m.ScanOnPlan.ValueBool() {
		found, err = r.due(ctx, client, m, selection, known, diags)
		if inventoryTrouble(err) && ctx.Err() == nil {
			found, err = memory{Problem: m.keep(err), Cleared: known.Cleared}, nil
		}
		if err != nil {
			return memory{}, err
		}
	}
	found.Quantiles, found.SnapshotDue = known.Quantiles, snapshotDue
	switch {
	case found.Differs:
		m.clear()
		found.Cleared = true
	case known.Cleared && found.Problem == nil: // the update is not due any more
		if selection.Inventory, err = r.newestInventory(ctx, *m, diags); err == nil {
			err = m.inspect(ctx, client, selection)
		}
		if found.Cleared = inventoryTrouble(err); found.Cleared {
			err = nil // the next refresh may read it
		}
	}
	return found, err
}

// due looks for the update that is due.
func (r *manifestResource) due(ctx context.Context, client publish.Comparing, m *manifestModel, s publish.Selection, known memory, diags *diag.Diagnostics) (found memory, err error) {
	if s.Inventory, err = r.newestInventory(ctx, *m, diags); err != nil {
		return memory{}, err
	}
	m.flattenInventory(s.Inventory)
	digest := m.Digest.ValueString()
	if s.Inventory != nil {
		found.Inventory = s.Inventory.ID
		if known.Inventory == found.Inventory && known.Found == digest {
			return known.settled(), nil
		}
	}
	var others int64
	s.CountOthers = &others
	if found.Pending, err = publish.Due(ctx, client, s, m.Key.ValueString(), digest); err != nil {
		return found, err
	}
	if m.OtherVideoCount.IsNull() { // the state of a version that did not count them
		m.OtherVideoCount = types.Int64Value(others)
	}
	if found.Differs {
		found.Others = others
	}
	return found, nil
}

// inspect reports on the videos that are in the bucket now.
func (m *manifestModel) inspect(ctx context.Context, client publish.Comparing, s publish.Selection) error {
	report, err := publish.Inspect(ctx, client, s)
	if err == nil {
		m.flattenReport(report)
	}
	return err
}

// clear empties what the state shows of the last update. Terraform shows a plan as
// the difference to the state, so that the changes of the update that is due would be
// shown as differences to those of the last one. The lists are empty, not null:
// outputs read them.
func (m *manifestModel) clear() {
	m.DetectedChanges = flattenChanges(manifest.Diff{})
	m.MissingInfo, m.DuplicateNames = listOf(nil), listOfLists(nil)
}
