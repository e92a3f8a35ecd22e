package tftype

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// AccountID accepts the ids of AWS accounts.
func AccountID() validator.String {
	return rule{
		summary: "Invalid account ID",
		wants:   `An AWS account's ID has 12 digits, such as "123456789012", and is written in quotation marks, which keep zeros in front.`,
		check: func(id string) string {
			switch {
			case strings.Trim(id, "0123456789") != "":
				return "it has characters other than digits"
			case len(id) != 12:
				return "it does not have 12 digits"
			}
			return ""
		},
	}
}
