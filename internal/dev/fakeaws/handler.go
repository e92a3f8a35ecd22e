package fakeaws

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

const hostID = "fakeaws"

// call is one request on its way through the server.
type call struct {
	srv   *Server
	w     http.ResponseWriter
	r     *http.Request
	id    string // request id
	now   time.Time
	entry Entry

	op         *operation // S3 only
	query      url.Values
	bucketName string
	key        string
	bucket     *bucket // nil for operations without one
	caller     caller
	body       *sigv4.Body

	stale bool // reads answer from the state before the last write
}

// ServeHTTP answers one request of any service. It makes Server usable behind
// another listener, for example one with TLS.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{srv: s, r: r, id: newRequestID(), now: s.opts.Clock(), query: r.URL.Query()}
	// The log has a request before the client has its answer, and can count on it.
	logged := false
	record := func(status int) {
		if !logged {
			logged = true
			c.entry.Status = status
			s.log.add(c.entry)
		}
	}
	c.w = &statusWriter{ResponseWriter: w, answers: record}
	c.entry = Entry{
		Time: c.now, Method: r.Method, Service: "s3", StartAfter: c.query.Get("start-after"),
		ExpectedOwner: r.Header.Get("X-Amz-Expected-Bucket-Owner"), ExpectedSourceOwner: r.Header.Get("X-Amz-Source-Expected-Bucket-Owner"),
	}
	w.Header().Set("X-Amz-Request-Id", c.id)
	w.Header().Set("X-Amz-Id-2", hostID)
	w.Header().Set("Server", "AmazonS3")
	// What has no answer is logged too, also when that aborts the handler by a panic.
	defer record(0)

	signature, err := sigv4.Parse(r)
	if signature != nil {
		c.entry.Service = signature.Service
	} else if anonymousQueryCall(r) {
		c.entry.Service = "sts"
	}
	switch c.entry.Service {
	case "s3":
		c.serveS3(signature, err)
	case "iam", "sts":
		c.serveQuery(signature)
	default:
		c.writeError(notImplemented("the service " + c.entry.Service))
	}
}

// anonymousQueryCall tells an unsigned call of STS, such as
// AssumeRoleWithWebIdentity, from an anonymous S3 request.
func anonymousQueryCall(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == "/" &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// serveS3 routes, authenticates, disturbs and carries out an S3 request, in
// this order.
func (c *call) serveS3(signature *sigv4.Signature, signatureErr error) {
	c.bucketName, c.key = address(c.r)
	c.entry.Bucket, c.entry.Key = c.bucketName, c.key
	if c.r.Method == http.MethodOptions {
		c.entry.Operation = "CORSPreflight"
		c.entry.Principal = "anonymous"
		c.disturbed(func() { c.answer(c.preflight()) }, c.writeError)
		return
	}
	op, err := match(c.r, c.query, c.bucketName, c.key)
	if err != nil {
		c.writeError(asAPIError(err))
		return
	}
	c.op, c.entry.Operation = op, op.name
	if signatureErr != nil {
		c.writeError(asAPIError(signatureErr))
		return
	}
	if err := c.authenticate(signature); err != nil {
		c.writeError(asAPIError(err))
		return
	}
	c.adoptQuery(signature)
	c.body, err = signature.Body(c.r, c.caller.secret)
	if err != nil {
		c.writeError(asAPIError(err))
		return
	}
	release, err := c.claimConfiguration()
	if err != nil {
		c.writeError(asAPIError(err))
		return
	}
	defer release()
	c.disturbed(func() { c.answer(c.carryOut()) }, c.writeError)
}

// carryOut finds the bucket, asks for permission and runs the operation.
func (c *call) carryOut() error {
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

func (c *call) answer(err error) {
	if err != nil {
		c.writeError(asAPIError(err))
	}
}

// statusWriter tells the status when an answer begins.
type statusWriter struct {
	http.ResponseWriter
	answers func(status int)
}

func (w *statusWriter) WriteHeader(status int) {
	w.answers(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	w.answers(http.StatusOK)
	return w.ResponseWriter.Write(p)
}
