package iamapi

import (
	"encoding/xml"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

type user struct {
	entity
	keys []*accessKey // oldest first
}

var userOperations = map[string]operation{
	"iam:CreateUser":   {params: "UserName! Path PermissionsBoundary Tags", on: newUser, do: createUser},
	"iam:GetUser":      {params: "UserName", on: onUser, do: getUser},
	"iam:ListUsers":    {params: "PathPrefix Marker MaxItems", on: under("user"), do: listUsers},
	"iam:UpdateUser":   {params: "UserName! NewUserName NewPath", on: onUser, do: updateUser},
	"iam:DeleteUser":   {params: "UserName!", on: onUser, do: deleteUser},
	"iam:TagUser":      {params: "UserName! Tags!", on: onUser, do: withEntity(theUser, tagEntity)},
	"iam:UntagUser":    {params: "UserName! TagKeys!", on: onUser, do: withEntity(theUser, untagEntity)},
	"iam:ListUserTags": {params: "UserName! Marker MaxItems", on: onUser, do: withEntity(theUser, listEntityTags)},
}

func tagEntity(c *call, e *entity) (any, error)      { return c.addTags(&e.tags) }
func untagEntity(c *call, e *entity) (any, error)    { return c.removeTags(&e.tags) }
func listEntityTags(c *call, e *entity) (any, error) { return c.listTags(e.tags) }

// user finds a user; a request without a name means the caller.
func (c *call) user(name string) (*user, error) {
	if name == "" {
		return c.self()
	}
	if u := c.s.users[key(name)]; u != nil {
		return u, nil
	}
	return nil, noSuchEntity("The user with name %s cannot be found.", name)
}

func (c *call) self() (*user, error) {
	for _, u := range c.s.users {
		if u.id == c.principal.UserID {
			return u, nil
		}
	}
	return nil, invalid("Must specify userName when calling with non-User credentials")
}

// onUser is the ARN of the user that a request names, or of the caller.
func onUser(c *call) string {
	name := c.get("UserName")
	if name == "" {
		return c.principal.ARN
	}
	if u := c.s.users[key(name)]; u != nil {
		return c.s.arn(u.resource())
	}
	return c.s.arn("user/" + name)
}

func newUser(c *call) string { return c.s.arn("user" + c.path() + c.get("UserName")) }

func createUser(c *call) (any, error) {
	name := c.get("UserName")
	if c.s.users[key(name)] != nil {
		return nil, alreadyExists("User with name %s already exists.", name)
	}
	u := &user{entity: newEntity(c, "user", "AIDA", name)}
	var err error
	if u.tags, err = c.createTags("iam:TagUser", newUser(c)); err != nil {
		return nil, err
	}
	if err := c.setBoundary(&u.entity); err != nil {
		return nil, err
	}
	c.s.users[key(name)] = u
	c.s.names.set(c.s.arn(u.resource()), u.id)
	return userResult{c.s.fullUser(u)}, nil
}

func getUser(c *call) (any, error) {
	if c.get("UserName") == "" && c.principal.Root {
		root := userXML{UserID: c.s.account, Arn: c.principal.ARN, CreateDate: accountsBegin}
		return userResult{root}, nil
	}
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	return userResult{c.s.fullUser(u)}, nil
}

func listUsers(c *call) (any, error) {
	var found []*user
	for _, u := range c.s.users {
		if strings.HasPrefix(u.path, c.get("PathPrefix")) {
			found = append(found, u)
		}
	}
	shown, p, err := paginate(c, found, func(u *user) string { return u.name })
	result := struct {
		Users list[userXML]
		page
	}{page: p}
	for _, u := range shown {
		result.Users.Members = append(result.Users.Members, c.s.briefUser(u))
	}
	return result, err
}

func updateUser(c *call) (any, error) {
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	name, path := u.name, u.path
	if n := c.get("NewUserName"); n != "" {
		name = n
	}
	if p := c.get("NewPath"); p != "" {
		path = p
	}
	// Moving takes the permission on both ends.
	if err := c.authorize("iam:UpdateUser", c.s.arn("user"+path+name), nil); err != nil {
		return nil, err
	}
	if other := c.s.users[key(name)]; other != nil && other != u {
		return nil, alreadyExists("User with name %s already exists.", name)
	}
	delete(c.s.users, key(u.name))
	u.name, u.path = name, path
	c.s.users[key(name)] = u
	arn := c.s.arn(u.resource())
	c.s.names.set(arn, u.id)
	c.s.keys.update(u.id, func(k *Key) { k.Principal.ARN = arn })
	return nil, nil
}

func deleteUser(c *call) (any, error) {
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	if len(u.keys) > 0 {
		return nil, deleteConflict("Cannot delete entity, must delete access keys first.")
	}
	if err := u.deletable(); err != nil {
		return nil, err
	}
	delete(c.s.users, key(u.name))
	c.s.names.remove(u.id)
	c.s.keys.update(u.id, func(k *Key) { k.Active = false }) // his sessions
	return nil, nil
}

type userXML struct {
	Path                string `xml:",omitempty"`
	UserName            string `xml:",omitempty"` // the root user has none
	UserID              string `xml:"UserId"`
	Arn                 string
	CreateDate          timestamp
	PermissionsBoundary *boundaryXML
	Tags                *list[tag]
}

type userResult struct{ User userXML }

// briefUser is how listings show a user.
func (s *Service) briefUser(u *user) userXML {
	return userXML{Path: u.path, UserName: u.name, UserID: u.id, Arn: s.arn(u.resource()), CreateDate: timestamp(u.created)}
}

func (s *Service) fullUser(u *user) userXML {
	x := s.briefUser(u)
	x.PermissionsBoundary = u.shownBoundary()
	x.Tags = shownTags(u.tags)
	return x
}

// principalOf is the user as the sender of requests.
func (s *Service) principalOf(u *user) authz.Principal {
	return authz.Principal{ARN: s.arn(u.resource()), AccountID: s.account, UserID: u.id}
}

// isUserSession tells the temporary credentials of a user, or of root, from
// those of a role.
func isUserSession(p authz.Principal) bool {
	return p.Session != "" && p.RoleARN() == ""
}

// userLeftoverOperations are about what users may have and fakeaws has not:
// clients ask for them before they delete a user.
var userLeftoverOperations = map[string]operation{
	"iam:ListGroupsForUser":              emptyList("UserName! Marker MaxItems", "Groups"),
	"iam:ListMFADevices":                 emptyList("UserName Marker MaxItems", "MFADevices"),
	"iam:ListSigningCertificates":        emptyList("UserName Marker MaxItems", "Certificates"),
	"iam:ListSSHPublicKeys":              emptyList("UserName Marker MaxItems", "SSHPublicKeys"),
	"iam:ListServiceSpecificCredentials": emptyList("UserName ServiceName", "ServiceSpecificCredentials"),
	"iam:ListVirtualMFADevices": {params: "AssignmentStatus Marker MaxItems", on: func(c *call) string { return c.s.arn("mfa/") },
		do: func(*call) (any, error) { return named("VirtualMFADevices"), nil }},
	"iam:GetLoginProfile":    {params: "UserName", on: onUser, do: noLoginProfile},
	"iam:DeleteLoginProfile": {params: "UserName", on: onUser, do: noLoginProfile},
}

func emptyList(params, element string) operation {
	return operation{params: params, on: onUser, do: func(c *call) (any, error) {
		if _, err := c.user(c.get("UserName")); err != nil {
			return nil, err
		}
		return named(element), nil
	}}
}

func noLoginProfile(c *call) (any, error) {
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	return nil, noSuchEntity("Login Profile for User %s cannot be found.", u.name)
}

// named is the result of a listing whose one list, of that name, is empty.
func named(element string) any {
	return struct {
		List struct {
			XMLName xml.Name
		}
		page
	}{List: struct{ XMLName xml.Name }{xml.Name{Local: element}}}
}
