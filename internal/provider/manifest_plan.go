package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// How an update of a manifest comes about: refresh, remember, plan, apply.
//
// Terraform plans twice. It plans for the user, and it plans again when it applies, with
// the same state, configuration and private state. It refuses the second plan unless it
// equals the first, except that unknown values may have become known. Between the two,
// videos come and go. So a plan must not list the bucket for anything that it plans as
// known: the second listing could differ.
//
// Therefore the refresh lists the bucket, and remembers in private state which update is
// due. Both plans read that and agree. The apply lists the bucket once more and publishes
// what is there then; detected_changes keeps the planned value, which the plan has
// promised. What a plan lists itself, for new arguments, it can only tell in a warning.
//
// Three names stand for what is known of the bucket, each a scanResult:
//
//   - last: what the refresh or apply before left in private state
//   - found: what this refresh finds
//   - published: what this apply leaves

const pendingKey = "pending"

// scanResult is what a refresh or an apply found out in the bucket, for the plan and for
// the next refresh.
type scanResult struct {
	publish.Pending
	// Problem is why the inventory could not be read. The plan tells, if it is still
	// to be read: the refresh would tell even those who chose another one.
	Problem *problem `json:",omitempty"`
	// Inventory is the one whose list has the digest Found.
	Inventory string `json:",omitempty"`
	// Quantiles are those of the bucket when the manifest was published last, from a
	// listing. Refreshes leave them alone, so that a state does not change for their
	// sake.
	Quantiles []string `json:",omitempty"`
	// SnapshotDue says that the manifest lacks the snapshot that the apply which
	// published it should have saved.
	SnapshotDue bool `json:",omitempty"`
	// Cleared says that a refresh has cleared what the state showed of the last update,
	// for one that was due.
	Cleared bool `json:",omitempty"`
	// Others counts the videos that suffixes leaves out, when an update is due.
	Others int64 `json:",omitempty"`
}

// empty reports whether there is nothing to remember.
func (s scanResult) empty() bool {
	return !s.Differs && !s.Cleared && s.Problem == nil && s.Inventory == "" && len(s.Quantiles) == 0 && !s.SnapshotDue
}

// withoutUpdate is what remains true once the update that is due has been made.
func (s scanResult) withoutUpdate() scanResult {
	return scanResult{Pending: publish.Pending{Found: s.Found}, Inventory: s.Inventory, Quantiles: s.Quantiles, Cleared: s.Cleared}
}

