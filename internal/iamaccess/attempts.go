package iamaccess

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// attempts watches the requests that the SDK sends for one creation. The answer
// to one may be lost after IAM has done what was asked; the SDK's next one then
// meets what the first has made.
type attempts struct {
	began time.Time
	lost  bool // some attempt had no answer that says what came of it
}

func watch() *attempts { return &attempts{began: time.Now()} }

// all has the SDK repeat whatever it sees fit to.
func (a *attempts) all(o *iam.Options) {
	inner := o.Retryer
	o.Retryer = watchedRetryer{inner, func(err error) bool {
		a.lost = a.lost || !refused(err)
		return inner.IsErrorRetryable(err)
	}}
}

// refusedOnly has the SDK repeat only what IAM surely has not done. It is for
// what must not be done twice.
func refusedOnly(o *iam.Options) {
	inner := o.Retryer
	o.Retryer = watchedRetryer{inner, func(err error) bool {
		return refused(err) && inner.IsErrorRetryable(err)
	}}
}

// made reports whether the thing in the way of a creation is the creation's own:
// an attempt's answer was lost, and the thing was made since the first attempt.
// Both times are by the server's clock, which the refusal carries.
func (a *attempts) made(refusal error, created *time.Time) bool {
	var resp *smithyhttp.ResponseError
	if !a.lost || created == nil || !errors.As(refusal, &resp) || resp.Response == nil {
		return false
	}
	now, err := http.ParseTime(resp.Response.Header.Get("Date"))
	if err != nil {
		return false
	}
	began := now.Add(-time.Since(a.began))
	return !created.Before(began.Add(-time.Second)) // both times may lack their fraction
}

// refused reports whether a request was surely not carried out: it never left,
// or the server blamed it on the sender.
func refused(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	status := awserr.Status(err)
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusRequestTimeout
}

// watchedRetryer is a retryer with another opinion on what to repeat.
type watchedRetryer struct {
	aws.Retryer
	retryable func(error) bool
}

// IsErrorRetryable implements [aws.Retryer].
func (r watchedRetryer) IsErrorRetryable(err error) bool { return r.retryable(err) }

// GetAttemptToken implements [aws.RetryerV2], which keeps the rate limit of the
// adaptive retry mode.
func (r watchedRetryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := r.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return r.GetInitialToken(), nil
}
