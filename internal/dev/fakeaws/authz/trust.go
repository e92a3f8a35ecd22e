package authz

// assumeActions are what a trust policy may allow or deny.
var assumeActions = []string{
	"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
	"sts:SetSourceIdentity", "sts:TagSession",
}

// ParseTrust reads the trust policy of a role: it has principals and no
// resources. exists tells whether the ARN or unique id of an AWS principal
// names one; nil takes all. The error is an *Error with the code
// "MalformedPolicyDocument".
func ParseTrust(document string, exists func(principal string) bool) (*Policy, error) {
	r := rules{
		code:           "MalformedPolicyDocument",
		notJSON:        "This policy contains invalid Json",
		principal:      required,
		resource:       prohibited,
		namesPrincipal: true,
	}
	p, err := parse(document, r, exists)
	if err != nil {
		return nil, err
	}
	for _, s := range p.statements {
		if s.principals.not {
			return nil, &Error{r.code, "Has prohibited field NotPrincipal"}
		}
		if !s.actions.eachMatches(assumeActions) || s.actions.hasText(everybody) {
			return nil, &Error{r.code, "AssumeRole policy may only specify STS AssumeRole actions."}
		}
	}
	return p, nil
}
