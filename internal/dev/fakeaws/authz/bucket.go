package authz

import "strings"

// ParseBucket reads a bucket policy: every statement has principals, and
// resources that lie in the bucket. exists tells whether the ARN or unique id
// of an AWS principal names one; nil takes all. The error is an *Error with
// the code "MalformedPolicy".
func ParseBucket(document, bucketARN string, exists func(principal string) bool) (*Policy, error) {
	r := rules{
		code:      "MalformedPolicy",
		notJSON:   "Policies must be valid JSON and the first byte must be '{'",
		principal: required,
		resource:  required,
	}
	if !strings.HasPrefix(document, "{") {
		return nil, &Error{r.code, r.notJSON}
	}
	p, err := parse(document, r, exists)
	if err != nil {
		return nil, err
	}
	for _, s := range p.statements {
		if message := s.faultInBucket(bucketARN); message != "" {
			return nil, &Error{r.code, message}
		}
	}
	return p, nil
}

// faultInBucket is the message about what does not fit the bucket, or "".
func (s *statement) faultInBucket(bucketARN string) string {
	var applicable []string
	for _, p := range s.resources.values {
		rest, ok := strings.CutPrefix(p.text, bucketARN)
		switch {
		case ok && rest == "":
			applicable = append(applicable, bucketActions...)
		case ok && strings.HasPrefix(rest, "/"):
			applicable = append(applicable, objectActions...)
		case ok && rest == everybody:
			applicable = append(append(applicable, bucketActions...), objectActions...)
		default:
			return "Policy has invalid resource"
		}
	}
	if !s.actions.eachMatches(append(append([]string{}, bucketActions...), objectActions...)) {
		return "Policy has invalid action"
	}
	if !s.actions.not && !s.resources.not && !s.actions.eachMatches(applicable) {
		return "Action does not apply to any resource(s) in statement"
	}
	for _, c := range s.conditions {
		if strings.HasPrefix(c.key, "s3:") && !isS3Key(c.key) {
			return "Policy has an invalid condition key"
		}
	}
	return ""
}
