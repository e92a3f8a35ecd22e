package iamapi

import (
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

type role struct {
	entity
	trust       trust
	description string
	maxSession  time.Duration
}

const defaultMaxSession = time.Hour

var roleOperations = map[string]operation{
	"iam:CreateRole": {
		params: "RoleName! AssumeRolePolicyDocument! Path Description MaxSessionDuration PermissionsBoundary Tags",
		on:     newRole, do: createRole,
	},
	"iam:GetRole":                {params: "RoleName!", on: onRole, do: getRole},
	"iam:ListRoles":              {params: "PathPrefix Marker MaxItems", on: under("role"), do: listRoles},
	"iam:UpdateRole":             {params: "RoleName! Description MaxSessionDuration", on: onRole, do: updateRole},
	"iam:UpdateRoleDescription":  {params: "RoleName! Description!", on: onRole, do: updateRoleDescription},
	"iam:UpdateAssumeRolePolicy": {params: "RoleName! PolicyDocument!", on: onRole, do: updateAssumeRolePolicy},
	"iam:DeleteRole":             {params: "RoleName!", on: onRole, do: deleteRole},
	"iam:TagRole":                {params: "RoleName! Tags!", on: onRole, do: withEntity(theRole, tagEntity)},
	"iam:UntagRole":              {params: "RoleName! TagKeys!", on: onRole, do: withEntity(theRole, untagEntity)},
	"iam:ListRoleTags":           {params: "RoleName! Marker MaxItems", on: onRole, do: withEntity(theRole, listEntityTags)},
}

func (c *call) role(name string) (*role, error) {
	if r := c.s.roles[key(name)]; r != nil {
		return r, nil
	}
	return nil, noSuchEntity("The role with name %s cannot be found.", name)
}

// onRole is the ARN of the role that a request names.
func onRole(c *call) string {
	if r := c.s.roles[key(c.get("RoleName"))]; r != nil {
		return c.s.arn(r.resource())
	}
	return c.s.arn("role/" + c.get("RoleName"))
}

func newRole(c *call) string { return c.s.arn("role" + c.path() + c.get("RoleName")) }

func createRole(c *call) (any, error) {
	name := c.get("RoleName")
	if c.s.roles[key(name)] != nil {
		return nil, alreadyExists("Role with name %s already exists.", name)
	}
	r := &role{entity: newEntity(c, "role", "AROA", name), description: c.get("Description"), maxSession: c.maxSession()}
	var err error
	if r.trust, err = c.s.newTrust(c.get("AssumeRolePolicyDocument")); err != nil {
		return nil, err
	}
	if r.tags, err = c.createTags("iam:TagRole", newRole(c)); err != nil {
		return nil, err
	}
	if err := c.setBoundary(&r.entity); err != nil {
		return nil, err
	}
	c.s.roles[key(name)] = r
	c.s.names.set(c.s.arn(r.resource()), r.id)
	return c.roleResult(r)
}

func (c *call) maxSession() time.Duration {
	seconds, err := strconv.Atoi(c.get("MaxSessionDuration"))
	if err != nil {
		return defaultMaxSession // not given: what is given was found to be a number
	}
	return time.Duration(seconds) * time.Second
}

func getRole(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	return c.roleResult(r)
}

func listRoles(c *call) (any, error) {
	var found []*role
	for _, r := range c.s.roles {
		if strings.HasPrefix(r.path, c.get("PathPrefix")) {
			found = append(found, r)
		}
	}
	shown, p, err := paginate(c, found, func(r *role) string { return r.name })
	if err != nil {
		return nil, err
	}
	result := struct {
		Roles list[roleXML]
		page
	}{page: p}
	for _, r := range shown {
		x, err := c.s.briefRole(r)
		if err != nil {
			return nil, err
		}
		result.Roles.Members = append(result.Roles.Members, x)
	}
	return result, nil
}

// updateRole leaves a description that is not given, but sets the session's
// duration back to its default, as AWS documents it.
func updateRole(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	r.maxSession = c.maxSession()
	if c.form.Has("Description") {
		r.description = c.get("Description")
	}
	return none{}, nil
}

func updateRoleDescription(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	r.description = c.get("Description")
	return c.roleResult(r)
}

func updateAssumeRolePolicy(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	trust, err := c.s.newTrust(c.get("PolicyDocument"))
	if err != nil {
		return nil, err
	}
	r.trust = trust
	return nil, nil
}

func deleteRole(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	if len(c.s.profilesOf(r)) > 0 {
		return nil, deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	if err := r.deletable(); err != nil {
		return nil, err
	}
	delete(c.s.roles, key(r.name))
	c.s.names.remove(r.id)
	return nil, nil
}

type roleXML struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               timestamp
	AssumeRolePolicyDocument string
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int
	PermissionsBoundary      *boundaryXML
	Tags                     *list[tag]
	RoleLastUsed             *none
}

type roleResult struct{ Role roleXML }

// briefRole is how listings show a role.
func (s *Service) briefRole(r *role) (roleXML, error) {
	document, err := s.showTrust(r.trust)
	return roleXML{
		Path:                     r.path,
		RoleName:                 r.name,
		RoleID:                   r.id,
		Arn:                      s.arn(r.resource()),
		CreateDate:               timestamp(r.created),
		AssumeRolePolicyDocument: encodeDocument(document),
		Description:              r.description,
		MaxSessionDuration:       int(r.maxSession / time.Second),
	}, err
}

func (c *call) roleResult(r *role) (any, error) {
	x, err := c.s.briefRole(r)
	x.PermissionsBoundary = r.shownBoundary()
	x.Tags = shownTags(r.tags)
	x.RoleLastUsed = &none{} // uses are not recorded
	return roleResult{x}, err
}

const maxTrust = 2048

// trust is the trust policy of a role. IAM keeps the unique ids of principals
// behind the ARNs: a user that was re-created under the same name is not trusted.
type trust struct {
	document string            // with the principals' ARNs
	ids      map[string]string // of these principals when the document was written
	parsed   *authz.Policy     // with the principals' unique ids
}

// newTrust fails when a principal does not exist.
func (s *Service) newTrust(document string) (trust, error) {
	if _, err := authz.ParseTrust(document, s.Exists); err != nil {
		return trust{}, err
	}
	if policySize(document) > maxTrust {
		return trust{}, limitExceeded("Cannot exceed quota for ACLSizePerRole: %d", maxTrust)
	}
	t := trust{ids: map[string]string{}}
	var err error
	t.document, err = authz.MapPrincipals(document, func(principal string) string {
		arn := principal
		if live, ok := s.PrincipalARN(principal); ok {
			arn = live
		}
		if id, ok := s.PrincipalID(arn); ok {
			t.ids[arn] = id
		}
		return arn
	})
	if err != nil {
		return trust{}, err
	}
	byID, err := authz.MapPrincipals(t.document, func(arn string) string { return t.ids[arn] })
	if err != nil {
		return trust{}, err
	}
	t.parsed, err = authz.ParseTrust(byID, nil)
	return t, err
}

// showTrust is the document as it comes back: a principal that is gone shows
// as its unique id, even when another has taken its name.
func (s *Service) showTrust(t trust) (string, error) {
	return authz.MapPrincipals(t.document, func(arn string) string {
		id := t.ids[arn]
		if now, ok := s.PrincipalID(arn); ok && now == id {
			return arn
		}
		return s.renamed(arn, id)
	})
}

// renamed is the ARN that a principal has by now, or its id when it is gone.
func (s *Service) renamed(oldARN, id string) string {
	if owner := s.ownerOf(oldARN); owner != nil {
		if arn, ok := owner.PrincipalARN(id); ok {
			return arn
		}
	}
	return id
}
