// Package wait is the one way to wait for something that only takes time.
package wait

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Clock tells the time and lets it pass.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or ctx's error when that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Wall is the clock on the wall.
type Wall struct{}

// Now implements [Clock].
func (Wall) Now() time.Time { return time.Now() }

// Sleep implements [Clock].
func (Wall) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pauses are the times between two attempts: the first, then twice as long each time
// up to the last.
type Pauses struct {
	First, Last time.Duration
	// Jitter shortens each pause by up to a half, to spread out clients that were
	// refused at the same moment.
	Jitter bool
}

// Until calls check until it is done or fails. It gives up with a *TimeoutError when
// limit is over or ctx ends; what is counted is the time that has passed, not the
// pauses. check is called at least once.
func (p Pauses) Until(ctx context.Context, clock Clock, limit time.Duration, check func(waited time.Duration) (done bool, err error)) error {
	began := clock.Now()
	for pause := p.First; ; pause = min(2*pause, p.Last) {
		waited := clock.Now().Sub(began)
		if done, err := check(waited); done || err != nil {
			return err
		}
		if waited = clock.Now().Sub(began); waited >= limit {
			return &TimeoutError{Waited: waited}
		}
		if err := clock.Sleep(ctx, p.jittered(pause)); err != nil {
			return &TimeoutError{Waited: clock.Now().Sub(began), Err: err}
		}
	}
}

func (p Pauses) jittered(pause time.Duration) time.Duration {
	if !p.Jitter || pause < 2 {
		return pause
	}
	return pause/2 + rand.N(pause/2) //nolint:gosec // a pause is no secret
}

// TimeoutError says that the wait ended before what was waited for.
type TimeoutError struct {
	Waited time.Duration
	Err    error // that of the context, when it ended first
}

// Error implements error.
func (e *TimeoutError) Error() string {
	text := fmt.Sprintf("gave up after %s", e.Waited.Round(time.Second))
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the context's error.
func (e *TimeoutError) Unwrap() error { return e.Err }
