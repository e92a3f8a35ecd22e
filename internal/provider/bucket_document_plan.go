package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// A document that exists is imported, never overwritten. Two addresses that stand for
// one document are refused, or the destroy of one of them is told to leave the document
// alone. What a plan can know of the other addresses is in the register.
//
// Terraform plans an address with a prior state once, and one without once. For a
// replacement it does both: first the update plan, whose private data has the mark, then
// a create plan that receives it, and whose warnings are dropped. A tainted resource gets
// the create plan alone. The apply plans every create again, without the mark, and calls
// Create without private data; Delete receives that of a destroy plan.

// ModifyPlan implements [resource.ResourceWithModifyPlan].
func (r *bucketDocument[M, P, T]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	configured := r.providerData != nil // not while the provider's own configuration is unknown
	if req.Plan.Raw.IsNull() {
		if configured {
			r.planDelete(ctx, req, resp)
		}
		return
	}
	creates := req.State.Raw.IsNull()
	change := documentChange{config: req.Config, state: req.State, plan: &resp.Plan}
	switch {
	case configured && creates:
		r.planCreate(ctx, req, resp)
	case configured:
		change.state = r.planUpdate(ctx, req, resp)
	}
	if r.plan != nil && !resp.Diagnostics.HasError() {
		r.plan(ctx, r.providerData, change, &resp.Diagnostics)
	}
	if configured && creates && !resp.Diagnostics.HasError() {
		replaced := planMarkOf(ctx, req.Private, &resp.Diagnostics).Replaces
		r.lookBeforeCreate(ctx, replaced, resp)
		if replaced == "" {
			r.lookForAbandoned(ctx, resp)
		}
	}
}

// planDelete judges a plan that destroys the document.
func (r *bucketDocument[M, P, T]) planDelete(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	id, _ := r.key(ctx, req.State, &resp.Diagnostics)
	found := claimDelete(r.walk, r.object(id))
	if found == createdFirst {
		leavePlanMark(ctx, resp.Private, planMark{Keep: true}, &resp.Diagnostics)
		r.warnOfKept(id, "will stay", &resp.Diagnostics)
		return
	}
	r.refuseConflict(found, id, "", &resp.Diagnostics)
	r.warnOfRemoval(ctx, id, req.State, &resp.Diagnostics)
}

// warnOfRemoval warns of what is lost with the document.
func (r *bucketDocument[M, P, T]) warnOfRemoval(ctx context.Context, id s3bucket.ID, state tfsdk.State, diags *diag.Diagnostics) {
	if r.planDestroy == nil || diags.HasError() {
		return
	}
	if state = r.seen(ctx, id, state, diags); !diags.HasError() {
		r.planDestroy(ctx, r.providerData, state, diags)
	}
}

// planUpdate judges a plan for a document that is in the state, and leaves the mark for
// the create plan that may follow. It returns the state that the plan changes, which is
// null when the document moves to another bucket.
func (r *bucketDocument[M, P, T]) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) tfsdk.State {
	id, _ := r.key(ctx, req.State, &resp.Diagnostics)
	after, known := r.key(ctx, req.Plan, &resp.Diagnostics)
	moves := !known || after != id
	leavePlanMark(ctx, resp.Private, planMark{Replaces: idOf(id)}, &resp.Diagnostics)
	r.refuseConflict(claimUpdate(r.walk, r.object(id), moves), id, "", &resp.Diagnostics)
	if !known {
		resp.Diagnostics.AddAttributeWarning(path.Root("bucket"), documentMoves.summary("%s may be removed", r.title(id)),
			"The value of bucket is not known yet, so Terraform plans to remove the document and to create it again, for whichever bucket that will be. "+
				"Until then the bucket "+id.Bucket+" is without it. To avoid that, make the value known when it is planned: refer to the bucket attribute of its resource, or use a literal, a variable or a local value.")
	}
	if !moves {
		// Of a moved block that was not refreshed, the state has no id.
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringValue(idOf(id)))...)
		return r.seen(ctx, id, req.State, &resp.Diagnostics)
	}
	r.warnOfRemoval(ctx, id, req.State, &resp.Diagnostics)
	return tfsdk.State{Schema: req.State.Schema, Raw: tftypes.NewValue(req.State.Raw.Type(), nil)}
}

