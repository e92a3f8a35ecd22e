package awsclient

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// WebPageError says that a web page came back where S3, IAM or STS should have
// answered. Well-formed HTML would else pass for XML: with status 200 as an
// empty listing, with 404 as a bucket that is gone.
type WebPageError struct {
	URL    string // without the query
	Status int
}

// Error implements error.
func (e *WebPageError) Error() string {
	return fmt.Sprintf("%s answered with a web page, HTTP status %d", e.URL, e.Status)
}

// Remedy says what to do about it.
func (e *WebPageError) Remedy() string {
	return "The answer is a web page, not one of S3, IAM or STS. Check the endpoint: the console of a server, a login page or a proxy may answer there."
}

// refuseWebPages looks at every answer before the SDK reads it.
func refuseWebPages(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RefuseWebPages",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if err != nil {
				return out, metadata, err
			}
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && isWebPage(awsmiddleware.GetOperationName(ctx), resp) {
				page := &WebPageError{Status: resp.StatusCode}
				if req, ok := in.Request.(*smithyhttp.Request); ok {
					page.URL = req.URL.Scheme + "://" + req.URL.Host + req.URL.Path
				}
				return out, metadata, page
			}
			return out, metadata, nil
		}), middleware.After)
}

// isWebPage passes objects that are web pages themselves, and answers without a
// body, to which some servers give the content type of a page.
func isWebPage(operation string, resp *smithyhttp.Response) bool {
	object := resp.StatusCode < http.StatusMultipleChoices && (operation == "GetObject" || operation == "HeadObject")
	return !object && resp.ContentLength != 0 && strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "text/html")
}
