package awsclient

import (
	"context"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

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
