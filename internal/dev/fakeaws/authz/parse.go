package authz

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Error says why a document is not a valid policy, in the words of the service
// that would refuse it.
type Error struct {
	Code    string // "MalformedPolicy" for bucket policies, else "MalformedPolicyDocument"
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// need says whether a statement has an element.
type need int

const (
	optional need = iota
	required
	prohibited
)

// rules are what the kinds of policies differ in.
type rules struct {
	code      string
	notJSON   string // the message about a document that is not JSON
	syntax    string // the one message for every fault of form; "" names each fault
	version   need
	principal need
	resource  need

	missingAction, missingResource string // messages; "" for the usual one
	prohibitedPrincipal            string
	namesPrincipal                 bool // an error says which principal is invalid
}

// Parse reads a policy of any kind. The error is an *Error.
func Parse(document string) (*Policy, error) {
	return parse(document, rules{code: "MalformedPolicyDocument", notJSON: "This policy contains invalid Json"}, nil)
}

// parse checks what all kinds have in common. exists, unless nil, tells whether
// the ARN or unique id of an AWS principal names one.
func parse(document string, r rules, exists func(principal string) bool) (*Policy, error) {
	top, err := decodeObject([]byte(document))
	if err != nil {
		return nil, &Error{r.code, r.notJSON}
	}
	d := &decoder{rules: r, exists: exists}
	if err := d.version(top); err != nil {
		return nil, err
	}
	policy := &Policy{}
	list, err := d.statementList(top)
	if err != nil {
		return nil, err
	}
	for _, raw := range list {
		s, err := d.statement(raw)
		if err != nil {
			return nil, err
		}
		policy.statements = append(policy.statements, s)
	}
	return policy, d.identifiers(policy)
}

// identifiers are unique among the statements that have one.
func (d *decoder) identifiers(p *Policy) error {
	seen := map[string]bool{}
	for _, s := range p.statements {
		if s.sid != "" && seen[s.sid] {
			return d.refuse("Statement IDs (SID) in a single policy must be unique.")
		}
		seen[s.sid] = true
	}
	return nil
}

// refuse is for faults that every kind names.
func (d *decoder) refuse(format string, args ...any) error {
	return &Error{d.rules.code, fmt.Sprintf(format, args...)}
}

// malformed is for faults of form.
func (d *decoder) malformed(format string, args ...any) error {
	if d.rules.syntax != "" {
		return &Error{d.rules.code, d.rules.syntax}
	}
	return d.refuse(format, args...)
}

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

// object is a JSON object whose members keep their order.
type object struct {
	names  []string
	values map[string]json.RawMessage
}

// decodeObject refuses members that come twice: encoding/json would take the
// last one silently.
func decodeObject(data []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	o := object{values: map[string]json.RawMessage{}}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return o, errors.New("not a JSON object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return o, err
		}
		name, ok := t.(string)
		if _, again := o.values[name]; !ok || again {
			return o, fmt.Errorf("member %v comes twice", t)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, err
		}
		o.names = append(o.names, name)
		o.values[name] = value
	}
	if _, err := d.Token(); err != nil {
		return o, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return o, errors.New("something follows the document")
	}
	return o, nil
}

// decodeStrings takes a string or a list of them.
func decodeStrings(data json.RawMessage) ([]string, error) {
	var one string
	if json.Unmarshal(data, &one) == nil && data[0] == '"' {
		return []string{one}, nil
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return nil, errors.New("neither a string nor a list of strings")
	}
	var many []string
	for _, e := range elements {
		var s string
		if e[0] != '"' || json.Unmarshal(e, &s) != nil {
			return nil, errors.New("not a string")
		}
		many = append(many, s)
	}
	return many, nil
}

// decodeScalars takes a string, number or boolean, or a list of them, as text.
func decodeScalars(data json.RawMessage) ([]string, error) {
	elements := []json.RawMessage{data}
	if data[0] == '[' {
		if err := json.Unmarshal(data, &elements); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, e := range elements {
		switch e[0] {
		case '"':
			var s string
			if err := json.Unmarshal(e, &s); err != nil {
				return nil, err
			}
			out = append(out, s)
		case '{', '[', 'n':
			return nil, errors.New("not a scalar")
		default:
			out = append(out, string(e))
		}
	}
	return out, nil
}
