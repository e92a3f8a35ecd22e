package authz

import (
	"net/netip"
	"slices"
	"strings"
)

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
