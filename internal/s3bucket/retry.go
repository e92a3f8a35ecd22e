package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
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

// retries are the pauses between two attempts.
var retries = wait.Pauses{First: 100 * time.Millisecond, Last: 5 * time.Second, Jitter: true}

// retry calls until the outcome is something else than a passing error, or until
// limit is over. The SDK has already retried what passes with any request, such
// as throttling.
func (s *Store) retry(ctx context.Context, bucket string, limit time.Duration, call func() error) error {
	var outcome error
	err := retries.Until(ctx, s.clock, limit, func(waited time.Duration) (bool, error) {
		outcome = call()
		return outcome == nil || !s.passing(bucket, outcome, waited), nil
	})
	var timeout *wait.TimeoutError
	if errors.As(err, &timeout) && timeout.Err != nil {
		return fmt.Errorf("%w, after: %w", timeout.Err, outcome)
	}
	return outcome
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
