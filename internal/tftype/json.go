package tftype

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// JSONObject accepts a JSON object, such as a policy.
func JSONObject() validator.String {
	return rule{
		summary: "Invalid JSON",
		wants:   "It must be a JSON object, as jsonencode makes one.",
		check: func(value string) string {
			var object map[string]any
			if err := json.Unmarshal([]byte(value), &object); err != nil {
				return "it is not a JSON object: " + err.Error()
			}
			return ""
		},
	}
}
