package awsdiag

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

type remedied struct{}

func (remedied) Error() string  { return "no such target" }
func (remedied) Remedy() string { return "Make the target first." }

func answer(status int, code string) error {
	return fmt.Errorf("operation error S3: PutX, %w", &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: "the server's words"},
	})
}

func TestAdd(t *testing.T) {
	for want, err := range map[string]error{
		"clock is more than 15 minutes off": answer(403, "RequestTimeTooSkewed"),
		"have expired":                      answer(400, "ExpiredToken"),
		"does not accept the credentials":   answer(403, "InvalidAccessKeyId"),
		"lack a permission":                 answer(403, "AccessDenied"),
		"in another region":                 answer(301, "PermanentRedirect"),
		"does not implement":                answer(501, "NotImplemented"),
		"does not exist":                    answer(404, "NoSuchBucket"),
		"fewer requests":                    answer(503, "SlowDown"),
		"Another operation":                 answer(409, "OperationAborted"),
		"Make the target first.":            fmt.Errorf("logging: %w", remedied{}),
		"It was cancelled.":                 context.Canceled,
		"timeouts block":                    context.DeadlineExceeded,
		"web page, a proxy":                 &smithy.DeserializationError{Err: errors.New("unexpected <html>")},
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
