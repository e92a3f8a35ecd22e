package tftype

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var configurationName = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)

// ConfigurationName accepts names of the configurations of which a bucket can
// have several, such as those of metrics.
func ConfigurationName() validator.String {
	return rule{
		summary: "Invalid name of a configuration",
		wants:   "A name has 1 to 64 letters, digits, dots, hyphens and underscores.",
		check: func(name string) string {
			switch {
			case name == "":
				return "it is empty"
			case len(name) > 64:
				return "it has more than 64 characters"
			case !configurationName.MatchString(name):
				return "it has a character that S3 does not allow"
			}
			return ""
		},
	}
}
