// Package storagecheck finds out whether FOVEA can use a bucket: whether it may list and
// read, whether browsers may, and what in the settings of the bucket will be trouble. It
// only reads, sends few requests, and answers with results in place of errors.
package storagecheck

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// Name is that of a check.
type Name string

// The checks, in the order of the results. Default has the first eight.
const (
	Credentials    Name = "credentials"
	Region         Name = "region"
	List           Name = "list"
	Get            Name = "get"
	Manifest       Name = "manifest"
	CORS           Name = "cors"
	PresignedURL   Name = "presigned_url"
	ClockSkew      Name = "clock_skew"
	PublicAccess   Name = "public_access"
	TLSOnly        Name = "tls_only"
	Versioning     Name = "versioning"
	Encryption     Name = "encryption"
	Lifecycle      Name = "lifecycle"
	Replication    Name = "replication"
	ArchivedVideos Name = "archived_videos"
	Costs          Name = "costs"
)

// Names lists all checks.
func Names() []Name {
	return []Name{
		Credentials, Region, List, Get, Manifest, CORS, PresignedURL, ClockSkew,
		PublicAccess, TLSOnly, Versioning, Encryption, Lifecycle, Replication, ArchivedVideos, Costs,
	}
}

// Default lists the checks of what FOVEA needs.
func Default() []Name { return Names()[:8] }

// Status is what came of a check.
type Status string

// The statuses. A skipped check says nothing about the bucket.
const (
	Pass    Status = "pass"
	Warn    Status = "warn"
	Fail    Status = "fail"
	Skipped Status = "skipped"
)

// Result is what came of one check.
type Result struct {
	Name   Name
	Status Status
	Code   Code
	Detail string // holds no secret
	Facts  Facts
}

// Facts are what a remedy is made of, besides Options. A field that does not matter for
// the code is zero.
type Facts struct {
	App    bool   // it is about the app's access key, and not about the provider's
	Region string // of the bucket
	Key    string // of the object
	KMSKey string // ARN
	Rule   string // of the lifecycle or the replication
	Action string // that is missing, such as "s3:ListBucket"
}

// The limits of one Run.
const (
	MaxRequests    = 15 // with the provider's credentials and without any
	MaxAppRequests = 3  // with the app's
	// requestLimit is how long a server may take for one request, totalLimit for all.
	requestLimit = 10 * time.Second
	totalLimit   = 45 * time.Second
)

// Options say what to check.
type Options struct {
	Bucket      string
	ManifestKey string
	Origin      string // of the app, as browsers send it; "" skips CORS
	Include     []Name // nil for Default
}

func (o Options) includes(names ...Name) bool {
	included := o.Include
	if included == nil {
		included = Default()
	}
	return slices.ContainsFunc(names, func(n Name) bool { return slices.Contains(included, n) })
}

// Doer sends HTTP requests.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// Access is what one access key gives.
type Access interface {
	// NewS3 makes a client for a region.
	NewS3(region string, options ...func(*s3.Options)) *s3.Client
	// PresignGet signs a URL as FOVEA does. It sends no request.
	PresignGet(ctx context.Context, region, bucket, key string) (url string, header http.Header, err error)
}

// Setup is with whom and how to check.
type Setup struct {
	Own Access // the credentials of the provider
	App Access // those of FOVEA, or nil to check Own in their place
	// AppTemporary says that the app's key is of a session, which FOVEA cannot use.
	AppTemporary bool
	HTTP         Doer // for what browsers send, and for all others
	Now          func() time.Time
	Region       string // that requests go to at first
	AtAWS        bool
	WithoutTLS   bool          // requests go to an http:// endpoint
	Limit        time.Duration // how long all may take; 0 for the usual limit
}

