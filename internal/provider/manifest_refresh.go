package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

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
		report, err := publish.Inspect(ctx, client, selection)
		if err != nil {
			return memory{}, err
		}
		m.flattenReport(report)
	}
	if !m.ScanOnPlan.ValueBool() {
		found := known.settled()
		found.SnapshotDue = snapshotDue
		return found, nil
	}
	found, err := r.due(ctx, client, m, selection, known, diags)
	if inventoryTrouble(err) && ctx.Err() == nil {
		found, err = memory{Problem: m.keep(err)}, nil
	}
	found.Quantiles, found.SnapshotDue = known.Quantiles, snapshotDue
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
	found.Pending, err = publish.Due(ctx, client, s, m.Key.ValueString(), digest)
	return found, err
}
