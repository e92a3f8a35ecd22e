package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// ModifyPlan plans an update when the videos are not the published ones.
//
// Terraform asks again at the apply, and then accepts no other answer, except
// that what was unknown becomes known. So what is planned as known follows from
// the state and the configuration alone; see refresh.
func (r *manifestResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		r.planDelete(ctx, req, resp)
		return
	}
	m, ok := decode[manifestModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var prior, before, replaced *manifestModel
	if !req.State.Raw.IsNull() {
		state, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		prior = &state
		if state.Bucket.Equal(m.Bucket) && state.Key.Equal(m.Key) {
			before = &state
		} else {
			replaced = &state // and planned again without a prior state
		}
	}
	if r.claim(ctx, m, prior, req, resp); resp.Diagnostics.HasError() {
		return
	}
	var due memory
	if before != nil {
		due = remembered(ctx, req.Private, &resp.Diagnostics)
	}
	switch {
	case !m.known():
		m.forgetComputed()
	case before == nil || m.asksForMore(*before):
		m.forgetComputed()
		if replaced != nil {
			r.warnOfLoss(ctx, m, *replaced, &resp.Diagnostics)
		}
		var found diag.Diagnostics
		others := r.preview(ctx, m, due.Quantiles, &found)
		r.warnOfOthers(ctx, m, others, req.Config, &found)
		if prior == nil {
			addCreateRefusals(found, &resp.Diagnostics)
		} else {
			resp.Diagnostics.Append(found...)
		}
	case m.ScanOnPlan.ValueBool() && due.Problem != nil:
		due.Problem.report(&resp.Diagnostics)
	case m.ScanOnPlan.ValueBool() && due.Differs:
		m.forgetComputed()
		m.DetectedChanges = flattenChanges(due.Diff)
		if due.Empty() { // detected_changes shows nothing
			resp.Diagnostics.AddWarning(manifestRewritten.summary("%s will be written again", m.title()),
				"It lists the right videos, but in another order, or one of them twice. Something else than this provider wrote it.")
		}
		r.warnOfOthers(ctx, m, due.Others, req.Config, &resp.Diagnostics)
		m.check(due.Pending, &resp.Diagnostics)
		r.checkInventoryAge(m, *before, &resp.Diagnostics)
	default:
		m.keepComputed(*before)
		if due.SnapshotDue && !m.Snapshots.IsNull() {
			m.planSnapshot(&resp.Diagnostics)
		}
		if m.ScanOnPlan.ValueBool() {
			r.checkInventoryAge(m, *before, &resp.Diagnostics)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// asksForMore reports whether the arguments ask for a list that the state does
// not speak of.
func (m manifestModel) asksForMore(before manifestModel) bool {
	if m.ScanOnPlan.ValueBool() {
		return !m.selectsLike(before) || !before.ScanOnPlan.ValueBool()
	}
	return !m.selectsLike(before) || !m.Triggers.Equal(before.Triggers)
}

// check refuses an update that removes too many videos.
func (m manifestModel) check(due publish.Pending, diags *diag.Diagnostics) {
	if err := due.Check(m.Bucket.ValueString(), m.Key.ValueString(), m.MaxRemovedPercent.ValueInt64()); err != nil {
		m.explain(err, "plan", diags)
	}
}

// warnOfLoss warns when a manifest goes before it can be replaced: a bucket that does not
// exist may be one that the same apply makes, or a typing error.
func (r *manifestResource) warnOfLoss(ctx context.Context, m, old manifestModel, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	if _, err := r.s3Of(ctx, bucket); !errors.Is(err, s3bucket.ErrNoBucket) || old.RetainOnDestroy.ValueBool() {
		return
	}
	diags.AddAttributeWarning(path.Root("bucket"), manifestBucketMissing.summary("The bucket %s of the manifest %s does not exist yet", bucket, m.Key.ValueString()),
		"Unless the same apply makes it, the manifest "+old.Key.ValueString()+" of the bucket "+old.Bucket.ValueString()+" will be deleted, and no other one published. "+
			"If the name is wrong, correct it. With create_before_destroy = true in the lifecycle block of the resource, the new manifest is there before the old one goes.")
}

// preview says what new arguments will do to a manifest that exists. No attribute
// can: it would have to be the same at the apply, whatever happens until then. The
// quantiles are those that are known of the bucket.
//
// It gives the number of videos that suffixes leaves out, 0 if nothing was listed.
func (r *manifestResource) preview(ctx context.Context, m manifestModel, quantiles []string, diags *diag.Diagnostics) (others int64) {
	if !m.ScanOnPlan.ValueBool() {
		return 0
	}
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	selection := m.selection(ctx, diags)
	selection.Quantiles, selection.CountOthers = quantiles, &others
	client, err := r.s3Of(ctx, bucket)
	if err == nil {
		selection.Inventory, err = r.freshInventory(ctx, m, diags)
	}
	var due publish.Pending
	if err == nil {
		due, err = publish.Compare(ctx, client, selection, key)
	}
	source := describeSource(selection)
	switch {
	case errors.Is(err, publish.ErrAbsent) && source != "":
		diags.AddAttributeWarning(path.Root("inventory"), manifestFromInventory.summary("%s will be made of an inventory", m.title()), source)
	case errors.Is(err, s3bucket.ErrNoBucket), errors.Is(err, publish.ErrAbsent):
		// Nothing is there that could be lost; the same apply may make the bucket.
	case err != nil:
		m.explain(err, "plan", diags)
	case due.Differs:
		diags.AddWarning(manifestChanges.summary("%s will change", m.title()), describeChanges(due, source))
		m.check(due, diags)
	}
	return others
}

// warnOfOthers warns of videos that the manifest leaves out for no reason that the
// configuration gives.
func (r *manifestResource) warnOfOthers(ctx context.Context, m manifestModel, others int64, from source, diags *diag.Diagnostics) {
	config, ok := decode[manifestModel](ctx, from, diags)
	if !ok || others == 0 || !config.Suffixes.IsNull() {
		return
	}
	all := `"` + strings.Join(publish.AppSuffixes, `", "`) + `"`
	diags.AddAttributeWarning(path.Root("suffixes"), manifestOtherVideos.summary("%s leaves out %d videos", m.title(), others),
		"FOVEA lists videos of more kinds than the default of suffixes, which is .mp4 alone. To have all of them in the manifest, set suffixes = ["+all+"]. "+
			"To leave these out and not be warned again, set suffixes = [\".mp4\"].")
}

// describeChanges puts an update into words, for a list that comes from the bucket
// unless source says otherwise.
func describeChanges(due publish.Pending, source string) string {
	var text strings.Builder
	now := "As the bucket is now"
	if source != "" {
		now = source + "\n\nAs it is"
	}
	fmt.Fprintf(&text, "It has %d videos. %s, %d will be added, %d removed, and %d changed.", due.Before, now, due.AddedCount, due.RemovedCount, due.ChangedCount)
	for _, part := range []struct {
		name  string
		count int64
		keys  []string
	}{{"Added", due.AddedCount, due.Added}, {"Removed", due.RemovedCount, due.Removed}, {"Changed", due.ChangedCount, due.Changed}} {
		if part.count == 0 {
			continue
		}
		text.WriteString("\n\n" + part.name + ":")
		for _, key := range part.keys {
			fmt.Fprintf(&text, "\n  %q", key)
		}
		if more := part.count - int64(len(part.keys)); more > 0 {
			fmt.Fprintf(&text, "\n  and %d more", more)
		}
	}
	return text.String()
}
