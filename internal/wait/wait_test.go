package wait

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var pauses = Pauses{First: 100 * time.Millisecond, Last: time.Second}

func TestUntilCountsTheTimeOfTheChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		checks := 0
		err := pauses.Until(t.Context(), Wall{}, time.Minute, func(time.Duration) (bool, error) {
			checks++
			return false, Wall{}.Sleep(t.Context(), 25*time.Second)
		})
		var timeout *TimeoutError
		if !errors.As(err, &timeout) || checks != 3 || timeout.Waited < time.Minute {
			t.Errorf("got %d checks and %v, want 3 that take 75 s together", checks, err)
		}
	})
}

func TestUntilPausesLongerEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		err := pauses.Until(t.Context(), Wall{}, 4*time.Second, func(waited time.Duration) (bool, error) {
			at = append(at, waited)
			return len(at) == 7, nil
		})
		want := []time.Duration{0, 100, 300, 700, 1500, 2500, 3500}
		for i := range want {
			if err != nil || at[i] != want[i]*time.Millisecond {
				t.Fatalf("got checks at %v (%v), want %v ms", at, err, want)
			}
		}
	})
}

func TestUntilEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		err := pauses.Until(ctx, Wall{}, time.Hour, func(time.Duration) (bool, error) { return false, nil })
		if took := time.Since(began); took != 5*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v after %s, want the context's error after 5 s", err, took)
		}
	})
}

func TestUntilReturnsTheErrorOfACheck(t *testing.T) {
	want := errors.New("no")
	if err := pauses.Until(t.Context(), Wall{}, 0, func(time.Duration) (bool, error) { return false, want }); err != want { //nolint:errorlint // as is
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestJitterShortensByHalfAtMost(t *testing.T) {
	p := Pauses{Jitter: true}
	for range 1000 {
		if got := p.jittered(time.Second); got < time.Second/2 || got >= time.Second {
			t.Fatalf("got %s, want between 500 ms and 1 s", got)
		}
	}
}
