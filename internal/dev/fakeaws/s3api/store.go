package s3api

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
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
	gone      bool // deleted: calls that still hold the bucket must not write
	documents map[documentKey]document
	objects   keySpace
	uploads   map[string]*upload

	// What the documents say, kept in step with them.
	versioning string // "", "Enabled" or "Suspended"
	cors       []documents.CORSRule
	policy     *authz.Policy
	access     documents.PublicAccess
	ownership  string
	encryption encryption
}

// lock takes the lock for writing, unless the bucket was deleted meanwhile.
func (b *bucket) lock() error {
	b.mu.Lock()
	if b.gone {
		b.mu.Unlock()
		return wire.NoSuchBucket(b.name)
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

// regionTellers are the operations whose answers name the bucket's region. The others
// name it when they redirect.
var regionTellers = []string{"HeadBucket", "ListObjects", "ListObjectsV2"}

// findBucket gives the request's bucket when it exists, lies in the region
// that the request was signed for, and belongs to the expected owner.
func (c *Call) findBucket() (*bucket, error) {
	b := c.s.store.get(c.bucketName)
	if c.stale && c.op.name == "HeadBucket" {
		b = c.s.store.stale(c.bucketName)
	}
	if b == nil {
		if !wire.ValidBucketName(c.bucketName) {
			return nil, wire.Fail(400, "InvalidBucketName", "The specified bucket is not valid.", wire.Field("BucketName", c.bucketName))
		}
		return nil, wire.NoSuchBucket(c.bucketName)
	}
	s := c.caller.Signature
	redirected := s != nil && s.Region != b.region && (c.op.name != "GetBucketLocation" || s.Region != wire.DefaultRegion)
	if redirected || slices.Contains(regionTellers, c.op.name) {
		c.w.Header().Set("X-Amz-Bucket-Region", b.region)
	}
	if redirected {
		return nil, wire.Fail(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
			wire.Field("Endpoint", b.name+".s3."+b.region+".amazonaws.com"), wire.Field("Bucket", b.name), wire.Field("Region", b.region))
	}
	return b, c.checkOwner(b, "X-Amz-Expected-Bucket-Owner")
}

// checkOwner refuses a request whose header expects another account to own the
// bucket. S3 says no more than that access is denied.
func (c *Call) checkOwner(b *bucket, header string) error {
	expected := c.r.Header.Get(header)
	switch {
	case expected == "", expected == b.owner:
		return nil
	case len(expected) != 12 || !wire.AllDigits(expected):
		return wire.Fail(400, "InvalidBucketOwnerAWSAccountID", "The value of the expected bucket owner parameter must be an AWS Account ID")
	}
	return wire.Fail(403, "AccessDenied", "Access Denied")
}

// claimConfiguration marks the bucket as being configured for as long as a
// configuring operation, injected latency included, is under way.
func (c *Call) claimConfiguration() (release func(), err error) {
	if !c.op.configures {
		return func() {}, nil
	}
	b := c.s.store.get(c.bucketName)
	if b == nil {
		return func() {}, nil
	}
	if !b.configuring.CompareAndSwap(false, true) {
		return nil, wire.Fail(409, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")
	}
	return func() { b.configuring.Store(false) }, nil
}

// keySpace is what a bucket holds: objects in the UTF-8 byte order of their
// keys. Listings depend on nothing else, so a key space may as well make its
// objects up as it is asked for them.
//
// The bucket's lock is held during every call and during an iteration.
type keySpace interface {
	// Get answers nil when there is no such key.
	Get(key string) *object
	// From yields the objects whose key is start or after it, in order. What it
	// yields may be overwritten by the next one. Its cost up to the first object
	// is at most logarithmic in the number of keys: a listing with a delimiter
	// starts again after every common prefix.
	From(start string) iter.Seq[*object]
	// Put adds an object, or replaces the one of the same key.
	Put(o *object)
	// Delete removes a key; an unknown one is no error.
	Delete(key string)
	// Len is the number of keys.
	Len() int
}

// blockSize is the number of objects at which a block is split in two.
const blockSize = 512

// memoryKeys is a keySpace in memory: a sorted list of sorted blocks. Finding
// a key takes two binary searches; adding one moves at most a block.
type memoryKeys struct {
	blocks [][]*object // none empty
	count  int
}

func compareKey(o *object, key string) int { return strings.Compare(o.key, key) }

// find gives the place of key, or the place where it belongs.
func (m *memoryKeys) find(key string) (block, at int, found bool) {
	block, found = slices.BinarySearchFunc(m.blocks, key, func(b []*object, key string) int { return compareKey(b[0], key) })
	if found {
		return block, 0, true
	}
	if block == 0 {
		return 0, 0, false
	}
	block--
	at, found = slices.BinarySearchFunc(m.blocks[block], key, compareKey)
	return block, at, found
}

func (m *memoryKeys) Get(key string) *object {
	if block, at, found := m.find(key); found {
		return m.blocks[block][at]
	}
	return nil
}

func (m *memoryKeys) From(start string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		block, at, _ := m.find(start)
		for ; block < len(m.blocks); block++ {
			for _, o := range m.blocks[block][at:] {
				if !yield(o) {
					return
				}
			}
			at = 0
		}
	}
}

func (m *memoryKeys) Put(o *object) {
	block, at, found := m.find(o.key)
	if found {
		m.blocks[block][at] = o
		return
	}
	m.count++
	if len(m.blocks) == 0 {
		m.blocks = [][]*object{{o}}
		return
	}
	b := slices.Insert(m.blocks[block], at, o)
	m.blocks[block] = b
	if len(b) > blockSize {
		m.blocks[block] = slices.Clone(b[:len(b)/2])
		m.blocks = slices.Insert(m.blocks, block+1, slices.Clone(b[len(b)/2:]))
	}
}

func (m *memoryKeys) Delete(key string) {
	block, at, found := m.find(key)
	if !found {
		return
	}
	m.count--
	b := slices.Delete(m.blocks[block], at, at+1)
	if len(b) == 0 {
		m.blocks = slices.Delete(m.blocks, block, block+1)
		return
	}
	m.blocks[block] = b
}

func (m *memoryKeys) Len() int { return m.count }

// syntheticKeys is a keySpace that makes its objects up, overlaid by what was
// written and deleted since.
type syntheticKeys struct {
	made   *keyspace.Keys
	hidden map[string]bool // made-up keys that were deleted or overwritten
	own    memoryKeys      // keys that were written
}

func newSyntheticKeys(s keyspace.Synthetic) (*syntheticKeys, error) {
	keys, err := keyspace.NewKeys(s)
	return &syntheticKeys{made: keys, hidden: map[string]bool{}}, err
}

// madeObject is a made-up object with its only version.
type madeObject struct {
	object
	version  version
	versions [1]*version
	facts    keyspace.Object
}

func newMadeObject() *madeObject {
	m := &madeObject{version: version{id: nullVersion, storageClass: "STANDARD", encryption: encryption{Algorithm: "AES256"}}}
	m.versions[0] = &m.version
	m.object.versions = m.versions[:]
	return m
}

// become makes the object at a position, in place of what m was.
func (m *madeObject) become(keys *keyspace.Keys, i int) *object {
	keys.Make(&m.facts, i)
	m.key, m.version.etag, m.version.modified = m.facts.Key, m.facts.ETag, m.facts.Modified
	m.version.size, m.version.body = m.facts.Size, m.facts.Body
	return &m.object
}

func (s *syntheticKeys) Get(key string) *object {
	if o := s.own.Get(key); o != nil {
		return o
	}
	if i, ok := s.made.Find(key); ok && !s.hidden[key] {
		return newMadeObject().become(s.made, i)
	}
	return nil
}

func (s *syntheticKeys) Put(o *object) {
	s.hide(o.key)
	s.own.Put(o)
}

func (s *syntheticKeys) Delete(key string) {
	s.hide(key)
	s.own.Delete(key)
}

func (s *syntheticKeys) hide(key string) {
	if _, ok := s.made.Find(key); ok {
		s.hidden[key] = true
	}
}

func (s *syntheticKeys) Len() int { return s.made.Len() - len(s.hidden) + s.own.Len() }

func (s *syntheticKeys) From(start string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		next, stop := iter.Pull(s.own.From(start))
		defer stop()
		own, more := next()
		m := newMadeObject()
		for i := s.made.Search(start); i < s.made.Len(); i++ {
			o := m.become(s.made, i)
			for ; more && own.key <= o.key; own, more = next() {
				if !yield(own) {
					return
				}
			}
			if len(s.hidden) > 0 && s.hidden[o.key] {
				continue
			}
			if !yield(o) {
				return
			}
		}
		for ; more; own, more = next() {
			if !yield(own) {
				return
			}
		}
	}
}
