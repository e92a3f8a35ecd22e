// Package awserr answers questions about errors that AWS, or a server that
// speaks its protocols, returned. It looks at error codes and HTTP statuses;
// message text decides only where AWS gives one code two meanings.
package awserr

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Code returns the service's error code, such as "NoSuchBucket", or "" when
// err did not come from a service.
func Code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Message returns the service's own message, without the operation and
// request id that the SDK puts around it, or "" when err did not come from a
// service.
func Message(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}

// Status returns the HTTP status of the answer, or 0 when there was none.
func Status(err error) int {
	var resp *smithyhttp.ResponseError
	if errors.As(err, &resp) {
		return resp.HTTPStatusCode()
	}
	return 0
}

// RequestID returns the id that AWS support asks for, or "".
func RequestID(err error) string {
	var with interface{ ServiceRequestID() string }
	if errors.As(err, &with) {
		return with.ServiceRequestID()
	}
	return ""
}

// Is reports whether err carries one of the codes.
func Is(err error, codes ...string) bool {
	code := Code(err)
	return code != "" && slices.Contains(codes, code)
}

// IsWithMessage reports whether err carries the code and its message contains
// part. It is for the codes that AWS uses both for a passing and for a final
// condition.
func IsWithMessage(err error, code, part string) bool {
	return Is(err, code) && strings.Contains(Message(err), part)
}

// Denied reports whether the caller lacks a permission.
func Denied(err error) bool {
	return Is(err, "AccessDenied", "Forbidden", "AccessDeniedException", "AllAccessDisabled") ||
		Code(err) == "" && Status(err) == http.StatusForbidden
}

// CredentialsRefused reports whether the server does not accept the access key, its
// secret or its session, whatever they would be allowed to do.
func CredentialsRefused(err error) bool {
	return Is(err, "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken",
		"UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException")
}

// KMSDenied reports whether the caller may not use the KMS key of an object, which has
// the code of every other denial.
func KMSDenied(err error) bool {
	return Denied(err) && strings.Contains(strings.ToLower(Message(err)), "kms")
}

// Unsupported reports whether the server does not implement what was asked, as
// S3-compatible servers answer for the documents that they lack. Some answer another
// question than the one that was asked, or nothing, with success.
func Unsupported(err error) bool {
	var answer *ForeignAnswer
	if errors.As(err, &answer) {
		return answer.NotImplemented
	}
	return Is(err, "NotImplemented", "XNotImplemented", "MethodNotAllowed", "UnsupportedArgument", "UnsupportedOperation") ||
		Status(err) == http.StatusNotImplemented
}

// Operation names what was asked of the service, such as "HeadBucket", or "" when
// err does not say.
func Operation(err error) string {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return operation.Operation()
	}
	return ""
}

// MissingService names the service, such as "IAM", that err is a refusal of, if
// the refusal is not in the service's own words: the server then speaks another
// protocol, as those that only have S3's do. It is "" for all other errors.
func MissingService(err error) string {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return ""
	}
	service, status := operation.Service(), Status(err)
	refused := status >= http.StatusBadRequest && status < http.StatusInternalServerError || status == http.StatusNotImplemented
	if service != "IAM" && service != "STS" || !refused || !Is(err, "UnknownError") {
		return ""
	}
	return service
}

// WrongRegion reports whether the bucket lives in another region than the one
// the request was signed for.
func WrongRegion(err error) bool {
	switch Status(err) {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect:
		return true
	}
	return Is(err, "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")
}

// PreconditionFailed reports whether another writer changed the object that a
// conditional write was based on: read it again before writing.
func PreconditionFailed(err error) bool {
	return Is(err, "PreconditionFailed", "ConditionalRequestConflict")
}

// ExpectedOwner returns the account that the failed request named as the owner of the
// bucket, or "". S3 denies a request about the bucket of another account.
func ExpectedOwner(err error) string {
	var resp *smithyhttp.ResponseError
	if !errors.As(err, &resp) || resp.Response == nil || resp.Response.Response == nil || resp.Response.Request == nil {
		return ""
	}
	header := resp.Response.Request.Header
	return cmp.Or(header.Get("X-Amz-Expected-Bucket-Owner"), header.Get("X-Amz-Source-Expected-Bucket-Owner"))
}

// Conflict reports whether another operation on the same bucket was running,
// which S3 asks its clients to wait for.
func Conflict(err error) bool {
	return Is(err, "OperationAborted")
}

// Throttled reports whether the server asks for fewer requests.
func Throttled(err error) bool {
	return Is(err, "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "ServiceUnavailable")
}
