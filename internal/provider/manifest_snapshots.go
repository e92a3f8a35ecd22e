package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// snapshotPolicy gives what snapshots says, and reports whether there are to be any.
func (m manifestModel) snapshotPolicy(ctx context.Context, diags *diag.Diagnostics) (publish.Snapshots, bool) {
	snapshots, ok := object[snapshotsModel](ctx, m.Snapshots, diags)
	return publish.Snapshots{Prefix: snapshots.Prefix.ValueString(), Keep: int(snapshots.Keep.ValueInt64())}, ok
}

// snapshotDue reports whether a manifest that the state did not know, and that this
// provider wrote, lacks its snapshot: the apply that published it did not come to its
// end. Who may not look for a snapshot gets no plan because of it.
func (m manifestModel) snapshotDue(ctx context.Context, client publish.SnapshotClient, current publish.Current, diags *diag.Diagnostics) (bool, error) {
	policy, wanted := m.snapshotPolicy(ctx, diags)
	if !wanted {
		return false, nil
	}
	missing, err := policy.Missing(ctx, client, m.Bucket.ValueString(), m.Key.ValueString(), current)
	if awserr.Denied(err) {
		return false, nil
	}
	return missing, err
}

// planSnapshot plans an update that leaves the manifest as it is and saves its
// snapshot. The ETag is unknown in it, because Terraform updates only what changes.
func (m *manifestModel) planSnapshot(diags *diag.Diagnostics) {
	m.ETag = types.StringUnknown()
	diags.AddAttributeWarning(path.Root("snapshots"), manifestSnapshotMissing.summary("%s lacks its snapshot", m.title()),
		"The manifest was published by an apply that ended before it saved the snapshot. This apply saves it; the manifest stays as it is.")
}

// saveMissingSnapshot is the update that planSnapshot plans.
func (r *manifestResource) saveMissingSnapshot(ctx context.Context, m *manifestModel, before manifestModel, diags *diag.Diagnostics) {
	m.ETag = before.ETag
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	policy, wanted := m.snapshotPolicy(ctx, diags)
	if !wanted {
		return
	}
	client, err := r.buckets.Client(ctx, bucket)
	var current publish.Current
	if err == nil {
		current, err = publish.Read(ctx, client, bucket, key)
	}
	if err == nil && current.ETag == m.ETag.ValueString() { // else the next plan tells
		err = policy.SaveMissing(ctx, client, bucket, key, current)
	}
	m.warnOfSnapshot(err, diags)
}

// warnOfSnapshot says that a snapshot failed, if there is an error. The manifest is
// published then, which is no failure of the apply.
func (m manifestModel) warnOfSnapshot(err error, diags *diag.Diagnostics) {
	if err != nil {
		diags.AddAttributeWarning(path.Root("snapshots"), manifestSnapshotFailed.summary("%s has no snapshot", m.title()),
			"The manifest itself is published. The next update saves the snapshot if it is still missing.\n\n"+awsdiag.Detail(err))
	}
}
