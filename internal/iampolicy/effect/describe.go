package effect

import (
	"slices"
	"strings"
)

// describe words a loss: of what, for whom, and by which statement.
func (c *comparison) describe(r request, holds set, certain bool) Loss {
	loss := Loss{Action: c.action, Certain: certain, Pattern: "*"}
	name, key, _ := strings.Cut(r.classes[0].value, "/")
	loss.Bucket, loss.Example = name, key
	if c.action == Listing {
		loss.Example = c.value(r, "s3:prefix")
	}

	var allow, deny *statement
	for i, s := range c.statements {
		if !holds.has(i) || s.principals.reaches(r.caller) == notReached {
			continue
		}
		switch {
		case s.deny && s.after && deny == nil:
			deny = s
		case !s.deny && !s.after && (allow == nil || allow.kind == Boundary):
			allow = s
		}
	}
	var allowed, denied scopeOfStatement
	if allow != nil {
		allowed = c.patternOf(allow, r)
		loss.Pattern = allowed.pattern
	}
	if deny != nil {
		denied = c.patternOf(deny, r)
		if covers(loss.Pattern, denied.pattern) {
			loss.Pattern = denied.pattern
		}
	}
	if !c.isNamed(name) {
		loss.Bucket = "*"
		if allow != nil {
			loss.Bucket = allowed.bucket
		}
		if deny != nil && covers(loss.Bucket, denied.bucket) {
			loss.Bucket = denied.bucket
		}
	}
	loss.Cause = c.cause(allow, deny)
	loss.Kept = c.kept(loss)
	if c.subject.Anyone {
		loss.Principals = []string{r.caller.element()}
		loss.Sources = []string{anySource}
		for _, s := range []*statement{deny, allow} {
			if s == nil {
				continue
			}
			if source, ok := c.demanded(s, r, "aws:sourcearn"); ok {
				loss.Sources = []string{source}
			}
		}
	}
	return loss
}

// anySource stands for all values of aws:SourceArn until losses are merged.
const anySource = "*"

// element is how messages call the caller.
func (c caller) element() string {
	switch {
	case c.name != "":
		return c.name
	case c.account != "":
		return "arn:aws:iam::" + c.account + ":root"
	}
	return "*"
}

// value is that of a condition key of the request.
func (c *comparison) value(r request, key string) string {
	for i, d := range c.fixed {
		if d.key == key {
			return r.classes[i+1].value
		}
	}
	return ""
}

// isNamed reports whether the comparison tells the bucket from all others.
func (c *comparison) isNamed(bucket string) bool {
	p := compile("arn:"+c.partition()+":s3:::"+bucket, syntax{})
	if c.action == Reading {
		p = compile("arn:"+c.partition()+":s3:::"+bucket+"/*", syntax{wildcards: true, arn: true})
	}
	_, ok := c.resource.indexes[p.key()]
	return ok
}

func (c *comparison) cause(allow, deny *statement) Cause {
	switch {
	case c.after.Gone:
		return Cause{Reason: PrincipalGone}
	case len(c.unknown) > 0:
		return Cause{Reason: NotKnown, Document: c.unknown[0]}
	case deny != nil:
		return Cause{Denied, deny.kind, deny.sid, deny.index}
	case allow == nil: // the caller's own policies, which did not change
		return Cause{Reason: StatementRemoved, Document: BucketPolicy}
	case c.after.Boundary.ARN != "" && allow.kind != BucketPolicy && c.hasSame(allow):
		return Cause{Reason: OutOfBounds, Document: Boundary}
	}
	cause := Cause{StatementRemoved, allow.kind, allow.sid, allow.index}
	for _, s := range c.statements {
		if s.after && s.kind == allow.kind && s.bucket == allow.bucket && s.sid == allow.sid && allow.sid != "" && !s.deny {
			cause.Reason = StatementNarrowed
		}
	}
	return cause
}

// hasSame reports whether the statement is still there.
func (c *comparison) hasSame(want *statement) bool {
	return slices.ContainsFunc(c.statements, func(s *statement) bool {
		return s.after && !s.deny && s.kind == want.kind && s.sid == want.sid &&
			slices.Equal(s.resources, want.resources) && slices.Equal(s.actions, want.actions)
	})
}

// scopeOfStatement is what part of which bucket a statement speaks of.
type scopeOfStatement struct{ bucket, pattern string }

// patternOf gives the patterns of a statement that match a request.
func (c *comparison) patternOf(s *statement, r request) scopeOfStatement {
	out := scopeOfStatement{"*", "*"}
	if !s.notResources {
		for _, resource := range s.resources {
			p := c.compileResource(s, resource)
			if i, ok := c.resource.indexes[p.key()]; ok && r.classes[0].matches[i] {
				out = c.split(resource)
				break
			}
		}
	}
	if c.action == Listing {
		out.pattern = "*"
		if prefix, ok := c.demanded(s, r, "s3:prefix"); ok {
			out.pattern = prefix
		}
	}
	return out
}

// demanded is the value of a condition on a key that a statement makes and the
// request fulfils.
func (c *comparison) demanded(s *statement, r request, key string) (string, bool) {
	i := slices.IndexFunc(c.fixed, func(d *dimension) bool { return d.key == key })
	if i < 0 || r.classes[i+1].absent {
		return "", false
	}
	for _, cond := range s.conditions {
		operator, isString := stringOperators[cond.operator]
		if cond.key != key || cond.set != "" || !isString || operator.negated {
			continue
		}
		syntax := operator.syntax
		syntax.variables, syntax.known = s.variables, c.known()
		for _, value := range cond.values {
			if n, ok := c.fixed[i].indexes[compile(value, syntax).key()]; ok && r.classes[i+1].matches[n] {
				return value, true
			}
		}
	}
	return "", false
}

// split takes bucket and keys out of the ARN of a resource.
func (c *comparison) split(resource string) scopeOfStatement {
	parts := strings.SplitN(resource, ":", arnSegments)
	bucket, key, isObject := strings.Cut(parts[len(parts)-1], "/")
	switch {
	case isObject:
		return scopeOfStatement{bucket, key}
	case len(parts) < arnSegments:
		bucket = "*"
	}
	return scopeOfStatement{bucket, "*"}
}

// kept are the patterns within that of a loss that are still allowed.
func (c *comparison) kept(loss Loss) []string {
	var kept []string
	for _, s := range c.statements {
		if !s.after || s.deny || s.kind == Boundary || s.notResources || loss.Cause.Reason == PrincipalGone {
			continue
		}
		for _, resource := range s.resources {
			in := c.split(resource)
			patterns := []string{in.pattern}
			if c.action == Listing {
				patterns = nil
				for _, cond := range s.conditions {
					if cond.key == "s3:prefix" && strings.HasPrefix(cond.operator, "String") && !stringOperators[cond.operator].negated {
						patterns = append(patterns, cond.values...)
					}
				}
			}
			for _, p := range patterns {
				if p != loss.Pattern && covers(in.bucket, loss.Bucket) && covers(loss.Pattern, p) && !slices.Contains(kept, p) {
					kept = append(kept, p)
				}
			}
		}
	}
	slices.Sort(kept)
	return kept
}
