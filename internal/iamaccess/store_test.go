package iamaccess

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWaitsGrowAndEnd(t *testing.T) {
	var pauses []time.Duration
	s := New(nil)
	s.pause = func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}
	failure := errors.New("not yet")
	err := s.until(t.Context(), patience, func() (bool, error) { return true, failure })
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want the last one", err)
	}
	total := time.Duration(0)
	for i, d := range pauses {
		if i > 0 && d < pauses[i-1] {
			t.Errorf("pauses shrink: %v", pauses)
		}
		total += d
	}
	if total < patience || total > patience+8*time.Second {
		t.Errorf("waited %v in all, want about %v", total, patience)
	}
}

func TestAWaitThatIsCutShortSaysWhatItWaitedFor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	failure := errors.New("not yet")
	err := New(nil).until(ctx, patience, func() (bool, error) {
		cancel()
		return true, failure
	})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, failure) {
		t.Errorf("error %v, want the cancellation and the failure", err)
	}
}
