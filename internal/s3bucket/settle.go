package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	firstLook = 50 * time.Millisecond
	lastLook  = 2 * time.Second

	// steady is how long a server may answer the same other thing before it is
	// taken for its way of writing what was put.
	steady = 10 * time.Second
)

// settle waits until a document that was put reads back as an equal one. S3
// tells no one when that is, so it looks at once, then ever less often.
//
// A server that has rewritten the document never answers an equal one; its answer
// stays the same, though, and is then accepted, for the next plan to show.
func settle[T any](ctx context.Context, s *Store, p part, put T, reread reader[T], equal func(a, b T) bool) error {
	var (
		other *T // the last answer, when not equal
		since time.Time
	)
	return s.look(ctx, p.String()+" does not read back yet", func() (bool, error) {
		got, err := reread(ctx, p.bucket)
		switch {
		case errors.Is(err, ErrAbsent):
			other = nil
			return false, nil
		case err != nil:
			return false, err
		case equal(put, got):
			return true, nil
		case other == nil || !equal(*other, got):
			other, since = &got, s.clock.Now()
			return false, nil
		}
		return s.clock.Now().Sub(since) >= steady, nil
	})
}

// settleAbsent waits until a document that was cleared does not read back any
// more.
func settleAbsent[T any](ctx context.Context, s *Store, p part, reread reader[T]) error {
	return s.look(ctx, p.String()+" still reads back", func() (bool, error) {
		_, err := reread(ctx, p.bucket)
		if errors.Is(err, ErrAbsent) {
			return true, nil
		}
		return false, err
	})
}

// look calls check until it is content. It gives up in the end, and says that
// trouble then goes on.
func (s *Store) look(ctx context.Context, trouble string, check func() (bool, error)) error {
	began, end := s.clock.Now(), limit(ctx)
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		done, err := check()
		if done || err != nil {
			return err
		}
		waited := s.clock.Now().Sub(began)
		stop := s.clock.Sleep(ctx, pause)
		if waited >= end || errors.Is(stop, context.DeadlineExceeded) {
			return fmt.Errorf("the server accepted the change, but %s after %s; run terraform plan later to see what became of it, and raise the timeout if this server is slow", trouble, waited.Round(time.Second))
		}
		if stop != nil {
			return fmt.Errorf("the server accepted the change, but %s: %w", trouble, stop)
		}
	}
}
