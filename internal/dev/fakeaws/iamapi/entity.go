package iamapi

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// entity is what users and roles have in common.
type entity struct {
	kind    string // "user" or "role"
	name    string
	path    string
	id      string
	created time.Time
	tags    []tag

	inline   map[string]inlinePolicy
	attached []string // ARNs of managed policies
	boundary string   // ARN of a managed policy, or ""
}

func newEntity(c *call, kind, idPrefix, name string) entity {
	return entity{
		kind:    kind,
		name:    name,
		path:    c.path(),
		id:      newUniqueID(idPrefix),
		created: c.now,
		inline:  map[string]inlinePolicy{},
	}
}

// path is that of a request that creates something.
func (c *call) path() string {
	if path := c.get("Path"); path != "" {
		return path
	}
	return "/"
}

func (e *entity) resource() string { return e.kind + e.path + e.name }

// policiesOf are the identity policies of an entity and its boundary.
func (s *Service) policiesOf(e *entity) []*authz.Policy {
	var out []*authz.Policy
	for _, p := range e.inline {
		out = append(out, p.parsed)
	}
	for _, arn := range e.attached {
		if p := s.policies[arn]; p != nil {
			out = append(out, p.current().parsed)
		}
	}
	if e.boundary != "" {
		out = append(out, authz.Limit(s.policies[e.boundary].current().parsed))
	}
	return out
}

// find is a way to get the entity that a request names.
type find func(*call) (*entity, error)

func theUser(c *call) (*entity, error) {
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	return &u.entity, nil
}

func theRole(c *call) (*entity, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	return &r.entity, nil
}

// withEntity makes an operation out of one that works on a user or a role.
func withEntity(f find, do func(*call, *entity) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		e, err := f(c)
		if err != nil {
			return nil, err
		}
		return do(c, e)
	}
}

// boundaryXML shows a permissions boundary.
type boundaryXML struct {
	PermissionsBoundaryType string
	PermissionsBoundaryArn  string
}

func (e *entity) shownBoundary() *boundaryXML {
	if e.boundary == "" {
		return nil
	}
	return &boundaryXML{"Policy", e.boundary}
}

// deletable says what is in the way of deleting it.
func (e *entity) deletable() error {
	switch {
	case len(e.inline) > 0:
		return deleteConflict("Cannot delete entity, must delete policies first.")
	case len(e.attached) > 0:
		return deleteConflict("Cannot delete entity, must detach all policies first.")
	}
	return nil
}

// key is what a map of entities is keyed by: names are unique ignoring case.
func key(name string) string { return strings.ToLower(name) }

// newUniqueID is the id of an entity: "AIDA" for users, "AROA" for roles,
// "AIPA" for instance profiles, "ANPA" for policies.
func newUniqueID(prefix string) string { return prefix + randomBase32(17) }

// newKeyID is that of a key: "AKIA" for long-term ones, "ASIA" for sessions.
func newKeyID(prefix string) string { return prefix + randomBase32(16) }

func newSecret() string { return base64.StdEncoding.EncodeToString(randomBytes(30)) }

func newSessionToken() string { return base64.StdEncoding.EncodeToString(randomBytes(240)) }

func randomBase32(n int) string {
	return base32.StdEncoding.EncodeToString(randomBytes(n))[:n]
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}

var boundaryOperations = map[string]operation{
	"iam:PutUserPermissionsBoundary":    {params: "UserName! PermissionsBoundary!", on: onUser, do: withEntity(theUser, putBoundary)},
	"iam:DeleteUserPermissionsBoundary": {params: "UserName!", on: onUser, do: withEntity(theUser, deleteBoundary)},
	"iam:PutRolePermissionsBoundary":    {params: "RoleName! PermissionsBoundary!", on: onRole, do: withEntity(theRole, putBoundary)},
	"iam:DeleteRolePermissionsBoundary": {params: "RoleName!", on: onRole, do: withEntity(theRole, deleteBoundary)},
}

// setBoundary takes the permissions boundary of a request, if it has one.
func (c *call) setBoundary(e *entity) error {
	arn := c.get("PermissionsBoundary")
	if arn == "" {
		return nil
	}
	if c.s.policies[arn] == nil {
		return noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
	}
	e.boundary = arn
	return nil
}

func putBoundary(c *call, e *entity) (any, error) { return nil, c.setBoundary(e) }

func deleteBoundary(_ *call, e *entity) (any, error) {
	if e.boundary == "" {
		return nil, noSuchEntity("The %s with name %s does not have a permissions boundary attached.", e.kind, e.name)
	}
	e.boundary = ""
	return nil, nil
}
