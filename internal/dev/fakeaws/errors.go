package fakeaws

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

// hostID is the second id that S3 gives a request.
const hostID = "fakeaws"

// apiError is a refusal as S3 words it.
type apiError struct {
	status  int
	code    string
	message string
	fields  []element         // further elements of the document
	header  map[string]string // further response headers
}

// element is one element of the error document.
type element struct{ name, value string }

func field(name, value string) element { return element{name, value} }

func (e *apiError) Error() string { return e.code + ": " + e.message }

func fail(status int, code, message string, fields ...element) *apiError {
	return &apiError{status: status, code: code, message: message, fields: fields}
}

func invalidArgument(name, value, message string) *apiError {
	return fail(400, "InvalidArgument", message, field("ArgumentName", name), field("ArgumentValue", value))
}

func invalidRequest(message string) *apiError { return fail(400, "InvalidRequest", message) }

func malformedXML() *apiError {
	return fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// notImplemented names what fakeaws lacks, so that a test log tells at once.
func notImplemented(what string) *apiError {
	return fail(501, "NotImplemented", "fakeaws does not implement "+what+".")
}

func noSuchBucket(name string) *apiError {
	return fail(404, "NoSuchBucket", "The specified bucket does not exist", field("BucketName", name))
}

func noSuchKey(key string) *apiError {
	return fail(404, "NoSuchKey", "The specified key does not exist.", field("Key", key))
}

func noSuchVersion(key, id string) *apiError {
	return fail(404, "NoSuchVersion", "The specified version does not exist.", field("Key", key), field("VersionId", id))
}

func preconditionFailed(condition string) *apiError {
	return fail(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", field("Condition", condition))
}

// asAPIError turns any error of a handler into a refusal.
func asAPIError(err error) *apiError {
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	var signature *sigv4.Error
	if errors.As(err, &signature) {
		e := fail(signature.Status, signature.Code, signature.Message)
		for _, d := range signature.Details {
			e.fields = append(e.fields, field(d.Name, d.Value))
		}
		return e
	}
	var policy *authz.Error
	if errors.As(err, &policy) {
		return fail(400, policy.Code, policy.Message)
	}
	return fail(500, "InternalError", "We encountered an internal error. Please try again. ("+err.Error()+")")
}

// write sends a refusal, with the id of the request; HEAD gets the status and
// headers alone.
func (e *apiError) write(w http.ResponseWriter, method, requestID string) {
	h := w.Header()
	for name, value := range e.header {
		h.Set(name, value)
	}
	if method == http.MethodHead || e.status == http.StatusNotModified {
		w.WriteHeader(e.status)
		return
	}
	fields := append([]element{{"Code", e.code}, {"Message", e.message}}, e.fields...)
	fields = append(fields, field("RequestId", requestID), field("HostId", hostID))
	var b strings.Builder
	b.WriteString(xml.Header + "<Error>")
	for _, f := range fields {
		b.WriteString("<" + f.name + ">")
		_ = xml.EscapeText(&b, []byte(f.value)) // a strings.Builder takes everything
		b.WriteString("</" + f.name + ">")
	}
	b.WriteString("</Error>")
	h.Set("Content-Type", "application/xml")
	w.WriteHeader(e.status)
	_, _ = w.Write([]byte(b.String())) // the client may have gone: nothing to do about it
}
