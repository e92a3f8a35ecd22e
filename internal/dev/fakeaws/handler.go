package fakeaws

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/s3api"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// exchange is one request on its way through the server, and its answer.
type exchange struct {
	srv   *Server
	w     http.ResponseWriter
	r     *http.Request
	id    string // request id
	now   time.Time
	query url.Values
	entry Entry
	s3    *s3api.Call // nil for the other services

	stale bool // by a fault: reads answer from the state before the last write
}

// ServeHTTP answers one request of any service. It makes Server usable behind
// another listener, for example one with TLS.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{srv: s, r: r, id: wire.NewRequestID(), now: s.opts.Clock(), query: r.URL.Query()}
	// The log has a request before the client has its answer, and can count on it.
	logged := false
	record := func(status int) {
		if !logged {
			logged = true
			x.entry.Status = status
			s.log.add(x.entry)
		}
	}
	x.w = &answerWriter{ResponseWriter: w, answers: record}
	x.entry = Entry{
		Time: x.now, Method: r.Method, Service: "s3", StartAfter: x.query.Get("start-after"),
		ExpectedOwner: r.Header.Get("X-Amz-Expected-Bucket-Owner"), ExpectedSourceOwner: r.Header.Get("X-Amz-Source-Expected-Bucket-Owner"),
	}
	w.Header().Set("X-Amz-Request-Id", x.id)
	w.Header().Set("X-Amz-Id-2", wire.HostID(x.id))
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("Date", x.now.UTC().Format(http.TimeFormat))
	// What has no answer is logged too, also when that aborts the handler by a panic.
	defer record(0)

	signature, err := sigv4.Parse(r)
	if signature != nil {
		x.entry.Service = signature.Service
	} else if anonymousQueryCall(r) {
		x.entry.Service = "sts"
	}
	switch x.entry.Service {
	case "s3":
		x.serveS3(signature, err)
	case "iam", "sts":
		x.serveQuery(signature)
	default:
		x.refuseS3(wire.NotImplemented("the service " + x.entry.Service))
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
func (x *exchange) serveS3(signature *sigv4.Signature, signatureErr error) {
	x.s3 = x.srv.s3.NewCall(x.r, x.query, x.now)
	x.entry.Bucket, x.entry.Key = x.s3.Target()
	operation, err := x.s3.Route()
	if err != nil {
		x.refuseS3(wire.AsError(err))
		return
	}
	x.entry.Operation = operation
	if x.s3.Anonymous() {
		signature, signatureErr = nil, nil
	}
	if signatureErr != nil {
		x.refuseS3(wire.AsError(signatureErr))
		return
	}
	from, err := x.authenticate(signature)
	if err != nil {
		x.refuseS3(wire.AsError(err))
		return
	}
	release, err := x.s3.Admit(from)
	if err != nil {
		x.refuseS3(wire.AsError(err))
		return
	}
	defer release()
	x.disturbed(func() {
		if err := x.s3.Run(x.w, x.stale); err != nil {
			x.refuseS3(wire.AsError(err))
		}
	}, x.refuseS3)
}

// refuseS3 writes an error document of S3.
func (x *exchange) refuseS3(e *wire.Error) {
	x.entry.Code = e.Code
	e.Write(x.w, x.r.Method, x.id)
}

// answerWriter tells the status when an answer begins, and spells its headers as AWS
// does.
type answerWriter struct {
	http.ResponseWriter
	answers func(status int)
}

func (w *answerWriter) WriteHeader(status int) {
	w.answers(status)
	wire.SpellHeaders(w.Header())
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(p []byte) (int, error) {
	w.answers(http.StatusOK)
	wire.SpellHeaders(w.Header())
	return w.ResponseWriter.Write(p)
}

// authenticate checks the signature and returns the caller. A nil signature
// stands for an anonymous request.
func (x *exchange) authenticate(signature *sigv4.Signature) (s3api.Caller, error) {
	if signature == nil {
		x.entry.Principal = "anonymous"
		return s3api.Caller{Principal: authz.Principal{Anonymous: true}}, nil
	}
	key, ok := x.srv.accounts.Key(signature.AccessKeyID)
	if !ok || !key.Active {
		return s3api.Caller{}, wire.Fail(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", wire.Field("AWSAccessKeyId", signature.AccessKeyID))
	}
	if signature.Token != key.SessionToken {
		return s3api.Caller{}, wire.Fail(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
	}
	if !key.Expires.IsZero() && !x.now.Before(key.Expires) {
		return s3api.Caller{}, wire.Fail(400, "ExpiredToken", "The provided token has expired.")
	}
	hash, err := x.queryBodyHash()
	if err != nil {
		return s3api.Caller{}, err
	}
	if err := signature.Verify(x.r, key.Secret, hash); err != nil {
		return s3api.Caller{}, err
	}
	if err := signature.CheckTime(x.now); err != nil {
		return s3api.Caller{}, err
	}
	if !wire.KnownRegion(signature.Region) {
		return s3api.Caller{}, x.wrongScope(signature)
	}
	x.entry.Principal = key.Principal.ARN
	from := s3api.Caller{Principal: key.Principal, Signature: signature, Secret: key.Secret}
	if account := x.srv.accounts.Get(key.Principal.AccountID); account != nil {
		from.Policies = account.PoliciesOf(key.Principal)
	}
	return from, nil
}

func (x *exchange) wrongScope(signature *sigv4.Signature) error {
	expected := x.srv.opts.Region
	message := "the region '" + signature.Region + "' is wrong; expecting '" + expected + "'"
	if signature.Presigned {
		return wire.Fail(400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; "+message, wire.Field("Region", expected))
	}
	return wire.Fail(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+message, wire.Field("Region", expected))
}
