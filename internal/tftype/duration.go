package tftype

import (
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
