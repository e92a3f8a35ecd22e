package awserr

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// answer builds the error that the SDK returns for a service's answer.
func answer(status int, code, message string) error {
	var cause error = &smithy.GenericAPIError{Code: code, Message: message}
	if code == "" {
		cause = errors.New("no body")
	}
	return fmt.Errorf("operation error S3: X, %w", &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      cause,
	})
}

func TestClassification(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string // the one question that is answered with yes
	}{
		"absent bucket":            {answer(404, "NoSuchBucket", ""), "not found"},
		"404 to a HEAD":            {answer(404, "NotFound", ""), ""},
		"absent document":          {answer(404, "NoSuchCORSConfiguration", ""), "not found"},
		"absent user":              {answer(404, "NoSuchEntity", ""), "not found"},
		"404 of something else":    {answer(404, "", ""), ""},
		"denied":                   {answer(403, "AccessDenied", ""), "denied"},
		"denied on HEAD":           {answer(403, "Forbidden", ""), "denied"},
		"403 without a body":       {answer(403, "", ""), "denied"},
		"403 for another reason":   {answer(403, "SignatureDoesNotMatch", ""), ""},
		"document not implemented": {answer(501, "NotImplemented", ""), "unsupported"},
		"501 in HTML":              {answer(501, "", ""), "unsupported"},
		"moved":                    {answer(301, "PermanentRedirect", ""), "wrong region"},
		"moved on HEAD":            {answer(301, "", ""), "wrong region"},
		"signed for elsewhere":     {answer(400, "AuthorizationHeaderMalformed", ""), "wrong region"},
		"lost the race":            {answer(412, "PreconditionFailed", ""), "precondition"},
		"raced":                    {answer(409, "ConditionalRequestConflict", ""), "precondition"},
		"bucket busy":              {answer(409, "OperationAborted", ""), "conflict"},
		"slow down":                {answer(503, "SlowDown", ""), "throttled"},
		"not from a service":       {errors.New("dial tcp: connection refused"), ""},
		"none":                     {nil, ""},
	}
	questions := map[string]func(error) bool{
		"not found":    NotFound,
		"denied":       Denied,
		"unsupported":  Unsupported,
		"wrong region": WrongRegion,
		"precondition": PreconditionFailed,
		"conflict":     Conflict,
		"throttled":    Throttled,
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for question, ask := range questions {
				if got, want := ask(tt.err), question == tt.want; got != want {
					t.Errorf("%s = %t, want %t", question, got, want)
				}
			}
		})
	}
}

func TestParts(t *testing.T) {
	err := answer(400, "MalformedPolicy", "Invalid principal in policy")
	if got := Code(err); got != "MalformedPolicy" {
		t.Errorf("Code = %q", got)
	}
	if got := Message(err); got != "Invalid principal in policy" {
		t.Errorf("Message = %q", got)
	}
	if got := Status(err); got != 400 {
		t.Errorf("Status = %d", got)
	}
	if !IsWithMessage(err, "MalformedPolicy", "Invalid principal") {
		t.Error("IsWithMessage = false for the code and part of the message")
	}
	if IsWithMessage(err, "MalformedPolicy", "Missing required field") {
		t.Error("IsWithMessage = true for another message of the same code")
	}
	if IsWithMessage(err, "MalformedPolicyDocument", "Invalid principal") {
		t.Error("IsWithMessage = true for another code")
	}
	if plain := errors.New("x"); Code(plain) != "" || Message(plain) != "" || Status(plain) != 0 || RequestID(plain) != "" {
		t.Error("an error that no service returned has a code, message, status or request id")
	}
}
