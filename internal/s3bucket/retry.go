package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// patience is how long S3 may take to make a change known everywhere, and how
// long errors are retried that say it is not known yet.
const patience = 2 * time.Minute

// limit is how long a caller waits for S3 to do something that only takes time:
// until the context's deadline, or for patience when it has none.
func limit(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return patience
}

const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// retry calls until the outcome is something else than a passing error, or until
// limit is over. The SDK has already retried what passes with any request, such
// as throttling.
func (s *Store) retry(ctx context.Context, bucket string, limit time.Duration, call func() error) error {
	began := s.clock.Now()
	for pause := firstRetry; ; pause = min(2*pause, lastRetry) {
		err := call()
		waited := s.clock.Now().Sub(began)
		if err == nil || !s.passing(bucket, err, waited) || waited >= limit {
			return err
		}
		if stop := s.clock.Sleep(ctx, jittered(pause)); stop != nil {
			return fmt.Errorf("%w, after: %w", stop, err)
		}
	}
}

// jittered spreads out clients that were refused at the same moment.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2) //nolint:gosec // a pause is no secret
}

// passing reports whether an answer about a bucket will change by itself. Another
// operation ends some time. What S3's servers do not know of yet they will know
// within patience: a bucket that this store made a moment ago, and what the error is
// marked for.
func (s *Store) passing(bucket string, err error, waited time.Duration) bool {
	var marked passingError
	return awserr.Conflict(err) || waited < patience && errors.As(err, &marked) ||
		awserr.BucketGone(err) && s.recent(s.made, bucket)
}

// passingError marks an error that passes by itself with one document only.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }
