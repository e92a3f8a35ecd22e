package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// register records what Terraform has asked about each remote object during one
// walk, so that two addresses for one object are noticed before anything is
// written. No request carries an address, therefore it counts requests by object.
//
// Each plan and each apply configures the provider once and has a register of its
// own. Two provider blocks, or aliases, are two processes and do not see each other.
type register struct {
	mu       sync.Mutex
	entries  map[remoteObject]*registerEntry
	changed  chan struct{} // closed and replaced whenever an entry changes
	applying bool          // something was written
	held     wait.KeyedLock
}

// remoteObject names something that exists outside of Terraform.
type remoteObject struct {
	kind objectKind
	name string // unique within the kind: a bucket, or a bucket, a slash and a key
}

type objectKind string

const (
	bucketObject   objectKind = "bucket"
	manifestObject objectKind = "manifest"
	userObject     objectKind = "user"
	roleObject     objectKind = "role"
	// Of access keys, which are named by their IDs, only reads and writes are noted.
	accessKeyObject objectKind = "access key"
)

// registerEntry is what was asked about one object in this walk.
type registerEntry struct {
	reads       int  // refreshes
	updatePlans int  // plans with a prior state that keep the object, or replace it
	movePlans   int  // plans with a prior state that replace it with one of another name
	deletePlans int  // plans with a prior state that destroy it
	createPlans int  // plans without a prior state
	written     bool // created or adopted by an apply

	newName string // of an object that a plan renames in place
}

// existingPlans counts the plans with a prior state. In one walk an object that has
// one address gets exactly one of them.
func (e registerEntry) existingPlans() int { return e.updatePlans + e.movePlans + e.deletePlans }

// plannedElsewhere reports whether another resource keeps or destroys the object of a
// create plan. What another one leaves by a rename may be taken.
func (e registerEntry) plannedElsewhere() bool { return e.updatePlans+e.deletePlans > 0 }

func newRegister() *register {
	return &register{entries: map[remoteObject]*registerEntry{}, changed: make(chan struct{})}
}

// hold keeps other holders of an object waiting until release is called, so that a
// delete does not come between what a create finds and what it notes. It fails when
// the context ends first.
func (r *register) hold(ctx context.Context, object remoteObject) (release func(), err error) {
	return r.held.Acquire(ctx, string(object.kind)+" "+object.name)
}

// note changes the entry of an object and returns what it was before.
func (r *register) note(object remoteObject, change func(*registerEntry)) (before registerEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry, ok := r.entries[object]
	if !ok {
		entry = &registerEntry{}
		r.entries[object] = entry
	}
	before = *entry
	change(entry)
	close(r.changed)
	r.changed = make(chan struct{})
	return before
}

func (r *register) noteRead(object remoteObject) {
	r.note(object, func(e *registerEntry) { e.reads++ })
}

// noteAbsent takes back a noteRead: the object is gone, and leaves the state. A create
// plan that follows re-creates it, and is not that of a tainted resource.
func (r *register) noteAbsent(object remoteObject) {
	r.note(object, func(e *registerEntry) { e.reads-- })
}

// noteUpdatePlan records a plan that has a prior state and a new one.
func (r *register) noteUpdatePlan(object remoteObject) (before registerEntry) {
	return r.note(object, func(e *registerEntry) { e.updatePlans++ })
}

// noteMovePlan records a plan whose new state is that of an object of another name.
func (r *register) noteMovePlan(object remoteObject) (before registerEntry) {
	return r.note(object, func(e *registerEntry) { e.movePlans++ })
}

// noteDeletePlan records a plan that has a prior state only.
func (r *register) noteDeletePlan(object remoteObject) (before registerEntry) {
	return r.note(object, func(e *registerEntry) { e.deletePlans++ })
}

// noteCreatePlan records a plan without a prior state. The create plan of a
// replacement is not recorded: its update plan already was.
func (r *register) noteCreatePlan(object remoteObject) (before registerEntry) {
	return r.note(object, func(e *registerEntry) { e.createPlans++ })
}

// noteWrite records that an apply has created or adopted the object.
func (r *register) noteWrite(object remoteObject) {
	r.note(object, func(e *registerEntry) { e.written, r.applying = true, true })
}

// applies reports whether this walk has written something, which only an apply does. It
// plans every creation again, right before it creates, and shows none of the warnings:
// a look at what exists would only repeat the one before the write.
func (r *register) applies() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.applying
}

// refreshes reports whether anything was refreshed in this walk. Plans with
// -refresh=false and applies refresh nothing.
func (r *register) refreshes() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, entry := range r.entries {
		if entry.reads > 0 {
			return true
		}
	}
	return false
}

// entry returns what is recorded of an object.
func (r *register) entry(object remoteObject) registerEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if entry, ok := r.entries[object]; ok {
		return *entry
	}
	return registerEntry{}
}

// claimPatience bounds how long a create plan waits for the plan of an object that
// was refreshed. Terraform plans an object right after its refresh, without waiting
// for anything else, so only an object that is never planned takes this long.
const claimPatience = 3 * time.Second

// unclaimed returns the objects that match, were refreshed, and get no plan with a
// prior state: those of tainted resources, which Terraform plans as if they did not
// exist, and those that a removed block takes out of the state.
func (r *register) unclaimed(ctx context.Context, match func(remoteObject) bool) []remoteObject {
	return r.await(ctx, func() ([]remoteObject, <-chan struct{}) {
		return r.refreshedOnly(func(object remoteObject, _ registerEntry) bool { return match(object) })
	})
}

