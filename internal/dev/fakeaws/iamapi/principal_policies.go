package iamapi

import (
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

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
