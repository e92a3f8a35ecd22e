package tftype

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	notInIAMName = regexp.MustCompile(`[^\w+=,.@-]`)
	notInKeyID   = regexp.MustCompile(`\W`)
	iamPath      = regexp.MustCompile(`^/([!-~]+/)?$`)
)

// IAMName accepts names of IAM users, roles, policies and instance profiles of at
// most longest characters.
func IAMName(longest int) validator.String {
	return rule{
		summary: "Invalid IAM name",
		wants:   fmt.Sprintf("A name has 1 to %d letters of English, digits and characters of +=,.@_- alone; names that differ only by case count as one.", longest),
		check: func(name string) string {
			wrong := notInIAMName.FindString(name)
			switch {
			case name == "":
				return "it is empty"
			case wrong == "/":
				return `it has a slash, which belongs into "path"`
			case wrong != "":
				return fmt.Sprintf("it has the character %q", wrong)
			case len(name) > longest:
				return fmt.Sprintf("it has %d characters", len(name))
			}
			return ""
		},
	}
}

// AccessKeyID accepts what IAM takes for the ID of an access key.
func AccessKeyID() validator.String {
	return rule{
		summary: "Invalid access key ID",
		wants:   `An access key's ID has 16 to 128 letters and digits, such as "AKIAIOSFODNN7EXAMPLE".`,
		check: func(id string) string {
			wrong := notInKeyID.FindString(id)
			switch {
			case id == "":
				return "it is empty"
			case wrong != "":
				return fmt.Sprintf("it has the character %q", wrong)
			case len(id) < 16, len(id) > 128:
				return fmt.Sprintf("it has %d characters", len(id))
			}
			return ""
		},
	}
}

// IAMPath accepts paths of IAM users, roles and instance profiles.
func IAMPath() validator.String {
	return rule{
		summary: "Invalid IAM path",
		wants:   `A path begins and ends with a slash, such as "/fovea/", and has at most 512 characters, of ASCII and without spaces.`,
		check: func(path string) string {
			switch {
			case !strings.HasPrefix(path, "/"):
				return "it does not begin with a slash"
			case !strings.HasSuffix(path, "/"):
				return "it does not end with a slash"
			case len(path) > 512:
				return fmt.Sprintf("it has %d characters", len(path))
			case !iamPath.MatchString(path):
				return "it has a character that IAM does not allow in a path, or nothing between its slashes"
			}
			return ""
		},
	}
}

// NoPattern refuses, in keys and prefixes that go into a policy, what a policy
// takes for a pattern or a variable: it would allow more than what was written.
func NoPattern() validator.String {
	return rule{
		summary: "Pattern in a key or prefix",
		wants:   `Keys and prefixes are taken literally, so they have no *, ? or ${. A prefix such as "clips/" covers every key that begins with it.`,
		check: func(value string) string {
			for _, special := range []string{"*", "?", "${"} {
				if strings.Contains(value, special) {
					return fmt.Sprintf("it has %s, which a policy takes for a pattern or a variable", special)
				}
			}
			return ""
		},
	}
}

var servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

// ServicePrincipal accepts names of AWS services in policies.
func ServicePrincipal() validator.String {
	return rule{
		summary: "Invalid service principal",
		wants:   `It must be the name of an AWS service as policies have it, such as "ec2.amazonaws.com".`,
		check: func(name string) string {
			if !servicePrincipal.MatchString(name) {
				return "it is not the name of a service"
			}
			return ""
		},
	}
}

// GitHubSubject accepts exact subjects of the tokens that GitHub gives workflows.
func GitHubSubject() validator.String {
	return rule{
		summary: "Invalid GitHub subject",
		wants:   `Name each branch, tag or environment exactly, such as "repo:owner/name:ref:refs/heads/main" or "repo:owner/name:environment:production".`,
		check: func(subject string) string {
			fault := inexact(subject, "workflows that anybody starts, such as those of pull requests")
			if fault == "" && !strings.Contains(subject, ":") {
				return "it has no colon, which every subject has"
			}
			return fault
		},
	}
}

// TokenClaim accepts exact values of a claim of the tokens of any OIDC provider.
func TokenClaim(claim string) validator.String {
	return rule{
		summary: "Invalid " + claim,
		wants:   fmt.Sprintf("Name each %s exactly, as the tokens have it.", claim),
		check:   func(value string) string { return inexact(value, "tokens that anybody gets") },
	}
}

// inexact says why a value of a claim is not exact, "" if it is. trusts is what a pattern
// could trust.
func inexact(value, trusts string) string {
	switch {
	case value == "":
		return "it is empty"
	case strings.ContainsAny(value, "*?"):
		return "it is a pattern, which can trust " + trusts
	case strings.Contains(value, "${"):
		return "it has ${, which a policy takes for a variable"
	}
	return ""
}

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