// seen returns a state with what the document says. Only that of a moved block that was
// not refreshed does not have it: the plan would compare with nothing.
func (r *bucketDocument[M, P, T]) seen(ctx context.Context, id s3bucket.ID, state tfsdk.State, diags *diag.Diagnostics) tfsdk.State {
	m, ok := decode[M](ctx, state, diags)
	if !ok || !P(&m).fields().ID.IsNull() {
		return state
	}
	got, err := r.document.Read(ctx, r.buckets, id)
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		return state
	case err != nil:
		r.failed("read", id, err, diags)
		return state
	}
	P(&m).flatten(ctx, r.providerData, got, diags)
	P(&m).fields().ID = types.StringValue(idOf(id))
	full := tfsdk.State{Schema: state.Schema, Raw: state.Raw}
	diags.Append(full.Set(ctx, &m)...)
	return full
}

// planCreate judges a plan that creates the document.
func (r *bucketDocument[M, P, T]) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	id, known := r.key(ctx, req.Plan, &resp.Diagnostics)
	if !known {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), types.StringValue(idOf(id)))...)
	switch replaced := planMarkOf(ctx, req.Private, &resp.Diagnostics).Replaces; {
	case replaced == idOf(id) && r.inPlaceOnly:
		resp.Diagnostics.AddAttributeError(path.Root("bucket"), documentInPlace.summary("%s cannot be replaced", r.title(id)),
			"It would be missing for a moment, and FOVEA would lose access. Plan without -replace and replace_triggered_by: every change is made in place, in one request. "+
				"To start again, destroy it in an apply of its own."+createPlanNote)
	case replaced != idOf(id):
		r.refuseConflict(claimCreate(r.walk, r.object(id)), id, createPlanNote, &resp.Diagnostics)
	}
}

// lookBeforeCreate tells of a document that is there and in no state. replaced is the
// document that the plan replaces, "" for none.
//
// A replacement is refused, since its warnings are dropped and the apply destroys the
// old object first. Everything else is a warning: an error would block terraform destroy.
func (r *bucketDocument[M, P, T]) lookBeforeCreate(ctx context.Context, replaced string, resp *resource.ModifyPlanResponse) {
	id, known := r.key(ctx, resp.Plan, &resp.Diagnostics)
	if !known || replaced == idOf(id) || r.walk.applies() || resp.Diagnostics.HasError() {
		return
	}
	got, err := r.document.Read(ctx, r.buckets, id)
	if err != nil {
		return // mostly because there is none; the apply tells what else is wrong
	}
	equal := false
	if resp.Plan.Raw.IsFullyKnown() {
		m, ok := decode[M](ctx, resp.Plan, &resp.Diagnostics)
		if !ok {
			return
		}
		equal = r.document.Equal(P(&m).expand(ctx, r.providerData, &resp.Diagnostics), got)
	}
	switch {
	case replaced == "" && r.walk.tainted(ctx, r.object(id)):
		r.warnOfTaint(id, &resp.Diagnostics)
	case equal && replaced == "" && r.planDestroy != nil && !r.walk.refreshes():
		r.warnOfTakeover(id, &resp.Diagnostics)
	case equal:
	case r.walk.entry(r.object(id)).existingPlans() > 0:
		resp.Diagnostics.AddAttributeError(path.Root("bucket"), documentManagedTwice.summary("%s is in the state at another address", r.title(id)),
			"The plan gives it up there and creates it here, and Terraform may do either first. Move it in two applies: first the one that gives it up, then this one."+createPlanNote)
	case replaced != "":
		r.refuseExisting(id, createPlanNote, &resp.Diagnostics)
	default:
		r.warnOfExisting(id, &resp.Diagnostics)
	}
}

