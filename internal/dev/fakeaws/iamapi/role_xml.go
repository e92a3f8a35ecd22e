package iamapi

import "time"

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
