package tftype

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// longestURLLifetime is for how many seconds a presigned URL is good at most.
const longestURLLifetime = 604800

const urlLifetimeRules = "S3 takes presigned URLs of 1 to 604800 seconds (7 days)."

type urlLifetime struct{}

// URLLifetime accepts the lifetimes of presigned URLs, in seconds.
func URLLifetime() validator.Int64 { return urlLifetime{} }

// Description implements [validator.Int64].
func (urlLifetime) Description(context.Context) string { return urlLifetimeRules }

// MarkdownDescription implements [validator.Int64].
func (urlLifetime) MarkdownDescription(context.Context) string { return urlLifetimeRules }

// ValidateInt64 implements [validator.Int64].
func (urlLifetime) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	switch seconds := req.ConfigValue.ValueInt64(); {
	case seconds < 1:
		resp.Diagnostics.AddAttributeError(req.Path, "Lifetime of the URL is too short",
			fmt.Sprintf("%d seconds cannot be used. %s Leave the argument out for one hour.", seconds, urlLifetimeRules))
	case seconds > longestURLLifetime:
		resp.Diagnostics.AddAttributeError(req.Path, "Lifetime of the URL is too long",
			fmt.Sprintf("%d seconds cannot be used. %s For longer access make a new URL in time, or serve the videos through CloudFront.", seconds, urlLifetimeRules))
	}
}
