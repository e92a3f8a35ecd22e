package iamapi

import (
	"strings"
	"sync"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// principalIndex maps the ARNs of the users and roles of an account to their
// unique ids and back.
type principalIndex struct {
	mu   sync.RWMutex
	ids  map[string]string
	arns map[string]string
}

func newPrincipalIndex() *principalIndex {
	return &principalIndex{ids: map[string]string{}, arns: map[string]string{}}
}

// set also moves an id to a new ARN.
func (x *principalIndex) set(arn, id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.ids, x.arns[id])
	x.ids[arn], x.arns[id] = id, arn
}

func (x *principalIndex) remove(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.ids, x.arns[id])
	delete(x.arns, id)
}

func (x *principalIndex) id(arn string) (string, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	id, ok := x.ids[arn]
	return id, ok
}

func (x *principalIndex) arn(id string) (string, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	arn, ok := x.arns[id]
	return arn, ok
}

// role finds a role's ARN by its name: an assumed-role ARN lacks the path.
func (x *principalIndex) role(name string) (string, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for arn := range x.ids {
		if _, rest, ok := strings.Cut(arn, ":role/"); ok && rest[strings.LastIndexByte(rest, '/')+1:] == name {
			return arn, true
		}
	}
	return "", false
}

// PrincipalID gives the unique id behind the ARN of a user or role of this or
// another account; ARNs of root users and of role sessions stand for
// themselves. It reports false when there is no such principal.
func (s *Service) PrincipalID(arn string) (id string, ok bool) {
	owner := s.ownerOf(arn)
	if owner == nil {
		return "", false
	}
	switch {
	case arn == owner.root.Principal.ARN:
		return arn, true
	case strings.Contains(arn, ":assumed-role/"):
		_, name, _ := strings.Cut(arn, ":assumed-role/")
		name, _, _ = strings.Cut(name, "/")
		_, ok := owner.names.role(name)
		return arn, ok
	}
	return owner.names.id(arn)
}

// PrincipalARN gives the ARN of the user or role with a unique id; false when
// it is gone.
func (s *Service) PrincipalARN(id string) (arn string, ok bool) { return s.names.arn(id) }

// Exists reports whether an ARN, of this or another account, or a unique id of
// this account names a principal. It is what the parsers of package authz ask.
func (s *Service) Exists(principal string) bool {
	if _, ok := s.PrincipalID(principal); ok {
		return true
	}
	_, ok := s.PrincipalARN(principal)
	return ok
}

// ownerOf is the account that an ARN names, or nil.
func (s *Service) ownerOf(arn string) *Service {
	switch id := authz.AccountOf(arn); id {
	case "":
		return nil
	case s.account:
		return s
	default:
		return s.lookup(id)
	}
}

// PoliciesOf are the identity policies of a principal of this account, with
// the limits on them: what authz.Allowed takes. The root user has and needs
// none; a user or role that is gone has none.
func (s *Service) PoliciesOf(p authz.Principal) []*authz.Policy {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*authz.Policy
	if e := s.entityOf(p); e != nil {
		out = s.policiesOf(e)
	}
	if p.Session != "" {
		session, _ := s.keys.get(p.Session)
		out = append(out, session.limits...)
	}
	return out
}

// entityOf is the user that a principal is, or the role that it acts as.
func (s *Service) entityOf(p authz.Principal) *entity {
	id, _, _ := strings.Cut(p.UserID, ":")
	for _, u := range s.users {
		if u.id == id {
			return &u.entity
		}
	}
	for _, r := range s.roles {
		if r.id == id {
			return &r.entity
		}
	}
	return nil
}

// AllowedFor reports whether the principal, by its own policies or as the root
// user, may do action on a resource of this account. Conditions see the
// principal and nothing else of the request: context adds to that, with keys
// in lower case.
func (s *Service) AllowedFor(p authz.Principal, action, resource string, context map[string][]string) bool {
	c := s.newCall(p, nil)
	return c.authorize(action, resource, context) == nil
}

// ServiceMayAssume reports whether the role exists and trusts an AWS service,
// such as "s3.amazonaws.com" for replication.
func (s *Service) ServiceMayAssume(roleARN, service string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roleByARN(roleARN)
	return r != nil && r.trust.parsed.Grants(authz.Request{
		Principal:     authz.Principal{Service: service},
		Action:        "sts:AssumeRole",
		Resource:      roleARN,
		ResourceOwner: s.account,
		Context:       map[string][]string{"aws:sourceaccount": {s.account}},
	})
}

// RoleSession is the principal that acts in a role's name; false when there is
// no such role. It comes without keys: a service uses it for itself.
func (s *Service) RoleSession(roleARN, session string) (authz.Principal, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roleByARN(roleARN)
	if r == nil {
		return authz.Principal{}, false
	}
	return s.sessionOf(r, session), true
}

func (s *Service) sessionOf(r *role, session string) authz.Principal {
	return authz.Principal{
		ARN:       "arn:aws:sts::" + s.account + ":assumed-role/" + r.name + "/" + session,
		AccountID: s.account,
		UserID:    r.id + ":" + session,
	}
}

// roleByARN minds the path and the case, as AWS does.
func (s *Service) roleByARN(arn string) *role {
	for _, r := range s.roles {
		if s.arn(r.resource()) == arn {
			return r
		}
	}
	return nil
}

// PrincipalKeys are the condition keys, in lower case, that say who sent a
// request: a principal of this account, tags included. Those of a session
// replace those of its role.
func (s *Service) PrincipalKeys(p authz.Principal) map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := map[string][]string{
		"aws:principalaccount": {p.AccountID},
		"aws:principalarn":     {p.ARN},
		"aws:principaltype":    {"User"},
		"aws:userid":           {p.UserID},
	}
	e := s.entityOf(p)
	switch {
	case p.Root:
		keys["aws:principaltype"] = []string{"Account"}
	case p.RoleARN() != "":
		keys["aws:principaltype"] = []string{"AssumedRole"}
		keys["aws:principalarn"] = []string{p.RoleARN()}
		if e != nil {
			keys["aws:principalarn"] = []string{s.arn(e.resource())} // with the role's path
		}
	case e != nil:
		keys["aws:username"] = []string{e.name}
	}
	var tags []tag
	if e != nil {
		tags = append(tags, e.tags...)
	}
	if p.Session != "" {
		session, _ := s.keys.get(p.Session)
		tags = append(tags, session.tags...)
	}
	for _, t := range tags {
		keys["aws:principaltag/"+strings.ToLower(t.Key)] = []string{t.Value}
	}
	return keys
}
