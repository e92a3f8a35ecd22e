package awsdiag

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

func answer(status int, code string) error {
	return fmt.Errorf("operation error S3: PutX, %w", &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: "the server's words"},
	})
}

// answerTo is the answer to a request that names the account 123456789012 in a header.
func answerTo(header string, status int, code string) error {
	return fmt.Errorf("operation error S3: PutX, %w", &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{
			StatusCode: status,
			Request:    &http.Request{Header: http.Header{header: {"123456789012"}}},
		}},
		Err: &smithy.GenericAPIError{Code: code, Message: "the server's words"},
	})
}

func TestAdd(t *testing.T) {
	for want, err := range map[string]error{
		"clock is more than 15 minutes off": answer(403, "RequestTimeTooSkewed"),
		"have expired":                      answer(400, "ExpiredToken"),
		"does not accept the credentials":   answer(403, "InvalidAccessKeyId"),
		"lack a permission":                 answer(403, "AccessDenied"),
		"The credentials belong to account 123456789012. If the bucket belongs to another account": answerTo("X-Amz-Expected-Bucket-Owner", 403, "AccessDenied"),
		"credentials belong to account 123456789012.":                                              answerTo("X-Amz-Source-Expected-Bucket-Owner", 403, "AccessDenied"),
		"in another region":    answer(301, "PermanentRedirect"),
		"does not implement":   answer(501, "NotImplemented"),
		"fewer requests":       answer(503, "SlowDown"),
		"Another operation":    answer(409, "OperationAborted"),
		"Ask the operator.":    WithRemedy(answer(403, "AccessDenied"), "Ask the operator."),
		"does not list as S3":  fmt.Errorf("listing: %w", s3wire.ErrNoProgress),
		"address of an S3 API": fmt.Errorf("listing: %w", s3wire.ErrNotListing),
		"s3_use_path_style":    fmt.Errorf("listing: %w", s3wire.ErrOtherBucket),
		"It was cancelled.":    context.Canceled,
		"timeouts block":       context.DeadlineExceeded,
		"web page, a proxy":    &smithy.DeserializationError{Err: errors.New("unexpected <html>")},
	} {
		var diags diag.Diagnostics
		Add(&diags, "read the CORS rules of", "videos", err)
		if len(diags) != 1 || diags[0].Summary() != "Could not read the CORS rules of videos" {
			t.Fatalf("%v", diags)
		}
		text := diags[0].Detail()
		if !strings.Contains(text, want) {
			t.Errorf("no remedy %q in %q", want, text)
		}
		if !strings.Contains(text, "\n\nError: ") {
			t.Errorf("the original error is missing from %q", text)
		}
	}
}

// TestWhatIsMissing reads the whole sentence: what the summary names last may well
// be there.
func TestWhatIsMissing(t *testing.T) {
	asked := func(operation, code string) error {
		service := "S3"
		if code == "NoSuchEntity" {
			service = "IAM"
		}
		return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: answer(404, code)}
	}
	// Only AWS's answers to HEAD say that something does not exist.
	headed := func(operation string) error {
		return &smithy.OperationError{ServiceID: "S3", OperationName: operation, Err: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{
				StatusCode: http.StatusNotFound, Header: http.Header{"X-Amz-Request-Id": {"1"}},
				Request: &http.Request{Method: http.MethodHead, URL: &url.URL{Host: "s3.eu-west-1.amazonaws.com"}},
			}},
			Err: &smithy.GenericAPIError{Code: "NotFound"},
		}}
	}
	for want, err := range map[string]error{
		"The bucket does not exist (it may have been deleted).\n\nError: NoSuchBucket":                                               asked("PutBucketPolicy", "NoSuchBucket"),
		"The bucket does not exist (it may have been deleted).\n\nError: NotFound":                                                   headed("HeadBucket"),
		"The object does not exist (it may have been deleted).\n\nError: NotFound":                                                   headed("HeadObject"),
		"The object does not exist (it may have been deleted).\n\nError: NoSuchKey":                                                  asked("GetObject", "NoSuchKey"),
		"The version of the object does not exist (it may have been deleted).\n\nError: NoSuchVersion":                               asked("GetObject", "NoSuchVersion"),
		"The user, role, policy or key that the error below names does not exist (it may have been deleted).\n\nError: NoSuchEntity": asked("CreateAccessKey", "NoSuchEntity"),
		"This part of the bucket's configuration does not exist (it may have been deleted).\n\nError: NoSuchCORSConfiguration":       asked("GetBucketCors", "NoSuchCORSConfiguration"),
	} {
		if got := Detail(err); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestDeniedWrites does not say of a write that the resource may still exist: that is
// for what cannot be read or deleted.
func TestDeniedWrites(t *testing.T) {
	for operation, want := range map[string]bool{
		"PutObject": false, "CreateMultipartUpload": false, "CompleteMultipartUpload": false, "PutBucketCors": false, "CreateUser": false, "TagRole": false,
		"GetObject": true, "HeadBucket": true, "ListObjectsV2": true, "DeleteBucket": true, "DeleteObject": true,
	} {
		t.Run(operation, func(t *testing.T) {
			text := Detail(&smithy.OperationError{ServiceID: "S3", OperationName: operation, Err: answer(403, "AccessDenied")})
			if !strings.HasPrefix(text, "The credentials in use lack a permission") {
				t.Errorf("got %q, want the cause first", text)
			}
			if got := strings.Contains(text, "may still exist"); got != want {
				t.Errorf("got %t, want %t: %q", got, want, text)
			}
		})
	}
}

func TestTheServersWordsAreKept(t *testing.T) {
	var diags diag.Diagnostics
	AddAttribute(&diags, path.Root("bucket"), "make", "videos", answer(400, "InvalidBucketName"))
	if got, want := diags[0].Detail(), "Error: InvalidBucketName: the server's words (HTTP status 400)"; got != want {
		t.Errorf("detail %q, want %q", got, want)
	}
	at, ok := diags[0].(diag.DiagnosticWithPath)
	if !ok || !at.Path().Equal(path.Root("bucket")) {
		t.Errorf("not on the attribute: %v", diags[0])
	}
}

func TestServersWithoutIAM(t *testing.T) {
	request := &http.Request{URL: &url.URL{Host: "localhost:7070"}}
	failure := func(service, code string, status int) error {
		return &smithy.OperationError{ServiceID: service, OperationName: "X", Err: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: http.Header{"Server": {"VERSITYGW"}}, Request: request}},
			Err:      &smithy.GenericAPIError{Code: code},
		}}
	}
	const words = "The request went to the server VERSITYGW at localhost:7070, which does not implement IAM. " +
		"Leave out of the configuration what needs IAM, or name a server that has it in the endpoints block of the provider."
	for name, tt := range map[string]struct {
		err     error
		missing bool
	}{
		"refused":              {failure("IAM", "UnknownError", 405), true},
		"refused in S3's way":  {failure("IAM", "UnknownError", 403), true},
		"not implemented":      {failure("IAM", "UnknownError", 501), true},
		"in trouble":           {failure("IAM", "UnknownError", 503), false},
		"refused in IAM's way": {failure("IAM", "NoSuchEntity", 404), false},
		"of S3":                {failure("S3", "UnknownError", 405), false},
	} {
		if got := Detail(tt.err); strings.Contains(got, words) != tt.missing {
			t.Errorf("%s: %s", name, got)
		}
	}
}