// lookForAbandoned warns of documents that go with a tainted resource: its create plan is
// for another bucket, and there is no other plan.
func (r *bucketDocument[M, P, T]) lookForAbandoned(ctx context.Context, resp *resource.ModifyPlanResponse) {
	if r.planDestroy == nil || resp.Diagnostics.HasError() {
		return
	}
	planned, _ := r.key(ctx, resp.Plan, &resp.Diagnostics)
	for _, object := range r.walk.abandoned(ctx, func(o remoteObject) bool { return o.kind == objectKind(r.typeName) && o.name != idOf(planned) }) {
		id := s3bucket.ID{Bucket: object.name} // a kind of several takes no access away
		state := tfsdk.State{Schema: resp.Plan.Schema, Raw: tftypes.NewValue(resp.Plan.Raw.Type(), nil)}
		resp.Diagnostics.Append(state.SetAttribute(ctx, path.Root("bucket"), id.Bucket)...)
		if state = r.seen(ctx, id, state, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
		var known types.String
		if resp.Diagnostics.Append(state.GetAttribute(ctx, path.Root("id"), &known)...); known.IsNull() {
			continue // there is none
		}
		resp.Diagnostics.AddAttributeWarning(path.Root("bucket"), documentTainted.summary("%s may be removed", r.title(id)),
			"A resource that has it in the state is tainted, and this plan does not keep it. To keep it, run terraform untaint with the address of that resource first.")
		r.planDestroy(ctx, r.providerData, state, &resp.Diagnostics)
	}
}

// mayCreate looks for the document right before it is created. there says that it
// exists as it is wanted and is taken over, ok that nothing else is there.
//
// A bucket that this process has made has no earlier owner: some servers give new
// buckets default rules.
func (r *bucketDocument[M, P, T]) mayCreate(ctx context.Context, id s3bucket.ID, want T, diags *diag.Diagnostics) (there, ok bool) {
	switch {
	case r.walk.entry(r.object(id)).written: // by another address, whose name was not known at plan
		r.refuseConflict(managedTwice, id, "", diags)
		return false, false
	case r.buckets.Made(id.Bucket):
		return false, true
	}
	got, err := r.document.Read(ctx, r.buckets, id)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		r.failed("write", id, err, diags)
		return false, false
	case errors.Is(err, s3bucket.ErrAbsent):
		return false, true
	case err != nil:
		r.failed("read", id, err, diags)
		return false, false
	case r.document.Equal(want, got):
		return true, true
	}
	r.refuseExisting(id, "\n\nIf it is in the state at this address, this is a replacement with create_before_destroy: plan without -replace, replace_triggered_by and taint, and it changes in place.", diags)
	return false, false
}

func (r *bucketDocument[M, P, T]) refuseExisting(id s3bucket.ID, note string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("bucket"), documentExists.summary("%s exists and is not in the state", r.title(id)),
		"It differs from what is configured, and was left as it is. "+r.howToImport(id)+note)
}

// warnOfExisting tells of a document that the apply will refuse to overwrite. Without a
// refresh, a tainted resource looks the same: its document is removed first.
func (r *bucketDocument[M, P, T]) warnOfExisting(id s3bucket.ID, diags *diag.Diagnostics) {
	if r.walk.refreshes() {
		diags.AddAttributeWarning(path.Root("bucket"), documentExists.summary("%s exists and is not in the state", r.title(id)),
			"The apply will refuse to overwrite it. "+r.howToImport(id))
		return
	}
	diags.AddAttributeWarning(path.Root("bucket"), documentExists.summary("%s exists, and may not be in the state", r.title(id)),
		"If it is not in the state, the apply will refuse to overwrite it. "+r.howToImport(id)+"\n\n"+r.ifTainted())
}

// warnOfTakeover tells of a document that exists as it is planned, in a plan that does not
// show whether it is in the state.
func (r *bucketDocument[M, P, T]) warnOfTakeover(id s3bucket.ID, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("bucket"), documentExists.summary("%s exists as it is planned", r.title(id)),
		"If it is not in the state, the apply takes it over as it is. "+r.ifTainted())
}

func (r *bucketDocument[M, P, T]) ifTainted() string {
	return "If this resource is in the state and tainted, which a plan without a refresh does not show, the apply removes the document and writes it again, and it is missing in between" + r.costOfLapse() +
		". To change it in place, run terraform untaint with the address of this resource first."
}

// costOfLapse ends a sentence that says that the document is missing for a moment.
func (r *bucketDocument[M, P, T]) costOfLapse() string {
	if !r.inPlaceOnly {
		return ""
	}
	return ": FOVEA treats a bucket that it may not list as empty, and deletes annotations"
}

// warnOfTaint tells of a document that the state has, and that is planned as new.
func (r *bucketDocument[M, P, T]) warnOfTaint(id s3bucket.ID, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("bucket"), documentTainted.summary("%s is marked as tainted", r.title(id)),
		"The apply removes it and writes it again, and it is missing in between"+r.costOfLapse()+". "+
			"To change it in place, run terraform untaint with the address of this resource first. "+
			"If this resource is new, and a removed block takes the document out of the state, write a moved block in its place.")
}

