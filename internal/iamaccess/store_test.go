package iamaccess

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

func TestUntilCountsTheTimeOfTheRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("not yet")
		requests, began := 0, time.Now()
		err := New(nil).until(t.Context(), patience, func() (bool, error) {
			requests++
			return true, errors.Join(wait.Wall{}.Sleep(t.Context(), 50*time.Second), failure)
		})
		if !errors.Is(err, failure) {
			t.Errorf("got error %v, want that of the last request", err)
		}
		if took := time.Since(began); requests != 3 || took > patience+time.Minute {
			t.Errorf("got %d requests in %s, want 3 of 50 s each", requests, took)
		}
	})
}

func TestUntilSaysWhatItWaitedForWhenTheContextEnds(t *testing.T) {
	failure := errors.New("not yet")
	for name, last := range map[string]error{"after a failure": failure, "after a success": nil} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			err := New(nil).until(ctx, patience, func() (bool, error) {
				cancel()
				return true, last
			})
			if !errors.Is(err, context.Canceled) || last != nil && !errors.Is(err, last) {
				t.Errorf("got error %v, want the cancellation and %v", err, last)
			}
		})
	}
}
