package bucketconf

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

const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// retry calls until the outcome is something else than a passing error, or until
// limit is over. The SDK has already retried what passes with any request, such
// as throttling.
func (s *Store) retry(ctx context.Context, bucket string, limit time.Duration, call func() error) error {
	end := s.clock.Now().Add(limit)
	for pause := firstRetry; ; pause = min(2*pause, lastRetry) {
		err := call()
		if err == nil || !s.passing(bucket, err) || !s.clock.Now().Before(end) {
			return err
		}
		if stop := s.clock.Sleep(ctx, jittered(pause)); stop != nil {
			return fmt.Errorf("%w, after: %w", stop, err)
		}
	}
}

// jittered spreads out clients that were refused at the same moment.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2)
}

// passing reports whether an answer about a bucket will change by itself. A
// missing bucket will only if this store made it a moment ago: then some of S3's
// servers do not know of it yet.
func (s *Store) passing(bucket string, err error) bool {
	var marked passingError
	return awserr.Conflict(err) || errors.As(err, &marked) ||
		awserr.Is(err, "NoSuchBucket") && s.recent(s.made, bucket)
}

// passingError marks an error that passes by itself with one document only.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }
