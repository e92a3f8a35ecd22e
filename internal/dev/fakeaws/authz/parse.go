package authz

import "fmt"

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
