package effect

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// principals is Principal, or with not NotPrincipal.
type principals struct {
	not      bool
	everyone bool
	aws      []string // ARNs and unique ids
	others   []string // services, identity providers and canonical users
}

func parsePrincipals(raw json.RawMessage, not bool) (*principals, error) {
	ps := &principals{not: not}
	var word string
	if json.Unmarshal(raw, &word) == nil {
		ps.everyone = word == "*"
		if !ps.everyone {
			ps.aws = []string{word}
		}
		return ps, nil
	}
	var kinds map[string]texts
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return nil, err
	}
	for kind, names := range kinds {
		for _, name := range names {
			switch {
			case kind != "AWS":
				ps.others = append(ps.others, name)
			case name == "*":
				ps.everyone = true
			case accountID.MatchString(name):
				ps.aws = append(ps.aws, "arn:aws:iam::"+name+":root")
			default:
				ps.aws = append(ps.aws, name)
			}
		}
	}
	return ps, nil
}

var accountID = regexp.MustCompile(`^\d{12}$`)

// reach is how a statement of a bucket policy reaches a principal.
type reach int

const (
	notReached reach = iota
	byAccount        // through the principal's account, which only delegates
	byRole           // through the role of a session
	directly
)

// caller is somebody who may send requests.
type caller struct {
	name      string // how a policy names it; "" for one that none names
	other     bool   // a service, an identity provider or a canonical user
	anonymous bool
	account   string // "" if it is not known
	root      bool   // the account itself
	role      string // the ARN of the role, for a session
	session   bool   // of a role that is known by its id or ARN
}

// newCaller makes a caller of an element of an AWS principal.
func newCaller(name string) caller {
	c := caller{name: name}
	parts := strings.SplitN(name, ":", arnSegments)
	if len(parts) < arnSegments {
		if strings.HasPrefix(name, "AROA") {
			c.session, c.role = true, name
		}
		return c
	}
	c.account = parts[4]
	kind, rest, _ := strings.Cut(parts[5], "/")
	switch kind {
	case "root":
		c.root = true
	case "role":
		c.session, c.role = true, name
	case "assumed-role":
		role, _, _ := strings.Cut(rest, "/")
		c.session, c.role = true, strings.Join([]string{parts[0], parts[1], "iam", "", c.account, "role/" + role}, ":")
	}
	return c
}

// isSession tells a session, by its own ARN, from a role.
func (c caller) isSession() bool { return strings.Contains(c.name, ":assumed-role/") }

// namedBy is how an element of an AWS principal reaches the caller.
func (c caller) namedBy(element string) reach {
	switch {
	case c.anonymous || c.other:
		return notReached
	case c.account != "" && strings.HasSuffix(element, ":iam::"+c.account+":root"):
		if c.root {
			return directly
		}
		return byAccount
	case c.session && (element == c.role || sameRole(element, c.role)):
		return byRole
	case c.name != "" && element == c.name:
		return directly
	}
	return notReached
}

// sameRole leaves the path aside: names of roles are unique in an account.
func sameRole(a, b string) bool {
	bare := func(arn string) string {
		account, rest, ok := strings.Cut(arn, ":role/")
		if !ok {
			return ""
		}
		return account + ":role/" + rest[strings.LastIndexByte(rest, '/')+1:]
	}
	return bare(a) != "" && bare(a) == bare(b)
}

// reaches is how a statement's principals reach the caller. A statement without
// any is one of the caller's own.
func (ps *principals) reaches(c caller) reach {
	switch {
	case ps == nil:
		return directly
	case ps.not && ps.exempts(c):
		return notReached
	case ps.not, ps.everyone, c.other && slices.Contains(ps.others, c.name):
		return directly
	}
	best := notReached
	for _, element := range ps.aws {
		best = max(best, c.namedBy(element))
	}
	return best
}

// exempts applies NotPrincipal: all that the caller acts as has to be listed, its
// account included.
func (ps *principals) exempts(c caller) bool {
	switch {
	case ps.everyone:
		return true
	case c.other:
		return slices.Contains(ps.others, c.name)
	}
	var listed [directly + 1]bool
	for _, element := range ps.aws {
		listed[c.namedBy(element)] = true
	}
	switch {
	case c.root:
		return listed[directly]
	case c.session:
		return listed[directly] && listed[byRole] && listed[byAccount]
	}
	return listed[directly] && listed[byAccount]
}

// callers lists those that a comparison has to look at: the subject, or else one
// for each element of the bucket policies and some that none of them names.
func callers(subject Subject, statements []*statement) []caller {
	var list []caller
	add := func(c caller) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	named := func(belongs func(caller) bool) {
		for _, s := range statements {
			if s.principals == nil {
				continue
			}
			for _, element := range s.principals.aws {
				if c := newCaller(element); belongs(c) {
					add(c)
				}
				if c := newCaller(element); c.root && belongs(caller{account: c.account}) {
					add(caller{account: c.account}) // a user of that account
				}
			}
			for _, element := range s.principals.others {
				if c := (caller{name: element, other: true}); belongs(c) {
					add(c)
				}
			}
		}
	}
	switch {
	case subject.Anyone:
		add(caller{anonymous: true})
		add(caller{})
		named(func(caller) bool { return true })
	case subject.ARN == "":
		add(caller{})
		named(func(c caller) bool { return !c.other && !c.root })
	default:
		own := newCaller(subject.ARN)
		add(own)
		named(func(c caller) bool { return own.session && c.isSession() && sameRole(c.role, own.role) })
	}
	return list
}
