package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/bucketconf"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// ValidateConfig checks what arguments say together.
func (r *manifestResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[manifestModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	key := defaultManifestKey
	if !m.Key.IsNull() {
		key = m.Key.ValueString() // "" while it is unknown, which is nothing's suffix
	}
	suffixes := defaultSuffixes
	if !m.Suffixes.IsNull() {
		suffixes = knownStrings(m.Suffixes)
	}
	for _, suffix := range suffixes {
		if suffix != "" && strings.HasSuffix(strings.ToLower(key), strings.ToLower(suffix)) {
			resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest would list itself",
				"Its key ends in "+suffix+", as the keys of videos do. Choose another key, such as "+defaultManifestKey+".")
		}
	}
	checkOverlap(knownStrings(m.ExcludePrefixes), &resp.Diagnostics)
	snapshots, ok := object[snapshotsModel](ctx, m.Snapshots, &resp.Diagnostics)
	if !ok || snapshots.Prefix.IsUnknown() {
		return
	}
	prefix := defaultSnapshotPrefix
	if !snapshots.Prefix.IsNull() {
		prefix = snapshots.Prefix.ValueString()
	}
	if prefix != "" && strings.HasPrefix(key, prefix) {
		resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest lies among its snapshots",
			"Its key begins with the prefix of the snapshots, "+prefix+", where old copies are deleted. Choose another key or another prefix.")
	}
}

// checkOverlap refuses a prefix that another one covers already: one of the two is
// a mistake.
func checkOverlap(prefixes []string, diags *diag.Diagnostics) {
	for i, p := range prefixes {
		for j, q := range prefixes {
			if i == j || !strings.HasPrefix(p, q) || p == q && i < j {
				continue
			}
			diags.AddAttributeError(path.Root("exclude_prefixes"), "Overlapping prefixes",
				"Keys that begin with \""+p+"\" begin with \""+q+"\" too. Leave one of the two out.")
		}
	}
}

// ModifyPlan lists the bucket, and plans an update when the videos are not the
// published ones.
func (r *manifestResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[manifestModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var before *manifestModel
	if !req.State.Raw.IsNull() {
		state, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		if state.Bucket.Equal(m.Bucket) && state.Key.Equal(m.Key) {
			before = &state // else it is replaced, and planned anew
		}
	}
	if !r.plan(ctx, &m, before, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// plan sets the computed attributes, and reports whether it could.
func (r *manifestResource) plan(ctx context.Context, m, before *manifestModel, diags *diag.Diagnostics) bool {
	if before == nil || !m.known() {
		m.forgetComputed()
	}
	if !m.known() {
		return true
	}
	if !m.ScanOnPlan.ValueBool() {
		if before != nil {
			m.keepComputed(*before)
			if !m.selectsLike(*before) || !m.Triggers.Equal(before.Triggers) {
				m.forgetComputed()
			}
		}
		return true
	}
	client, err := r.s3(ctx, m.Bucket.ValueString())
	if errors.Is(err, bucketconf.ErrNoBucket) {
		return true // it is made by the same apply
	}
	selection := m.selection(ctx, diags)
	if err == nil && before != nil {
		var found manifest.Summary
		found, err = publish.Digest(ctx, client, selection)
		if err == nil && found.Digest == before.Digest.ValueString() {
			m.keepComputed(*before)
			return true
		}
	}
	if err != nil {
		awsdiag.AddAttribute(diags, path.Root("bucket"), "list the videos of", m.Bucket.ValueString(), err)
		return false
	}
	diff, current, err := publish.Compare(ctx, client, selection, m.Key.ValueString())
	if err == nil {
		err = publish.CheckShrink(selection, m.Key.ValueString(), current.Summary.Count, diff, m.MaxRemovedPercent.ValueInt64())
	}
	if err != nil {
		m.explain(err, "plan", diags)
		return false
	}
	m.forgetComputed()
	m.DetectedChanges = flattenChanges(diff)
	return true
}
