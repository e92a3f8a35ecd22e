// Package s3bucket makes, empties and deletes buckets, and reads, puts and
// clears their documents: CORS rules, lifecycle rules, the policy and so on. It
// knows S3's quirks, so that its callers need not: which errors pass by
// themselves, which answers mean that nothing is there, how long a write takes
// to be seen, and what other servers do with parts of S3 that they lack.
package s3bucket

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// Clients finds the client for a bucket. *awsclient.Clients does.
type Clients interface {
	// S3 returns the client for a region; "" means the provider's.
	S3(region string) *s3.Client
	// BucketRegion returns the region that a bucket is in, "" when the server names
	// none, or an error, which is awserr.BucketGone if the bucket does not exist.
	BucketRegion(ctx context.Context, bucket string) (string, error)
	// AtAWS reports whether buckets are at an endpoint of AWS.
	AtAWS() bool
	RememberRegion(bucket, region string)
	// RememberGone saves asking, for a moment, for a bucket that does not exist. err is
	// awserr.BucketGone.
	RememberGone(bucket string, err error)
	ForgetRegion(bucket string)
	// ExpectOwner has S3 deny requests about a bucket that another account owns.
	ExpectOwner(bucket string)
	ForgetOwner(bucket string)
}

// Store holds the buckets that one provider configuration can reach. It is safe
// for concurrent use; writes to one bucket wait for each other, because S3
// refuses all but one of them.
type Store struct {
	clients Clients
	clock   wait.Clock
	writes  wait.KeyedLock

	mu        sync.Mutex
	made      map[string]time.Time // when this store made the bucket
	versioned map[string]time.Time // when this store turned its versioning on
	free      map[string]time.Time // when Look found that no bucket has the name
}

// Option changes how a Store works.
type Option func(*Store)

// WithClock makes the store tell time, and wait, by another clock.
func WithClock(clock wait.Clock) Option {
	return func(s *Store) { s.clock = clock }
}

// New returns a store.
func New(clients Clients, options ...Option) *Store {
	s := &Store{
		clients:   clients,
		clock:     wait.Wall{},
		made:      map[string]time.Time{},
		versioned: map[string]time.Time{},
		free:      map[string]time.Time{},
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// Region returns the region that a bucket is in, and so tells whether the bucket
// exists: ErrNoBucket when it does not. It is "" on a server that names none. The
// server is asked once, then the answer is remembered. A caller who may not see
// the bucket gets a region all the same.
func (s *Store) Region(ctx context.Context, bucket string) (string, error) {
	region, err := s.clients.BucketRegion(ctx, bucket)
	return region, absent(err)
}

// Client returns the client for a bucket, in whichever region that is; ErrNoBucket when
// the bucket does not exist.
func (s *Store) Client(ctx context.Context, bucket string) (*s3.Client, error) {
	region, err := s.Region(ctx, bucket)
	if err != nil {
		return nil, err
	}
	return s.clients.S3(region), nil
}

// note keeps in one of the store's maps that something was just done to a
// bucket.
func (s *Store) note(when map[string]time.Time, bucket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	when[bucket] = s.clock.Now()
}

// Made reports whether this store has created the bucket.
func (s *Store) Made(bucket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, made := s.made[bucket]
	return made
}

// recent reports whether note did so within the time that S3 takes to make it
// known everywhere.
func (s *Store) recent(when map[string]time.Time, bucket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := when[bucket]
	return ok && s.clock.Now().Sub(at) < patience
}

func (s *Store) forget(bucket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.made, bucket)
	delete(s.versioned, bucket)
}
