package iamapi

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// Accounts are the AWS accounts of a server. It is safe for concurrent use.
type Accounts struct {
	clock func() time.Time

	mu   sync.RWMutex
	byID map[string]*Service
}

// NewAccounts begins without an account.
func NewAccounts(clock func() time.Time) *Accounts {
	return &Accounts{clock: clock, byID: map[string]*Service{}}
}

// Add makes an account, unless there is one by that id, and returns it.
func (a *Accounts) Add(id string) *Service {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.byID[id]
	if s == nil {
		s = New(Options{AccountID: id, Clock: a.clock, Account: a.Get})
		a.byID[id] = s
	}
	return s
}

// Get returns nil when there is no such account.
func (a *Accounts) Get(id string) *Service {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.byID[id]
}

// all is a snapshot, so that the lock is not held while an account is asked.
func (a *Accounts) all() []*Service {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Collect(maps.Values(a.byID))
}

// Key looks an access key up in all accounts.
func (a *Accounts) Key(accessKeyID string) (Key, bool) {
	for _, s := range a.all() {
		if k, ok := s.Key(accessKeyID); ok {
			return k, true
		}
	}
	return Key{}, false
}

// Exists reports whether an ARN or unique id names an account, a user, a role
// or a session of one.
func (a *Accounts) Exists(principal string) bool {
	return slices.ContainsFunc(a.all(), func(s *Service) bool { return s.Exists(principal) })
}

// PrincipalID returns the unique id of a user or role, or the ARN itself when
// there is none.
func (a *Accounts) PrincipalID(arn string) string {
	for _, s := range a.all() {
		if id, ok := s.PrincipalID(arn); ok {
			return id
		}
	}
	return arn
}

// PrincipalARN returns the ARN of a unique id, or the id itself when there is
// none.
func (a *Accounts) PrincipalARN(id string) string {
	for _, s := range a.all() {
		if arn, ok := s.PrincipalARN(id); ok {
			return arn
		}
	}
	return id
}

// PrincipalKeys returns the condition keys that describe a principal.
func (a *Accounts) PrincipalKeys(p authz.Principal) map[string][]string {
	return a.Get(p.AccountID).PrincipalKeys(p)
}

// ServiceMayAssume reports whether the role exists and trusts an AWS service.
func (a *Accounts) ServiceMayAssume(roleARN, service string) bool {
	owner := a.Get(accountOf(roleARN))
	return owner != nil && owner.ServiceMayAssume(roleARN, service)
}
