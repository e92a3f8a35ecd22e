package authz

// Policy is a parsed policy document. It is immutable; a nil Policy allows and
// denies nothing.
type Policy struct {
	statements []statement
	limit      bool
}

// statement is one statement, each of its elements compiled.
type statement struct {
	sid        string
	deny       bool
	principals *principals // nil in identity policies
	actions    patterns
	resources  patterns // no values in trust policies
	conditions []condition
}

// patterns is Action or Resource, or with not NotAction or NotResource.
type patterns struct {
	not    bool
	values []pattern
}

// Limit makes one policy that grants nothing but bounds what others grant: a
// permissions boundary, or the policies that a session was started with. An
// action has to be allowed by at least one of the policies.
func Limit(policies ...*Policy) *Policy {
	limit := &Policy{limit: true}
	for _, p := range policies {
		if p != nil {
			limit.statements = append(limit.statements, p.statements...)
		}
	}
	return limit
}

func (p *Policy) isLimit() bool { return p != nil && p.limit }

// grant is how strongly a policy allows a request.
type grant int

const (
	noGrant      grant = iota
	accountGrant       // to the principal's account as a whole
	roleGrant          // to the role of the principal's session
	directGrant        // to the principal itself, or to everybody
)

// Grants reports whether the policy, as the one attached to a resource, allows
// the request, whatever the principal's own policies say.
func (p *Policy) Grants(request Request) bool {
	return !p.denies(request) && p.grant(request) != noGrant
}

// grant is the strongest grant among the statements.
func (p *Policy) grant(request Request) grant {
	best := noGrant
	if p == nil {
		return best
	}
	for i := range p.statements {
		s := &p.statements[i]
		if s.deny || !s.covers(request) {
			continue
		}
		best = max(best, s.principals.grant(request.Principal))
	}
	return best
}

func (p *Policy) denies(request Request) bool {
	if p == nil {
		return false
	}
	for i := range p.statements {
		s := &p.statements[i]
		if s.deny && s.principals.grant(request.Principal) != noGrant && s.covers(request) {
			return true
		}
	}
	return false
}

// covers leaves the principal aside.
func (s *statement) covers(request Request) bool {
	if s.actions.matchAction(request.Action) == s.actions.not {
		return false
	}
	if len(s.resources.values) > 0 && s.resources.matchARN(request) == s.resources.not {
		return false
	}
	for _, c := range s.conditions {
		if !c.holds(request.Context) {
			return false
		}
	}
	return true
}

func (ps patterns) matchAction(action string) bool {
	for _, p := range ps.values {
		if p.match(action, nil) {
			return true
		}
	}
	return false
}

func (ps patterns) matchARN(request Request) bool {
	for _, p := range ps.values {
		if p.matchARN(request.Resource, request.Context) {
			return true
		}
	}
	return false
}