func (r *bucketDocument[M, P, T]) howToImport(id s3bucket.ID) string {
	return "To manage it here, import it with the block\n\n" + awsdiag.ImportBlock(r.typeName, idOf(id)) +
		"\n\nIf a removed block takes it out of the state, write a moved block in its place. Otherwise remove this resource, or the document."
}

// refuseConflict words what two addresses for one document lead to.
func (r *bucketDocument[M, P, T]) refuseConflict(found conflict, id s3bucket.ID, note string, diags *diag.Diagnostics) {
	var summary, detail string
	switch found {
	case noConflict, createdFirst:
		return
	case managedTwice:
		summary = "%s is managed by two resources"
		detail = "They would overwrite each other. Remove the block that was added last. If it is in the state (terraform state list), run terraform state rm with its address. To keep the new block and not the old one, remove the old one and add a moved block from its address to the new one."
	case createdAndDestroyed:
		summary = "%s is created and destroyed by one plan"
		detail = "The resource of another address has it in the state, and the plan destroys that. " +
			"If the block was renamed, add a moved block with the old address as from and the new one as to. " +
			"Otherwise run \"terraform state rm\" with the old address, and import the document at the new one with the ID " + idOf(id) + "."
	case keptAndDestroyed:
		summary = "%s is in the state twice, and one of the two is destroyed"
		detail = "The destroy would delete the document that the other one has. An apply with create_before_destroy was probably interrupted. " +
			"Run \"terraform state rm\" with the address of the one that is destroyed. If that is also the address of the one that stays, run \"terraform import\" with it and the ID " + idOf(id) + ". " +
			"To destroy both, run \"terraform destroy -refresh=false\"."
	}
	diags.AddAttributeError(path.Root("bucket"), documentManagedTwice.summary(summary, r.title(id)), detail+note)
}

func (r *bucketDocument[M, P, T]) warnOfKept(id s3bucket.ID, verb string, diags *diag.Diagnostics) {
	diags.AddWarning(documentKept.summary("%s %s", r.title(id), verb),
		"A resource that had it is destroyed, but another resource of the same run has it too: its replacement, or a block with another name. So it is not deleted, only removed from the state.")
}

// difference says how what the server shows differs from what was written.
func (r *bucketDocument[M, P, T]) difference(ctx context.Context, m M, id s3bucket.ID) string {
	got, err := r.document.Read(ctx, r.buckets, id)
	if err != nil {
		return ""
	}
	var (
		form    resource.SchemaResponse
		ignored diag.Diagnostics // of what is only for a message
	)
	r.Schema(ctx, resource.SchemaRequest{}, &form)
	shown := m
	P(&shown).flatten(ctx, r.providerData, got, &ignored)
	before, after := tfsdk.State{Schema: form.Schema}, tfsdk.State{Schema: form.Schema}
	ignored.Append(before.Set(ctx, &m)...)
	ignored.Append(after.Set(ctx, &shown)...)
	differences, err := before.Raw.Diff(after.Raw)
	if ignored.HasError() || err != nil {
		return ""
	}
	text := ""
	for _, d := range differences {
		written, isShown := plainValue(d.Value1), plainValue(d.Value2)
		if written != "" && isShown != "" {
			text += fmt.Sprintf("\n  %s: %s was written, %s is shown", attributePath(d.Path), written, isShown)
		}
	}
	if text != "" {
		text = "\n" + text
	}
	return text
}

// attributePath writes a path as a configuration does: rules[0].id.
func attributePath(at *tftypes.AttributePath) string {
	text := ""
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			text += "." + string(step)
		case tftypes.ElementKeyInt:
			text += fmt.Sprintf("[%d]", int64(step))
		case tftypes.ElementKeyString:
			text += fmt.Sprintf("[%q]", string(step))
		}
	}
	return strings.TrimPrefix(text, ".")
}

// plainValue writes a string, number or bool, and is "" for everything else.
func plainValue(v *tftypes.Value) string {
	if v == nil || v.IsNull() {
		return "nothing"
	}
	var (
		text   string
		number big.Float
		flag   bool
	)
	switch {
	case v.As(&text) == nil:
		return strconv.Quote(text)
	case v.As(&number) == nil:
		return number.Text('f', -1)
	case v.As(&flag) == nil:
		return strconv.FormatBool(flag)
	}
	return ""
}
