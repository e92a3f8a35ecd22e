package tftype

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

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
