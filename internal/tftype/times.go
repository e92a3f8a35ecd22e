package tftype

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DurationBetween accepts durations, as Go writes them, from shortest to longest.
func DurationBetween(shortest, longest time.Duration) validator.String {
	return rule{
		summary: "Invalid duration",
		wants:   fmt.Sprintf(`It must be numbers with units, h, m or s, such as "90m" or "1h30m", from %s to %s.`, brief(shortest), brief(longest)),
		check: func(value string) string {
			d, err := time.ParseDuration(value)
			switch {
			case err != nil:
				return "it is not a duration"
			case d < shortest:
				return "it is too short"
			case d > longest:
				return "it is too long"
			}
			return ""
		},
	}
}

// brief writes 15m for what Go writes 15m0s.
func brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Midnight accepts the beginning of a day in UTC, written in the one way in which
// S3 answers it.
func Midnight() validator.String {
	return rule{
		summary: "Invalid date",
		wants:   `It must be the beginning of a day in UTC, such as "2030-01-31T00:00:00Z".`,
		check: func(value string) string {
			date, err := time.Parse(time.RFC3339Nano, value)
			switch {
			case err != nil:
				return "it is not a date and time as RFC 3339 writes them"
			case !date.Equal(date.UTC().Truncate(24 * time.Hour)):
				return "it is not midnight in UTC, when S3 changes days"
			case date.UTC().Format(time.RFC3339) != value:
				return "S3 would answer it as " + date.UTC().Format(time.RFC3339)
			}
			return ""
		},
	}
}

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
