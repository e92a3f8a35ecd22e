package awsclient

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logRequests tells TF_LOG=DEBUG of every request that is sent, repeats
// included. Headers, queries and bodies stay out of it: they hold signatures,
// tokens and keys.
func logRequests(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("LogRequests",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			start := time.Now()
			out, metadata, err := next.HandleDeserialize(ctx, in)
			fields := map[string]any{
				"service":   awsmiddleware.GetServiceID(ctx),
				"operation": awsmiddleware.GetOperationName(ctx),
				"duration":  time.Since(start).String(),
			}
			if req, ok := in.Request.(*smithyhttp.Request); ok {
				fields["method"], fields["host"], fields["path"] = req.Method, req.URL.Host, req.URL.Path
			}
			if resp, ok := out.RawResponse.(*smithyhttp.Response); ok {
				fields["status"] = resp.StatusCode
			}
			tflog.Debug(ctx, "AWS request", fields)
			return out, metadata, err
		}), middleware.After)
}
