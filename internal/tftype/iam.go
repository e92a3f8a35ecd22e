package tftype

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	iamName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	iamPath = regexp.MustCompile(`^/([!-~]*/)?$`)
)

// IAMName accepts names of IAM users, roles, policies and instance profiles of at
// most longest characters.
func IAMName(longest int) validator.String {
	return rule{
		summary: "Invalid IAM name",
		wants:   "A name has letters, digits and the characters +=,.@_- alone; names that differ only by case count as one.",
		check: func(name string) string {
			switch {
			case name == "":
				return "it is empty"
			case len(name) > longest:
				return "it is too long for IAM"
			case !iamName.MatchString(name):
				return "it has a character that IAM does not allow"
			}
			return ""
		},
	}
}

// IAMPath accepts paths of IAM users, roles and instance profiles.
func IAMPath() validator.String {
	return rule{
		summary: "Invalid IAM path",
		wants:   `A path begins and ends with a slash, such as "/fovea/", and has at most 512 characters without spaces.`,
		check: func(path string) string {
			switch {
			case len(path) > 512:
				return "it is too long for IAM"
			case !iamPath.MatchString(path):
				return "IAM does not take it for a path"
			}
			return ""
		},
	}
}
