package fakeaws

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// Fault is a disturbance of the operations it matches. Its parts combine:
// Hook runs first, Latency is waited for next, then comes the answer.
//
// With Status, Body or Foreign set the answer takes the place of the operation, which
// is not carried out. Faults strike after the signature was checked and before
// permissions are.
type Fault struct {
	Operation string // AWS operation name; "*" or "" matches any
	Bucket    string // exact; "" matches any
	Key       string // exact; "" matches any

	Skip  int // let this many matches pass first
	Times int // strike this many times; 0 means until removed

	// PerSecond, above 0, lets as many requests pass and strikes the others. The
	// answer defaults to 503 SlowDown.
	PerSecond float64

	Status        int // HTTP status of the error answer
	Code, Message string
	Body          string // raw body in place of an error document; Status defaults to 200
	ContentType   string // of Body; default "text/html", and none with Foreign
	// Foreign answers with Status, ContentType and Body alone, which may be empty: like
	// a proxy that does not reach the server. No header of S3's is sent.
	Foreign bool

	// Latency is waited for, at most until the client gives up.
	Latency time.Duration
	// LoseResponse carries the operation out and drops the connection
	// without an answer.
	LoseResponse bool
	// CutAfter, above 0, carries the operation out and ends the answer cleanly after
	// that many bytes of its body.
	CutAfter int
	// Stale makes reads of a bucket document, and HEAD of a bucket, answer
	// from the state before the last write.
	Stale bool
	// Hook is called when the fault strikes. It may block, or send requests.
	Hook func()
}

// Inject adds a fault and returns the function that removes it.
func (s *Server) Inject(f Fault) (remove func()) { return s.faults.add(f) }

type activeFault struct {
	Fault
	matches int
	rate    rateLimit
}

// applies counts a matching request and tells whether it is struck.
func (a *activeFault) applies(now time.Time) bool {
	a.matches++
	if a.matches <= a.Skip || a.Times > 0 && a.matches > a.Skip+a.Times {
		return false
	}
	return a.PerSecond <= 0 || !a.rate.pass(a.PerSecond, now)
}

type faults struct {
	mu     sync.Mutex
	active []*activeFault
}

func (s *faults) add(f Fault) (remove func()) {
	if f.PerSecond > 0 && f.Status == 0 && f.Body == "" {
		f.Status, f.Code, f.Message = http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."
	}
	a := &activeFault{Fault: f}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = append(s.active, a)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.active = slices.DeleteFunc(s.active, func(x *activeFault) bool { return x == a })
	}
}

// strike gives the faults that apply to this request, in order of injection.
func (s *faults) strike(now time.Time, operation, bucket, key string) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hit []Fault
	for _, a := range s.active {
		if a.Operation != "" && a.Operation != "*" && a.Operation != operation ||
			a.Bucket != "" && a.Bucket != bucket || a.Key != "" && a.Key != key {
			continue
		}
		if a.applies(now) {
			hit = append(hit, a.Fault)
		}
	}
	return hit
}

// disturbed carries a request out under the faults that match it: run does
// the work, refuse writes an error document.
func (x *exchange) disturbed(run func(), refuse func(*wire.Error)) {
	lose := false
	for _, f := range x.srv.faults.strike(x.now, x.entry.Operation, x.entry.Bucket, x.entry.Key) {
		if f.Hook != nil {
			f.Hook()
		}
		if f.Latency > 0 {
			x.hold(f.Latency)
		}
		switch {
		case f.Body != "" || f.Foreign:
			x.rawAnswer(f)
			return
		case f.Status != 0:
			refuse(wire.Fail(f.Status, f.Code, f.Message))
			return
		}
		lose = lose || f.LoseResponse
		if f.CutAfter > 0 {
			x.w = &cutWriter{x.w, f.CutAfter}
		}
		x.stale = x.stale || f.Stale
	}
	if !lose {
		run()
		return
	}
	x.w = &discardWriter{header: http.Header{}}
	run()
	panic(http.ErrAbortHandler)
}

// hold keeps the request waiting until the client gives up at most.
func (x *exchange) hold(latency time.Duration) {
	if x.s3 != nil {
		x.s3.Buffer()
	}
	timer := time.NewTimer(latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

func (x *exchange) rawAnswer(f Fault) {
	contentType, status := f.ContentType, f.Status
	if contentType == "" && !f.Foreign {
		contentType = "text/html"
	}
	if status == 0 {
		status = http.StatusOK
	}
	x.entry.Code = f.Code
	if f.Foreign {
		clear(x.w.Header())
	}
	x.w.Header()["Content-Type"] = nil // else net/http finds one out
	if contentType != "" {
		x.w.Header().Set("Content-Type", contentType)
	}
	x.w.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		_, _ = x.w.Write([]byte(f.Body)) // the client may have gone
	}
}

// discardWriter swallows the answer of an operation whose response is lost.
type discardWriter struct{ header http.Header }

func (d *discardWriter) Header() http.Header { return d.header }

func (d *discardWriter) Write(p []byte) (int, error) { return len(p), nil }

func (d *discardWriter) WriteHeader(int) {}

// cutWriter passes on the beginning of a body and swallows the rest.
type cutWriter struct {
	http.ResponseWriter
	left int
}

func (c *cutWriter) WriteHeader(status int) {
	c.Header().Del("Content-Length")
	c.ResponseWriter.WriteHeader(status)
}

func (c *cutWriter) Write(p []byte) (int, error) {
	c.Header().Del("Content-Length")
	begin := p[:min(len(p), c.left)]
	c.left -= len(begin)
	_, err := c.ResponseWriter.Write(begin)
	return len(p), err
}

// rateLimit lets requests pass at a rate, and a tenth of a second's worth of
// them at once. The zero value is full.
type rateLimit struct {
	used float64 // requests that passed and are not yet worked off
	at   time.Time
}

// pass tells whether a request at the time now keeps within the rate.
func (r *rateLimit) pass(perSecond float64, now time.Time) bool {
	r.used = max(0, r.used-now.Sub(r.at).Seconds()*perSecond)
	r.at = now
	if r.used+1 > max(1, perSecond/10) {
		return false
	}
	r.used++
	return true
}
