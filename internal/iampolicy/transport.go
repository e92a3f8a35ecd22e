package iampolicy

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// RequiresTLS reports whether a bucket's policy denies everyone to list the bucket and to
// read any object without TLS, in whatever words. Statements with further conditions do
// not count.
func RequiresTLS(document, bucket string) bool {
	statements, err := statementsOf(document)
	if err != nil {
		return false
	}
	return deniesWithoutTLS(statements, "s3:ListBucket", ":::"+bucket) &&
		deniesWithoutTLS(statements, "s3:GetObject", ":::"+bucket+"/*")
}

// deniesWithoutTLS looks for one statement about an action on a resource, which is what
// follows the partition in its ARN.
func deniesWithoutTLS(statements []rawStatement, action, resource string) bool {
	return slices.ContainsFunc(statements, func(s rawStatement) bool {
		var denial struct {
			Effect    string
			Principal principals
			Action    oneOrMany
			Resource  oneOrMany
			Condition map[string]map[string]any
		}
		if json.Unmarshal(s.raw, &denial) != nil || denial.Effect != "Deny" || !denial.Principal.everyone() || !withoutTLS(denial.Condition) {
			return false
		}
		return slices.ContainsFunc(denial.Action, func(pattern string) bool { return covers(strings.ToLower(pattern), strings.ToLower(action)) }) &&
			slices.ContainsFunc(denial.Resource, func(pattern string) bool {
				_, name, ok := strings.Cut(pattern, ":s3")
				return pattern == "*" || ok && covers(name, resource)
			})
	})
}

// withoutTLS reports whether a condition is met by every request without TLS.
func withoutTLS(condition map[string]map[string]any) bool {
	if len(condition) != 1 {
		return false
	}
	for _, operator := range []string{"Bool", "BoolIfExists"} {
		keys := condition[operator]
		for key, value := range keys {
			if strings.EqualFold(key, "aws:SecureTransport") && len(keys) == 1 && isFalse(value) {
				return true
			}
		}
	}
	return false
}

// isFalse reports whether a value of a condition is false, which AWS takes as text and
// in a list too.
func isFalse(value any) bool {
	switch v := value.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(v, "false")
	case []any:
		return slices.ContainsFunc(v, isFalse)
	}
	return false
}

// covers reports whether a pattern of a policy, with * and ?, matches all that a text
// stands for, in which a * at the end means anything.
func covers(pattern, text string) bool {
	// Neither has a slash that path.Match would treat apart.
	flat := strings.NewReplacer("/", "\x01", "[", `\[`, `\`, `\\`)
	matched, err := path.Match(flat.Replace(pattern), strings.ReplaceAll(text, "/", "\x01"))
	return err == nil && matched
}