// refresh reads the manifest, but only if somebody changed it, which one HEAD
// request tells; and lists the bucket for the update that is due, if the plan is
// to show it.
//
// What the last scan found spares reading an inventory again.
func (r *manifestResource) refresh(ctx context.Context, m *manifestModel, last scanResult, diags *diag.Diagnostics) (found scanResult, err error) {
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	client, err := r.buckets.Client(ctx, bucket)
	if err != nil {
		return scanResult{}, err
	}
	etag, err := publish.ETag(ctx, client, bucket, key)
	if err != nil {
		return scanResult{}, err
	}
	snapshotDue := last.SnapshotDue
	if etag == "" || etag != m.ETag.ValueString() { // some servers have no ETags
		current, err := publish.Read(ctx, client, bucket, key)
		if err != nil {
			return scanResult{}, err
		}
		if snapshotDue, err = m.snapshotDue(ctx, client, current, diags); err != nil {
			return scanResult{}, err
		}
		m.flattenCurrent(current)
	}
	m.fillDefaults()
	selection := m.selection(ctx, diags)
	selection.Quantiles = last.Quantiles
	if m.ArchivedCount.IsNull() { // after an import
		if err := m.inspect(ctx, client, selection); err != nil {
			return scanResult{}, err
		}
	}
	found = last.withoutUpdate()
	if m.ScanOnPlan.ValueBool() {
		found, err = r.due(ctx, client, m, selection, last, diags)
		if inventoryTrouble(err) && ctx.Err() == nil {
			found, err = scanResult{Problem: m.keep(err), Cleared: last.Cleared}, nil
		}
		if err != nil {
			return scanResult{}, err
		}
	}
	found.Quantiles, found.SnapshotDue = last.Quantiles, snapshotDue
	switch {
	case found.Differs:
		m.clearLastUpdate()
		found.Cleared = true
	case last.Cleared && found.Problem == nil: // the update is not due any more
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
func (r *manifestResource) due(ctx context.Context, client publish.Comparing, m *manifestModel, s publish.Selection, last scanResult, diags *diag.Diagnostics) (found scanResult, err error) {
	if s.Inventory, err = r.newestInventory(ctx, *m, diags); err != nil {
		return scanResult{}, err
	}
	m.flattenInventory(s.Inventory)
	digest := m.Digest.ValueString()
	if s.Inventory != nil {
		found.Inventory = s.Inventory.ID
		if last.Inventory == found.Inventory && last.Found == digest {
			return last.withoutUpdate(), nil
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

// clearLastUpdate empties what the state shows of the last update. Terraform shows a plan as
// the difference to the state, so that the changes of the update that is due would be
// shown as differences to those of the last one. The lists are empty, not null:
// outputs read them.
func (m *manifestModel) clearLastUpdate() {
	m.DetectedChanges = flattenChanges(manifest.Diff{})
	m.MissingInfo, m.DuplicateNames = listOf(nil), listOfLists(nil)
}

// remember stores a result for the plan and the next refresh.
func remember(ctx context.Context, in private, s scanResult, diags *diag.Diagnostics) {
	var value any
	if !s.empty() {
		value = s
	}
	keepPrivate(ctx, in, pendingKey, value, diags)
}

// remembered returns what the last refresh or apply stored.
func remembered(ctx context.Context, in privateReader, diags *diag.Diagnostics) scanResult {
	return recallPrivate[scanResult](ctx, in, pendingKey, diags)
}

// problem is a diagnostic that can be kept.
type problem struct{ Attribute, Summary, Detail string }

// keep makes a problem of an error.
func (m manifestModel) keep(err error) *problem {
	var diags diag.Diagnostics
	m.explain(err, "plan", &diags)
	p := &problem{Summary: diags[0].Summary(), Detail: diags[0].Detail()}
	if at, ok := diags[0].(diag.DiagnosticWithPath); ok {
		if steps := at.Path().Steps(); len(steps) > 0 {
			p.Attribute = steps[0].String()
		}
	}
	return p
}

func (p *problem) report(diags *diag.Diagnostics) {
	if p.Attribute == "" {
		diags.AddError(p.Summary, p.Detail)
		return
	}
	diags.AddAttributeError(path.Root(p.Attribute), p.Summary, p.Detail)
}

// ModifyPlan plans an update when the videos are not the published ones. What it plans as
// known follows from the state, the private state and the configuration alone.
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
	var prior *manifestModel // nil for a create plan
	if !req.State.Raw.IsNull() {
		state, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		prior = &state
	}
	if r.claim(ctx, m, prior, req, resp); resp.Diagnostics.HasError() {
		return
	}
	// A replacement is planned again without a prior state.
	stays := prior != nil && prior.Bucket.Equal(m.Bucket) && prior.Key.Equal(m.Key)
	var last scanResult
	if stays {
		last = remembered(ctx, req.Private, &resp.Diagnostics)
	}
	switch {
	case !m.known():
		m.forgetComputed()
	case !stays || m.asksForMore(*prior):
		m.forgetComputed()
		if prior != nil && !stays {
			r.warnOfLoss(ctx, m, *prior, &resp.Diagnostics)
		}
		var problems diag.Diagnostics
		others := r.preview(ctx, m, last.Quantiles, &problems)
		r.warnOfOthers(ctx, m, others, req.Config, &problems)
		if prior == nil {
			addCreateRefusals(problems, &resp.Diagnostics)
		} else {
			resp.Diagnostics.Append(problems...)
		}
	case m.ScanOnPlan.ValueBool() && last.Problem != nil:
		last.Problem.report(&resp.Diagnostics)
	case m.ScanOnPlan.ValueBool() && last.Differs:
		m.forgetComputed()
		m.DetectedChanges = flattenChanges(last.Diff)
		if last.Empty() { // detected_changes shows nothing
			resp.Diagnostics.AddWarning(manifestRewritten.summary("%s will be written again", m.title()),
				"It lists the right videos, but in another order, or one of them twice. Something else than this provider wrote it.")
		}
		r.warnOfOthers(ctx, m, last.Others, req.Config, &resp.Diagnostics)
		m.check(last.Pending, &resp.Diagnostics)
		r.checkInventoryAge(m, *prior, &resp.Diagnostics)
	default:
		m.keepComputed(*prior)
		if last.SnapshotDue && !m.Snapshots.IsNull() {
			m.planSnapshot(&resp.Diagnostics)
		}
		if m.ScanOnPlan.ValueBool() {
			r.checkInventoryAge(m, *prior, &resp.Diagnostics)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// asksForMore reports whether the arguments ask for a list that the state does
// not speak of.
func (m manifestModel) asksForMore(prior manifestModel) bool {
	if m.ScanOnPlan.ValueBool() {
		return !m.selectsLike(prior) || !prior.ScanOnPlan.ValueBool()
	}
	return !m.selectsLike(prior) || !m.Triggers.Equal(prior.Triggers)
}

// check refuses an update that removes too many videos.
func (m manifestModel) check(due publish.Pending, diags *diag.Diagnostics) {
	if err := due.Check(m.Bucket.ValueString(), m.Key.ValueString(), m.MaxRemovedPercent.ValueInt64()); err != nil {
		m.explain(err, "plan", diags)
	}
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
	client, err := r.buckets.Client(ctx, bucket)
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

// publish publishes the list and reports whether it could. The quantiles are those that
// are known of the bucket.
func (r *manifestResource) publish(ctx context.Context, m *manifestModel, quantiles []string, diags *diag.Diagnostics) (published scanResult, ok bool) {
	selection := m.selection(ctx, diags)
	selection.Quantiles = quantiles
	snapshots, keep := m.snapshotPolicy(ctx, diags)
	bucket, key := m.Bucket.ValueString(), m.Key.ValueString()
	client, err := r.buckets.Client(ctx, m.Bucket.ValueString())
	if err == nil {
		selection.Inventory, err = r.freshInventory(ctx, *m, diags)
	}
	var result publish.Result
	var snapshotErr error // of the manifest that is replaced
	if err == nil {
		order := publish.Order{
			Selection: selection, Key: key, MaxRemovedPercent: m.MaxRemovedPercent.ValueInt64(),
			Now: r.clients.Now().UTC().Truncate(time.Second),
		}
		if keep {
			order.Replacing = func(old publish.Current) { snapshotErr = snapshots.SaveMissing(ctx, client, bucket, key, old) }
		}
		result, err = publish.Publish(ctx, client, order)
	}
	if err != nil {
		m.explain(err, "publish", diags)
		return scanResult{}, false
	}
	if result.Unconditional {
		diags.AddWarning(manifestUnconditionalWrite.summary("%s was written without a condition", m.title()),
			"The server has no conditional writes that work. If something else writes the manifest at the same moment, one of the two lists is lost until the next apply.")
	}
	if keep {
		save := snapshots.Save
		if result.Unchanged {
			save = snapshots.SaveMissing
		}
		m.warnOfSnapshot(errors.Join(snapshotErr, save(ctx, client, bucket, key, result.Current)), diags)
	}
	m.flattenCurrent(result.Current)
	m.flattenReport(result.Report)
	if m.DetectedChanges.IsUnknown() {
		m.DetectedChanges = flattenChanges(result.Diff)
	}
	m.flattenInventory(result.Inventory)
	published.Quantiles = result.Quantiles
	if result.Inventory != nil {
		published.Inventory, published.Found = result.Inventory.ID, result.Summary.Digest
	}
	return published, true
}
