package iamapi

import (
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