// Run checks a bucket. The results are in the order of Names. It fails only if the
// context ends.
func Run(ctx context.Context, s Setup, o Options) ([]Result, error) {
	bounded, cancel := context.WithTimeout(ctx, cmp.Or(s.Limit, totalLimit))
	defer cancel()
	r := newRun(s, o)
	r.locate(bounded)
	if r.blocker == nil {
		r.list(bounded)
	}
	if r.blocker == nil {
		r.look(bounded)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.collect(), nil
}

// Healthy reports whether no check has failed.
func Healthy(results []Result) bool {
	return !slices.ContainsFunc(results, func(r Result) bool { return r.Status == Fail })
}

// run is one Run.
type run struct {
	Setup
	Options
	own, app *party // app is nil if its key is not given, or cannot be used
	clock    clock

	region    string // of the bucket; "" if the server does not say
	located   error  // of HeadBucket
	listing   *listing
	blocker   *Result // why nothing else can be checked
	sampled   object  // what is read as a sample
	hasSample bool

	mu      sync.Mutex
	results map[Name]Result
	policy  func(ctx context.Context) (string, error) // of the bucket, read once
}

func newRun(s Setup, o Options) *run {
	r := &run{Setup: s, Options: o, results: map[Name]Result{}}
	r.clock.now = s.Now
	r.own = &party{access: s.Own, meter: &meter{inner: s.HTTP, limit: MaxRequests, clock: &r.clock}, attempts: 2}
	if s.App != nil {
		r.app = &party{access: s.App, meter: &meter{inner: s.HTTP, limit: MaxAppRequests, clock: &r.clock}, attempts: 1, app: true, temporary: s.AppTemporary}
	}
	r.policy = once(func(ctx context.Context) (string, error) { return read(ctx, r, s3bucket.Policy) })
	return r
}

// once gives the outcome of the first call to every caller.
func once[T any](do func(context.Context) (T, error)) func(context.Context) (T, error) {
	var (
		first   sync.Once
		outcome T
		err     error
	)
	return func(ctx context.Context) (T, error) {
		first.Do(func() { outcome, err = do(ctx) })
		return outcome, err
	}
}

// party is one access key at work.
type party struct {
	access   Access
	meter    *meter
	attempts int
	app      bool
	// temporary says that the key cannot be used, so that no request is sent with it.
	temporary bool

	client *s3.Client
	err    error // of the listing
}

// at makes the client for a region.
func (p *party) at(region string) {
	p.client = p.access.NewS3(region, func(o *s3.Options) {
		o.HTTPClient = p.meter
		o.RetryMaxAttempts = p.attempts
	})
}

// whose names the key at the beginning of a sentence.
func (p *party) whose() string {
	if p.app {
		return "The app's access key"
	}
	return "The provider's credentials"
}

// reader is whose rights count: the app's, or the provider's in their place.
func (r *run) reader() *party {
	if r.app != nil {
		return r.app
	}
	return r.own
}

// set keeps a result, if it was asked for.
func (r *run) set(result Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results[result.Name] = result
}

// look carries out what is left when the bucket is known to answer.
func (r *run) look(ctx context.Context) {
	r.chooseSample()
	var group sync.WaitGroup
	start := func(check func(context.Context) Result, names ...Name) {
		if r.includes(names...) {
			group.Go(func() { r.set(check(ctx)) })
		}
	}
	start(r.checkCredentials, Credentials)
	start(r.checkRegion, Region)
	start(r.checkList, List)
	start(r.checkGet, Get)
	start(r.checkManifest, Manifest)
	if r.includes(CORS, PresignedURL) {
		group.Go(func() { r.browse(ctx) })
	}
	start(r.checkPublicAccess, PublicAccess)
	start(r.checkTLSOnly, TLSOnly)
	start(r.checkVersioning, Versioning)
	start(r.checkEncryption, Encryption)
	start(r.checkLifecycle, Lifecycle)
	start(r.checkReplication, Replication)
	start(r.checkArchived, ArchivedVideos)
	start(r.checkCosts, Costs)
	group.Wait()
	if r.results[PresignedURL].Code == PresignedRefused && r.results[Get].Code == GetDenied {
		r.set(notReached(PresignedURL, Get)) // the key may not read, with or without a URL
	}
	if r.includes(ClockSkew) {
		r.set(r.checkClock())
	}
}

// collect gives the results in order. The blocker stands for the first check that it
// keeps from being made.
func (r *run) collect() []Result {
	var results []Result
	var shown *Result
	for _, name := range Names() {
		if !r.includes(name) {
			continue
		}
		result, made := r.results[name]
		switch {
		case made:
		case r.blocker == nil:
			result = Result{Name: name, Status: Skipped, Code: NotReached, Detail: "It was not checked."}
		case name == Credentials && r.blocker.Code == BucketMissing:
			result = r.credentials()
		case name == ClockSkew && r.clock.known():
			result = r.checkClock()
		case shown == nil:
			result = *r.blocker
			result.Name = name
			shown = &result
		default:
			result = notReached(name, shown.Name)
		}
		results = append(results, result)
	}
	return results
}