// abandoned returns the objects that match, were refreshed, and get no plan at all:
// those of tainted resources whose next object has another name.
func (r *register) abandoned(ctx context.Context, match func(remoteObject) bool) []remoteObject {
	return r.await(ctx, func() ([]remoteObject, <-chan struct{}) {
		return r.refreshedOnly(func(object remoteObject, entry registerEntry) bool { return entry.createPlans == 0 && match(object) })
	})
}

// tainted reports whether an object that is planned as new was refreshed, as only that of
// a tainted resource is.
func (r *register) tainted(ctx context.Context, object remoteObject) bool {
	return r.entry(object).reads > 0 && len(r.unclaimed(ctx, func(o remoteObject) bool { return o == object })) > 0
}

// notDestroyed returns those of the objects that no delete plan of this walk removes.
func (r *register) notDestroyed(ctx context.Context, objects []remoteObject) []remoteObject {
	return r.await(ctx, func() (left []remoteObject, changed <-chan struct{}) {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, object := range objects {
			if entry, ok := r.entries[object]; !ok || entry.deletePlans == 0 {
				left = append(left, object)
			}
		}
		return left, r.changed
	})
}

// await looks again after each change until nothing is left, and returns what is left
// after claimPatience.
func (r *register) await(ctx context.Context, look func() (left []remoteObject, changed <-chan struct{})) []remoteObject {
	timer := time.NewTimer(claimPatience)
	defer timer.Stop()
	for {
		left, changed := look()
		if len(left) == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-timer.C:
			return left
		case <-ctx.Done():
			return left
		}
	}
}

// refreshedOnly returns the matching objects that were refreshed and have no plan with a
// prior state so far, and a channel that is closed at the next change.
func (r *register) refreshedOnly(match func(remoteObject, registerEntry) bool) (found []remoteObject, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for object, entry := range r.entries {
		if entry.reads > 0 && entry.existingPlans() == 0 && match(object, *entry) {
			found = append(found, object)
		}
	}
	return found, r.changed
}

// planMarkKey is where a plan leaves a planMark in private data. Create, Read and
// Update remove it, so that it does not stay in the state.
const planMarkKey = "plan"

// planMark is what a plan tells the calls that follow it, which receive its private
// data and nothing else of it.
type planMark struct {
	// Replaces is the object whose update plan this was. A create plan that receives
	// it is the second half of a replacement.
	Replaces string `json:",omitempty"`
	// Required says that an argument has changed which cannot be changed in place.
	Required bool `json:",omitempty"`
	// Keep tells Delete to send nothing: another resource has the object.
	Keep bool `json:",omitempty"`
	// Destroy tells Delete that a plan has destroyed the object and said so. The
	// delete of a replacement has no plan of its own.
	Destroy bool `json:",omitempty"`
}

func leavePlanMark(ctx context.Context, in private, mark planMark, diags *diag.Diagnostics) {
	keepPrivate(ctx, in, planMarkKey, mark, diags)
}

func clearPlanMark(ctx context.Context, in private, diags *diag.Diagnostics) {
	keepPrivate(ctx, in, planMarkKey, nil, diags)
}

func planMarkOf(ctx context.Context, in privateReader, diags *diag.Diagnostics) planMark {
	return recallPrivate[planMark](ctx, in, planMarkKey, diags)
}

// conflict is what a plan of an object meets in the register.
type conflict int

const (
	noConflict conflict = iota
	managedTwice
	// createdAndDestroyed: the plan of one address creates what that of another
	// destroys.
	createdAndDestroyed
	// keptAndDestroyed: two objects of the state are the same remote object. Delete cannot
	// be told to keep it: Terraform plans the end of a deposed object again in the
	// apply, where the other object may have no plan, and drops the private data of
	// the first plan.
	keptAndDestroyed
	// createdFirst: as createdAndDestroyed, and Delete can be told to keep it.
	createdFirst
)

// claimUpdate enters a plan with a prior and a new state; the new one may be of
// another object.
//
// One object has two addresses when a block was renamed without moved, when there
// are two blocks for it, and after an apply that was killed between the two halves of
// create_before_destroy.
func claimUpdate(walk *register, prior remoteObject, moves bool) conflict {
	note := walk.noteUpdatePlan
	if moves {
		note = walk.noteMovePlan
	}
	before := note(prior)
	switch {
	case before.updatePlans+before.movePlans > 0, before.createPlans > 0 && !moves && !before.written:
		return managedTwice
	case before.deletePlans > 0:
		return keptAndDestroyed
	}
	return noConflict
}

// claimCreate enters a plan without a prior state. The create plan of a replacement
// by the same object makes no claim of its own: its update plan has. What another
// resource leaves may be taken.
func claimCreate(walk *register, object remoteObject) conflict {
	before := walk.noteCreatePlan(object)
	switch {
	case before.written:
		return noConflict
	case before.updatePlans+before.createPlans > 0:
		return managedTwice
	case before.deletePlans > 0:
		return createdAndDestroyed
	}
	return noConflict
}

// claimDelete enters a plan with a prior state only.
func claimDelete(walk *register, object remoteObject) conflict {
	before := walk.noteDeletePlan(object)
	switch {
	case before.written:
		return noConflict // Delete sees that too
	case before.updatePlans+before.movePlans > 0:
		return keptAndDestroyed
	case before.createPlans > 0:
		return createdFirst
	}
	return noConflict
}
