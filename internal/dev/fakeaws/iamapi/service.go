// Package iamapi is IAM and STS of one account, held in memory: users, access
// keys, roles, instance profiles, managed policies, identity providers and
// sessions, with the limits and the wording of AWS.
//
// It speaks AWS's query protocol but knows nothing of HTTP or of signatures;
//
// STS is part of it (sts.go): a session is a principal and an access key of an
// account, made by its roles and their trust policies, under the account's lock
// and with the same protocol. A package of its own would export all of these for
// five operations.
package iamapi

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// Options are the settings of a Service.
type Options struct {
	AccountID string           // 12 digits
	Clock     func() time.Time // default time.Now

	// Account finds another account, nil when there is none by that id. It is
	// needed for trust between accounts.
	Account func(id string) *Service
}

// Service is IAM and STS of one account. It is safe for concurrent use.
type Service struct {
	account string
	clock   func() time.Time
	lookup  func(id string) *Service
	root    Key

	// These have locks of their own, and hold them for no longer than a look:
	// other accounts and the signature check read them.
	keys  *keyring
	names *principalIndex

	mu        sync.Mutex
	users     map[string]*user            // by name in lower case
	roles     map[string]*role            // by name in lower case
	profiles  map[string]*instanceProfile // by name in lower case
	policies  map[string]*managedPolicy   // by ARN
	providers map[string]*oidcProvider    // by ARN
}

// New makes an account that has nothing but its root user.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Account == nil {
		o.Account = func(string) *Service { return nil }
	}
	s := &Service{
		account:   o.AccountID,
		clock:     o.Clock,
		lookup:    o.Account,
		keys:      newKeyring(),
		names:     newPrincipalIndex(),
		users:     map[string]*user{},
		roles:     map[string]*role{},
		profiles:  map[string]*instanceProfile{},
		policies:  awsManagedPolicies(),
		providers: map[string]*oidcProvider{},
	}
	s.root = Key{
		AccessKeyID: newKeyID("AKIA"),
		Secret:      newSecret(),
		Active:      true,
		Principal: authz.Principal{
			Root:      true,
			ARN:       "arn:aws:iam::" + o.AccountID + ":root",
			AccountID: o.AccountID,
			UserID:    o.AccountID,
		},
	}
	s.keys.put(s.root)
	return s
}

// Root is the access key of the root user, who may do everything.
func (s *Service) Root() Key { return s.root }

// Key finds an access key of this account, one that is inactive or expired
// included.
func (s *Service) Key(id string) (Key, bool) { return s.keys.get(id) }

// arn is that of a resource of IAM, such as "user/videos/name".
func (s *Service) arn(resource string) string {
	return "arn:aws:iam::" + s.account + ":" + resource
}

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
	owner := a.Get(authz.AccountOf(roleARN))
	return owner != nil && owner.ServiceMayAssume(roleARN, service)
}

// Key is an access key, long-term or temporary.
type Key struct {
	AccessKeyID  string
	Secret       string
	SessionToken string // "" for long-term keys
	Active       bool
	Expires      time.Time // zero for long-term keys
	Principal    authz.Principal

	limits []*authz.Policy // what the session was narrowed to
	tags   []tag           // of the session
}

// keyring holds the keys of an account by id.
type keyring struct {
	mu   sync.RWMutex
	keys map[string]Key
}

func newKeyring() *keyring { return &keyring{keys: map[string]Key{}} }

func (r *keyring) get(id string) (Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.keys[id]
	return k, ok
}

func (r *keyring) put(k Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys[k.AccessKeyID] = k
}

func (r *keyring) remove(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, id)
}

// update changes the keys, sessions included, that act as the user.
func (r *keyring) update(userID string, change func(*Key)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, k := range r.keys {
		if k.Principal.UserID == userID {
			change(&k)
			r.keys[id] = k
		}
	}
}

var accountOperations = map[string]operation{
	"iam:ListAccountAliases": {params: "Marker MaxItems", on: anything, do: listAccountAliases},
}

// listAccountAliases answers that there is none, as in most accounts.
func listAccountAliases(*call) (any, error) { return named("AccountAliases"), nil }
