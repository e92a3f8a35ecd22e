// Package s3api is S3 of all accounts and regions.
//
// operations.go has the table from a request to the operation that answers it.
// The package knows neither faults nor the request log: the server takes a Call
// through its steps and injects faults in between. It asks IAM through
// Principals.
package s3api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// Principals is what S3 asks IAM about principals, of any account.
type Principals interface {
	Exists(principal string) bool  // by ARN or unique id
	PrincipalID(arn string) string // the ARN itself when there is none
	PrincipalARN(id string) string // the id itself when there is none
	PrincipalKeys(p authz.Principal) map[string][]string
	ServiceMayAssume(roleARN, service string) bool
}

// Options are the settings of a service.
type Options struct {
	Endpoint    string        // the URL of the server
	RestoreTime time.Duration // how long RestoreObject takes; 0 restores at once
	Principals  Principals
}

// Service is S3 of all accounts and regions. It is safe for concurrent use.
type Service struct {
	opts  Options
	store store
	blobs blobs
}

// New begins without a bucket.
func New(opts Options) *Service {
	return &Service{opts: opts, store: store{buckets: map[string]*bucket{}, deleted: map[string]*bucket{}}}
}

// Close removes what the service kept on disk.
func (s *Service) Close() error { return s.blobs.Close() }

// AddSyntheticBucket makes a bucket whose keys are made up as they are asked
// for, as CreateBucket by owner makes it. Keys that are written or deleted later
// are remembered. It fails when the name is taken or invalid, or content is
// malformed.
func (s *Service) AddSyntheticBucket(name, region string, owner authz.Principal, now time.Time, content keyspace.Synthetic) error {
	if !wire.ValidBucketName(name) {
		return fmt.Errorf("fakeaws: invalid bucket name %q", name)
	}
	keys, err := newSyntheticKeys(content)
	if err != nil {
		return err
	}
	c := &Call{s: s, r: &http.Request{Header: http.Header{}}, now: now, bucketName: name, caller: Caller{Principal: owner}}
	b, err := c.newBucket(region, nil)
	if err != nil {
		return err
	}
	b.objects = keys
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if s.store.buckets[name] != nil {
		return errors.New("fakeaws: the bucket " + name + " exists")
	}
	s.store.buckets[name] = b
	return nil
}

// Caller is who sent a request, once its signature was found right.
type Caller struct {
	Principal authz.Principal
	Policies  []*authz.Policy  // identity-based
	Signature *sigv4.Signature // nil for an anonymous request
	Secret    string           // of the access key, to verify the body with
}

// Call is one request to S3. The server takes it through its steps in this
// order: Route, Admit, Run. Between Admit and Run it may inject faults.
type Call struct {
	s   *Service
	w   http.ResponseWriter // from Run on
	r   *http.Request
	now time.Time

	op         *operation
	query      url.Values
	bucketName string
	key        string
	bucket     *bucket // nil for operations without one
	caller     Caller
	body       *sigv4.Body

	stale bool // reads answer from the state before the last write
}

// NewCall begins with a request, whose query was parsed.
func (s *Service) NewCall(r *http.Request, query url.Values, now time.Time) *Call {
	c := &Call{s: s, r: r, now: now, query: query}
	c.bucketName, c.key = address(r)
	return c
}

// Target is the bucket and key that the request addresses.
func (c *Call) Target() (bucket, key string) { return c.bucketName, c.key }

// Route finds the operation of the request and returns its name.
func (c *Call) Route() (string, error) {
	if c.r.Method == http.MethodOptions {
		c.op = &preflightOperation
		return c.op.name, nil
	}
	op, err := match(c.r, c.query, c.bucketName, c.key)
	if err != nil {
		return "", err
	}
	c.op = op
	return op.name, nil
}

// Anonymous reports whether the operation is one that nobody signs.
func (c *Call) Anonymous() bool { return c.op == &preflightOperation }

// Admit takes the request in from its caller. release is to be called once it
// is answered.
func (c *Call) Admit(from Caller) (release func(), err error) {
	c.caller = from
	if c.Anonymous() {
		return func() {}, nil
	}
	c.adoptQuery(from.Signature)
	c.body, err = from.Signature.Body(c.r, from.Secret)
	if err != nil {
		return nil, err
	}
	return c.claimConfiguration()
}

// Buffer reads a short body ahead: net/http notices that a client has gone
// only once the body is read.
func (c *Call) Buffer() {
	if c.body == nil {
		return
	}
	const short = 1 << 20
	// An error comes again when the operation reads on.
	ahead, _ := io.ReadAll(io.LimitReader(c.body.Reader, short))
	c.body.Reader = io.MultiReader(bytes.NewReader(ahead), c.body.Reader)
}

// Run finds the bucket, asks for permission and carries the operation out. It
// answers the request unless it returns an error. With stale, reads of a bucket
// document, and HEAD of a bucket, answer from before the last write.
func (c *Call) Run(w http.ResponseWriter, stale bool) error {
	c.w, c.stale = w, stale
	if c.Anonymous() {
		return c.op.do(c)
	}
	if err := checkHeaders(c.r, c.op); err != nil {
		return err
	}
	if c.op.level != serviceLevel && c.op.name != "CreateBucket" {
		b, err := c.findBucket()
		if err != nil {
			return err
		}
		c.bucket = b
		c.corsHeaders()
	}
	if c.op.action != "" {
		if err := c.authorize(c.op.action, c.target()); err != nil {
			return err
		}
	}
	return c.op.do(c)
}
