package iamaccess

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// attempts watches the requests that the SDK sends for one creation. The answer
// to one may be lost after IAM has done what was asked; the SDK's next one then finds
// what the first has created.
type attempts struct {
	clock wait.Clock
	began time.Time
	lost  bool // the outcome of some attempt is not known
}

func (s *Store) watch() *attempts { return &attempts{clock: s.clock, began: s.clock.Now()} }

// all has the SDK repeat what it usually repeats.
func (a *attempts) all(o *iam.Options) {
	inner := o.Retryer
	o.Retryer = watchedRetryer{inner, func(err error) bool {
		a.lost = a.lost || !refused(err)
		return inner.IsErrorRetryable(err)
	}}
}

// refusedOnly has the SDK repeat only what IAM has certainly not done. It is for requests
// that must not be carried out twice.
func refusedOnly(o *iam.Options) {
	inner := o.Retryer
	o.Retryer = watchedRetryer{inner, func(err error) bool {
		return refused(err) && inner.IsErrorRetryable(err)
	}}
}

// found is what a lookup after a creation shows.
type found struct {
	created  *time.Time
	asAsked  bool // it has what was asked for: path, tags, and a role the trust policy
	metadata middleware.Metadata
}

// unclear reports whether a creation that ended with err may have succeeded all the same:
// the name is taken, perhaps by the creation itself, the outcome of an attempt is not
// known, or the answer is empty.
func (a *attempts) unclear(err error) bool {
	return err == nil || a.lost || awserr.Is(err, "EntityAlreadyExists")
}

// recognise looks for what an unclear creation has created, also when ctx has ended, and
// reports whether it is the creation's own. IAM may not show it at once.
func (s *Store) recognise(ctx context.Context, a *attempts, failure error, look func(context.Context) (found, error)) (own bool, err error) {
	ctx, cancel := outlive(ctx)
	defer cancel()
	var seen found
	err = s.until(ctx, conflictPatience, func() (bool, error) {
		var err error
		seen, err = look(ctx)
		return absent(err) && (failure == nil || a.lost), err
	})
	return err == nil && (failure == nil || a.made(failure, seen)), err
}

// made reports whether what was found is the creation's own: an attempt's answer was lost,
// and the thing was created since the first attempt, as it was asked for. Both times are
// by the server's clock, which an answer carries.
func (a *attempts) made(failure error, seen found) bool {
	if !a.lost || !seen.asAsked || seen.created == nil {
		return false
	}
	now, known := serverTime(failure, seen.metadata)
	if !known {
		return false
	}
	began := now.Add(-a.clock.Now().Sub(a.began))
	return !seen.created.Before(began.Add(-time.Second)) // both times may lack their fraction
}

// serverTime is that of the lookup, or of the refusal before it.
func serverTime(failure error, lookup middleware.Metadata) (time.Time, bool) {
	if now, ok := awsmiddleware.GetServerTime(lookup); ok && !now.IsZero() {
		return now, true
	}
	var resp *smithyhttp.ResponseError
	if !errors.As(failure, &resp) || resp.Response == nil {
		return time.Time{}, false
	}
	now, err := http.ParseTime(resp.Response.Header.Get("Date"))
	return now, err == nil
}

// unresolved is the error of a creation whose outcome is not clear, after a lookup that
// ended with the given error.
func unresolved(kind Kind, name string, failure, lookup error) error {
	switch {
	case failure == nil:
		failure = errEmpty
	case absent(lookup): // then it has created nothing
		return failure
	}
	return &UnclearCreationError{Kind: kind, Name: name, Found: lookup == nil, Err: errors.Join(failure, lookup)}
}

// refused reports whether a request was certainly not carried out: it was never sent, or
// the server answered that the request is at fault.
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
