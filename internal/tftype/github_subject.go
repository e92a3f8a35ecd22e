package tftype

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// GitHubSubject accepts exact subjects of the tokens that GitHub gives workflows.
func GitHubSubject() validator.String {
	return rule{
		summary: "Invalid GitHub subject",
		wants:   `Name each branch, tag or environment exactly, such as "repo:owner/name:ref:refs/heads/main" or "repo:owner/name:environment:production".`,
		check: func(subject string) string {
			switch {
			case subject == "":
				return "it is empty"
			case strings.ContainsAny(subject, "*?"):
				return "it is a pattern, which can trust workflows that anybody starts, such as those of pull requests"
			case strings.Contains(subject, "${"):
				return "it has ${, which a policy takes for a variable"
			case !strings.Contains(subject, ":"):
				return "it has no colon, which every subject has"
			}
			return ""
		},
	}
}
