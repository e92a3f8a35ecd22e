// Package authz parses AWS policy documents and decides by them, as IAM's
// documentation of policy evaluation says.
//
// What it does not know, such as a condition operator, it refuses when the
// document is parsed; a decision never rests on a guess. Condition keys are
// the exception: a key that the request does not carry is absent.
package authz

import (
	"net/netip"
	"slices"
	"strings"
)

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

// Public reports whether a bucket policy is public as S3 defines it: it allows
// something to everybody without pinning who or where from to fixed values.
func (p *Policy) Public() bool {
	if p == nil {
		return false
	}
	return slices.ContainsFunc(p.statements, func(s statement) bool {
		return !s.deny && s.principals != nil && slices.Contains(s.principals.aws, everybody) && !s.pinned()
	})
}

// pinningKeys narrow everybody down to callers that are known.
var pinningKeys = []string{
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
	"aws:principalservicename", "aws:sourceaccount", "aws:sourcearn", "aws:sourceip",
	"aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid",
	"s3:dataaccesspointaccount", "s3:dataaccesspointarn",
}

func (s *statement) pinned() bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool {
		if c.operator.negated || c.operator.null || c.ifExists || c.set == "ForAllValues" {
			return false
		}
		if !slices.Contains(pinningKeys, c.key) {
			return false
		}
		return !slices.ContainsFunc(c.texts, func(text string) bool { return !fixed(c.key, text) })
	})
}

// fixed tells a single value, or for some keys a narrow range, from a pattern.
func fixed(key, text string) bool {
	switch key {
	case "aws:sourceip":
		prefix, err := netip.ParsePrefix(text)
		return err != nil || prefix.Bits() >= minimumBits(prefix.Addr())
	case "aws:userid":
		// A role's sessions, "AROA...:*", belong to one role.
		role, ok := strings.CutSuffix(text, ":*")
		if ok && uniquePattern.MatchString(role) {
			return true
		}
	case "s3:dataaccesspointarn":
		// The account has to be fixed, the access point may be any.
		if parts := strings.SplitN(text, ":", arnSegments); len(parts) == arnSegments && accountPattern.MatchString(parts[4]) {
			return true
		}
	}
	return !strings.ContainsAny(text, "*?") && !strings.Contains(text, "${")
}

// minimumBits is the widest range that S3 does not take for the internet.
func minimumBits(a netip.Addr) int {
	if a.Is4() {
		return 8
	}
	return 32
}
