package iamapi

import (
	"strings"
	"sync"
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
	switch id := accountOf(arn); id {
	case "":
		return nil
	case s.account:
		return s
	default:
		return s.lookup(id)
	}
}

func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
