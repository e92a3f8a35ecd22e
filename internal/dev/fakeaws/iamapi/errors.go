package iamapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// apiError is a refusal as AWS words it.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func fail(status int, code, format string, args ...any) *apiError {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

func noSuchEntity(format string, args ...any) *apiError {
	return fail(http.StatusNotFound, "NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) *apiError {
	return fail(http.StatusConflict, "EntityAlreadyExists", format, args...)
}

func deleteConflict(message string) *apiError {
	return fail(http.StatusConflict, "DeleteConflict", "%s", message)
}

func limitExceeded(format string, args ...any) *apiError {
	return fail(http.StatusConflict, "LimitExceeded", format, args...)
}

func invalid(format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, "ValidationError", format, args...)
}

func invalidInput(format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, "InvalidInput", format, args...)
}

func accessDenied(format string, args ...any) *apiError {
	return fail(http.StatusForbidden, "AccessDenied", format, args...)
}

// notImplemented names what is lacking, so that a test log tells at once.
func notImplemented(what string) *apiError {
	return fail(http.StatusNotImplemented, "NotImplemented", "fakeaws does not implement %s.", what)
}

// asAPIError turns any error of an operation into a refusal.
func asAPIError(err error) *apiError {
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	var policy *authz.Error
	if errors.As(err, &policy) {
		return fail(http.StatusBadRequest, policy.Code, "%s", policy.Message)
	}
	return fail(http.StatusInternalServerError, "ServiceFailure", "The request processing has failed because of an unknown error: %s", err)
}
