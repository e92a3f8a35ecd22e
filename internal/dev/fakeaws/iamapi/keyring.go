package iamapi

import (
	"sync"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

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
