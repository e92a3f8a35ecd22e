package provider

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestRegisterUnclaimed(t *testing.T) {
	tainted, updated, planned := remoteObject{bucketObject, "tainted"}, remoteObject{bucketObject, "updated"}, remoteObject{bucketObject, "planned-later"}
	every := func(remoteObject) bool { return true }

	t.Run("a refreshed object without a plan", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRegister()
			r.noteRead(tainted)
			r.noteRead(updated)
			r.noteUpdatePlan(updated)
			if got := r.unclaimed(t.Context(), every); len(got) != 1 || got[0] != tainted {
				t.Errorf("got %v, want only %v", got, tainted)
			}
		})
	})
	t.Run("an object that is planned while the create plan waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRegister()
			r.noteRead(planned)
			began := time.Now()
			go func() {
				time.Sleep(claimPatience / 2)
				r.noteDeletePlan(planned)
			}()
			if got := r.unclaimed(t.Context(), every); len(got) != 0 {
				t.Errorf("got %v, want none", got)
			}
			if waited := time.Since(began); waited != claimPatience/2 {
				t.Errorf("waited %v, want %v", waited, claimPatience/2)
			}
		})
	})
	t.Run("a cancelled plan", func(t *testing.T) {
		r := newRegister()
		r.noteRead(tainted)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := r.unclaimed(ctx, every); len(got) != 1 {
			t.Errorf("got %v, want %v", got, tainted)
		}
	})
	t.Run("an object that does not match", func(t *testing.T) {
		r := newRegister()
		r.noteRead(tainted)
		if got := r.unclaimed(t.Context(), func(o remoteObject) bool { return o == updated }); len(got) != 0 {
			t.Errorf("got %v, want none", got)
		}
	})
}

func TestRegisterAbandoned(t *testing.T) {
	moved, replaced, updated := remoteObject{bucketObject, "moved"}, remoteObject{bucketObject, "replaced"}, remoteObject{bucketObject, "updated"}
	synctest.Test(t, func(t *testing.T) {
		r := newRegister()
		for _, object := range []remoteObject{moved, replaced, updated} {
			r.noteRead(object)
		}
		r.noteCreatePlan(replaced)
		r.noteUpdatePlan(updated)
		if got := r.abandoned(t.Context(), func(remoteObject) bool { return true }); len(got) != 1 || got[0] != moved {
			t.Errorf("got %v, want only %v", got, moved)
		}
	})
}

func TestRegisterCountsByObject(t *testing.T) {
	r := newRegister()
	bucket, manifest := remoteObject{bucketObject, "videos"}, remoteObject{manifestObject, "videos"}
	if before := r.noteCreatePlan(bucket); before != (registerEntry{}) {
		t.Errorf("a new entry was %+v before", before)
	}
	if before := r.noteDeletePlan(bucket); before.createPlans != 1 || before.existingPlans() != 0 {
		t.Errorf("got %+v before the delete plan, want one create plan", before)
	}
	r.noteWrite(manifest)
	if got := r.entry(bucket); got.written || got.existingPlans() != 1 {
		t.Errorf("got %+v for the bucket, want one plan with a prior state and no write", got)
	}
	if got := r.entry(manifest); !got.written {
		t.Errorf("got %+v for the manifest, want it written", got)
	}
}
