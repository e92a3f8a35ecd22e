// Package wire is what S3's protocol is written in: error documents, XML,
// names, ids and regions.
package wire

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

// Error is a refusal as S3 words it.
type Error struct {
	Status  int
	Code    string
	Message string
	fields  []Element         // further elements of the document
	Header  map[string]string // further response headers
}

// Element is one element of the error document.
type Element struct{ name, value string }

// Field makes a further element of an error document.
func Field(name, value string) Element { return Element{name, value} }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Fail makes a refusal.
func Fail(status int, code, message string, fields ...Element) *Error {
	return &Error{Status: status, Code: code, Message: message, fields: fields}
}

// InvalidArgument refuses the value of a parameter, header or element.
func InvalidArgument(name, value, message string) *Error {
	return Fail(400, "InvalidArgument", message, Field("ArgumentName", name), Field("ArgumentValue", value))
}

// InvalidRequest refuses a request whose parts do not go together.
func InvalidRequest(message string) *Error { return Fail(400, "InvalidRequest", message) }

// MalformedXML refuses a document that its schema does not allow.
func MalformedXML() *Error {
	return Fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// NotImplemented names what fakeaws lacks, so that a test log tells at once.
func NotImplemented(what string) *Error {
	return Fail(501, "NotImplemented", "fakeaws does not implement "+what+".")
}

// NoSuchBucket says that a bucket does not exist.
func NoSuchBucket(name string) *Error {
	return Fail(404, "NoSuchBucket", "The specified bucket does not exist", Field("BucketName", name))
}

// NoSuchKey says that an object does not exist.
func NoSuchKey(key string) *Error {
	return Fail(404, "NoSuchKey", "The specified key does not exist.", Field("Key", key))
}

// NoSuchVersion says that a version of an object does not exist.
func NoSuchVersion(key, id string) *Error {
	return Fail(404, "NoSuchVersion", "The specified version does not exist.", Field("Key", key), Field("VersionId", id))
}

// PreconditionFailed names the condition that does not hold.
func PreconditionFailed(condition string) *Error {
	return Fail(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", Field("Condition", condition))
}

// AsError turns any error of a handler into a refusal.
func AsError(err error) *Error {
	var api *Error
	if errors.As(err, &api) {
		return api
	}
	var signature *sigv4.Error
	if errors.As(err, &signature) {
		e := Fail(signature.Status, signature.Code, signature.Message)
		for _, d := range signature.Details {
			e.fields = append(e.fields, Field(d.Name, d.Value))
		}
		return e
	}
	var policy *authz.Error
	if errors.As(err, &policy) {
		return Fail(400, policy.Code, policy.Message)
	}
	return Fail(500, "InternalError", "We encountered an internal error. Please try again. ("+err.Error()+")")
}

// Write sends a refusal, with the id of the request; HEAD gets the status and
// headers alone.
func (e *Error) Write(w http.ResponseWriter, method, requestID string) {
	h := w.Header()
	for name, value := range e.Header {
		h.Set(name, value)
	}
	if method == http.MethodHead || e.Status == http.StatusNotModified {
		w.WriteHeader(e.Status)
		return
	}
	fields := append([]Element{{"Code", e.Code}, {"Message", e.Message}}, e.fields...)
	fields = append(fields, Field("RequestId", requestID), Field("HostId", HostID(requestID)))
	var b strings.Builder
	b.WriteString(xml.Header + "<Error>")
	for _, f := range fields {
		b.WriteString("<" + f.name + ">")
		_ = xml.EscapeText(&b, []byte(f.value)) // a strings.Builder takes everything
		b.WriteString("</" + f.name + ">")
	}
	b.WriteString("</Error>")
	h.Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status)
	_, _ = w.Write([]byte(b.String())) // the client may have gone: nothing to do about it
}
