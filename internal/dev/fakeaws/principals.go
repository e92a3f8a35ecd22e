package fakeaws

import (
	"maps"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/iamapi"
)

// everyAccount is a snapshot, so that the server's lock is not held while an
// account is asked.
func (s *Server) everyAccount() []*iamapi.Service {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Values(s.accounts))
}

// principalExists tells whether an ARN or unique id names an account, a user,
// a role or a session of one.
func (s *Server) principalExists(principal string) bool {
	return slices.ContainsFunc(s.everyAccount(), func(a *iamapi.Service) bool { return a.Exists(principal) })
}

// principalID gives the unique id of a user or role, or else what it was given.
func (s *Server) principalID(arn string) string {
	for _, a := range s.everyAccount() {
		if id, ok := a.PrincipalID(arn); ok {
			return id
		}
	}
	return arn
}

// principalARN gives the ARN of a unique id, or else what it was given.
func (s *Server) principalARN(id string) string {
	for _, a := range s.everyAccount() {
		if arn, ok := a.PrincipalARN(id); ok {
			return arn
		}
	}
	return id
}
