package fakeaws

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// store holds the buckets of all accounts: their names share one space.
// Where both locks are needed, store.mu is taken before a bucket's.
type store struct {
	mu      sync.RWMutex
	buckets map[string]*bucket
	deleted map[string]*bucket // the last of each name, for stale reads
}

func (s *store) get(name string) *bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.buckets[name]
}

// stale is the state of a name before its last creation or deletion.
func (s *store) stale(name string) *bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.buckets[name] != nil {
		return nil
	}
	return s.deleted[name]
}

// bucket is one bucket. Name, region, owner and creation time never change;
// everything else is guarded by mu.
type bucket struct {
	name, region string
	owner        string // account id
	created      time.Time

	// configuring is set while a write of the configuration is under way:
	// another one is refused with OperationAborted.
	configuring atomic.Bool

	mu        sync.RWMutex
	gone      bool // deleted: whoever still holds the bucket must not write
	documents map[documentKey]document
	objects   keySpace
	uploads   map[string]*upload

	// What the documents say, kept in step with them.
	versioning string // "", "Enabled" or "Suspended"
	cors       []corsRule
	policy     *authz.Policy
	access     publicAccess
	ownership  string
	encryption encryption
}

// lock takes the lock for writing, unless the bucket was deleted meanwhile.
func (b *bucket) lock() error {
	b.mu.Lock()
	if b.gone {
		b.mu.Unlock()
		return noSuchBucket(b.name)
	}
	return nil
}

// effectivePolicy is the bucket policy as it applies to the caller: with
// RestrictPublicBuckets a public one lets nobody in from outside the account.
func (b *bucket) effectivePolicy(p authz.Principal) *authz.Policy {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.policy != nil && b.access.RestrictPublicBuckets && p.AccountID != b.owner && b.policy.Public() {
		return nil
	}
	return b.policy
}

// findBucket gives the request's bucket when it exists, lies in the region
// that the request was signed for, and belongs to the expected owner.
func (c *call) findBucket() (*bucket, error) {
	b := c.s.store.get(c.bucketName)
	if c.stale && c.op.name == "HeadBucket" {
		b = c.s.store.stale(c.bucketName)
	}
	if b == nil {
		if !validBucketName(c.bucketName) {
			return nil, fail(400, "InvalidBucketName", "The specified bucket is not valid.", field("BucketName", c.bucketName))
		}
		return nil, noSuchBucket(c.bucketName)
	}
	c.w.Header().Set("X-Amz-Bucket-Region", b.region)
	if s := c.caller.Signature; s != nil && s.Region != b.region && (c.op.name != "GetBucketLocation" || s.Region != defaultRegion) {
		return nil, fail(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
			field("Endpoint", b.name+".s3."+b.region+".amazonaws.com"), field("Bucket", b.name), field("Region", b.region))
	}
	return b, c.checkOwner(b, "X-Amz-Expected-Bucket-Owner")
}

// checkOwner refuses a request whose header expects another account to own the
// bucket. S3 says no more than that access is denied.
func (c *call) checkOwner(b *bucket, header string) error {
	expected := c.r.Header.Get(header)
	switch {
	case expected == "", expected == b.owner:
		return nil
	case len(expected) != 12 || !allDigits(expected):
		return fail(400, "InvalidBucketOwnerAWSAccountID", "The value of the expected bucket owner parameter must be an AWS Account ID")
	}
	return fail(403, "AccessDenied", "Access Denied")
}

// claimConfiguration marks the bucket as being configured for as long as a
// configuring operation, injected latency included, is under way.
func (c *call) claimConfiguration() (release func(), err error) {
	if !c.op.configures {
		return func() {}, nil
	}
	b := c.s.store.get(c.bucketName)
	if b == nil {
		return func() {}, nil
	}
	if !b.configuring.CompareAndSwap(false, true) {
		return nil, fail(409, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")
	}
	return func() { b.configuring.Store(false) }, nil
}
