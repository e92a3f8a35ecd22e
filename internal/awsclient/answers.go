package awsclient

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// BrokenAnswerError says that an answer began and did not come to its end. What it
// wraps has the HTTP status, which tells a refusal from a request that may have been
// carried out.
type BrokenAnswerError struct {
	Operation string
	Host      string
	Status    int
	Err       error
	attempt   int
}

// Error implements error.
func (e *BrokenAnswerError) Error() string {
	return fmt.Sprintf("the answer of %s to %s broke off (HTTP status %d, attempt %d): %v", e.Host, e.Operation, e.Status, e.attempt, e.Err)
}

// Unwrap gives the failure to read the answer.
func (e *BrokenAnswerError) Unwrap() error { return e.Err }

// RetryableError tells the SDK whether to send the request again.
func (e *BrokenAnswerError) RetryableError() bool { return e.attempt < unansweredAttempts }

// noticeBrokenAnswers looks at what the SDK could not read.
func noticeBrokenAnswers(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("NoticeBrokenAnswers",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if !brokeOff(err) {
				return out, metadata, err
			}
			broken := &BrokenAnswerError{Operation: awsmiddleware.GetOperationName(ctx), Err: err, attempt: unanswered(ctx)}
			if req, ok := in.Request.(*smithyhttp.Request); ok {
				broken.Host = req.URL.Host
			}
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
				broken.Status = resp.StatusCode
			}
			return out, metadata, broken
		}), middleware.Before)
}

// brokeOff reports whether the body of an answer could not be read to its end.
func brokeOff(err error) bool {
	var (
		sending *smithyhttp.RequestSendError
		silence *SilenceError
		syntax  *xml.SyntaxError
		reading *net.OpError
	)
	if err == nil || errors.As(err, &sending) || errors.As(err, &silence) { // no answer has begun, or it has a name
		return false
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &reading) ||
		errors.As(err, &syntax) && syntax.Msg == "unexpected EOF"
}

// refuseForeignAnswers looks at every answer before the SDK reads it: the SDK takes
// well-formed HTML for XML, text for an empty listing, and any 404 to HEAD for proof.
func refuseForeignAnswers(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RefuseForeignAnswers",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if err != nil {
				return out, metadata, err
			}
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
				err = awserr.CheckAnswer(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx), resp.Response)
			}
			return out, metadata, err
		}), middleware.After)
}
