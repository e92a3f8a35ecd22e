package effect

import "slices"

// maxEvaluations bounds the work of one comparison of one action.
const maxEvaluations = 3_000_000

// set is a set of statements, by their index.
type set [8]uint64

const maxStatements = len(set{}) * 64

func (s *set) add(i int)     { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) and(o set) set {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

// comparison is that of one action.
type comparison struct {
	subject       Subject
	before, after Documents
	scope         []Scope
	action        Action
	unknown       []Kind
	statements    []*statement // that speak of the action

	resource *dimension   // the ARN's last segment
	fixed    []*dimension // who asks for what: part of what is lost
	context  []set        // how it is asked for: which statements hold then
}

// request stands for all requests of one caller for one thing, however they are
// made.
type request struct {
	caller  caller
	classes []class // of resource and fixed
	holds   set     // the statements that the classes fulfil
}

func (c *comparison) run() (losses []Loss, ok bool) {
	if len(c.statements) > maxStatements {
		return nil, false
	}
	if !slices.ContainsFunc(c.statements, func(s *statement) bool { return !s.after }) && !c.subject.Anyone {
		return nil, true
	}
	if !c.sortRequests() {
		return nil, false
	}
	who := callers(c.subject, c.statements)
	work := len(who) * len(c.resource.classes) * len(c.context) * len(worlds)
	for _, d := range c.fixed {
		if work > maxEvaluations {
			return nil, false
		}
		work *= len(d.classes)
	}
	if work > maxEvaluations {
		return nil, false
	}
	dimensions := append([]*dimension{c.resource}, c.fixed...)
	for _, caller := range who {
		var walk func(r request)
		walk = func(r request) {
			if len(r.classes) == len(dimensions) {
				if loss, lost := c.evaluate(r); lost {
					losses = append(losses, loss)
				}
				return
			}
			d := dimensions[len(r.classes)]
			for i, class := range d.classes {
				walk(request{caller, append(slices.Clone(r.classes), class), r.holds.and(d.holds[i])})
			}
		}
		walk(request{caller: caller, holds: all()})
	}
	return merge(losses), true
}

func all() set {
	var s set
	for i := range s {
		s[i] = ^uint64(0)
	}
	return s
}

// world is what is not known of a caller.
type world struct {
	otherAccount bool // the bucket belongs to another account
	allowed      bool // the caller's own policies allow it; Subject.Anyone only
	within       bool // and so does its boundary; Subject.Anyone only
}

var worlds = []world{
	{false, true, true}, {false, false, true}, {false, true, false}, {false, false, false},
	{true, true, true}, {true, false, true}, {true, true, false}, {true, false, false},
}

// evaluate finds out whether requests were allowed before, and are not after.
func (c *comparison) evaluate(r request) (Loss, bool) {
	var (
		lost, kept bool
		at         set // what held when it was lost
	)
	for _, other := range []bool{false, true} {
		if owner := c.subject.BucketAccount; owner != "" && r.caller.account != "" && (owner != r.caller.account) != other {
			continue
		}
		var wasAllowed, certainHere bool
		for _, w := range worlds {
			if w.otherAccount != other || !c.subject.Anyone && !(w.allowed && w.within) {
				continue
			}
			always, sometimes := true, false
			var example set
			for _, context := range c.context {
				holds := r.holds.and(context)
				if !c.allows(r.caller, holds, w, false) {
					continue
				}
				wasAllowed = true
				if c.allows(r.caller, holds, w, true) {
					always = false
				} else if !sometimes {
					sometimes, example = true, holds
				}
			}
			if !sometimes {
				continue
			}
			if !lost || always && !certainHere {
				at = example
			}
			lost, certainHere = true, certainHere || always
		}
		if wasAllowed && !certainHere {
			kept = true
		}
	}
	if !lost {
		return Loss{}, false
	}
	return c.describe(r, at, !kept && !c.guesses()), true
}

// guesses reports whether a document after the change is not known.
func (c *comparison) guesses() bool {
	b := c.after.Boundary
	return !c.after.Gone && (len(c.unknown) > 0 || b.ARN != "" && b.Document == "")
}

// allows evaluates one request, given the statements that hold for it.
func (c *comparison) allows(who caller, holds set, w world, after bool) bool {
	documents := c.before
	if after {
		documents = c.after
		if documents.Gone || len(c.unknown) > 0 {
			return false
		}
	}
	allowed, bounded := false, false
	granted := notReached
	for i, s := range c.statements {
		if s.after != after || !holds.has(i) {
			continue
		}
		reach := s.principals.reaches(who)
		switch {
		case reach == notReached:
		case s.deny:
			return false
		case s.kind == BucketPolicy:
			granted = max(granted, reach)
		case s.kind == Boundary:
			bounded = true
		default:
			allowed = true
		}
	}
	within := bounded || c.boundless(after)
	if c.subject.Anyone {
		allowed, within = w.allowed, w.within
	}
	switch {
	case who.anonymous, who.other:
		return granted != notReached
	case who.root:
		return !w.otherAccount || granted != notReached
	case !w.otherAccount:
		return granted == directly || within && (allowed || granted == byRole)
	}
	return within && allowed && granted != notReached
}

// boundless reports whether the boundary, as far as it is known, leaves the request
// alone: there is none, or its content is not known and was the same before.
func (c *comparison) boundless(after bool) bool {
	b := c.before.Boundary
	if after {
		b = c.after.Boundary
		if b.ARN != "" && b.Document == "" {
			return b.ARN == c.before.Boundary.ARN && c.before.Boundary.Document == ""
		}
	}
	return b.Document == ""
}
