package authz

import "regexp"

var sidPattern = regexp.MustCompile(`^[0-9A-Za-z]*$`)

// ParseIdentity reads a policy of a user or role, or a managed one: it has
// resources and no principals. The error is an *Error with the code
// "MalformedPolicyDocument".
func ParseIdentity(document string) (*Policy, error) {
	r := rules{
		code:                "MalformedPolicyDocument",
		notJSON:             "Syntax errors in policy.",
		syntax:              "Syntax errors in policy.",
		version:             required,
		principal:           prohibited,
		resource:            required,
		missingAction:       "Policy statement must contain actions.",
		missingResource:     "Policy statement must contain resources.",
		prohibitedPrincipal: "Policy document should not specify a principal.",
	}
	p, err := parse(document, r, nil)
	if err != nil {
		return nil, err
	}
	for _, s := range p.statements {
		if !sidPattern.MatchString(s.sid) {
			return nil, &Error{r.code, "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"}
		}
	}
	return p, nil
}
