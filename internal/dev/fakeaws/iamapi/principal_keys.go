package iamapi

import (
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

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
