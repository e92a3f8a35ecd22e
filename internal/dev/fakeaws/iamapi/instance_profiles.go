package iamapi

import (
	"strings"
	"time"
)

type instanceProfile struct {
	name, path, id string
	created        time.Time
	tags           []tag
	role           *role // nil for none
}

var instanceProfileOperations = map[string]operation{
	"iam:CreateInstanceProfile":         {params: "InstanceProfileName! Path Tags", on: newProfile, do: createInstanceProfile},
	"iam:GetInstanceProfile":            {params: "InstanceProfileName!", on: onProfile, do: getInstanceProfile},
	"iam:ListInstanceProfiles":          {params: "PathPrefix Marker MaxItems", on: under("instance-profile"), do: listInstanceProfiles},
	"iam:ListInstanceProfilesForRole":   {params: "RoleName! Marker MaxItems", on: onRole, do: listInstanceProfilesForRole},
	"iam:AddRoleToInstanceProfile":      {params: "InstanceProfileName! RoleName!", on: onProfile, do: addRoleToInstanceProfile},
	"iam:RemoveRoleFromInstanceProfile": {params: "InstanceProfileName! RoleName!", on: onProfile, do: removeRoleFromInstanceProfile},
	"iam:DeleteInstanceProfile":         {params: "InstanceProfileName!", on: onProfile, do: deleteInstanceProfile},
	"iam:TagInstanceProfile":            {params: "InstanceProfileName! Tags!", on: onProfile, do: tagInstanceProfile},
	"iam:UntagInstanceProfile":          {params: "InstanceProfileName! TagKeys!", on: onProfile, do: untagInstanceProfile},
	"iam:ListInstanceProfileTags":       {params: "InstanceProfileName! Marker MaxItems", on: onProfile, do: listInstanceProfileTags},
}

func (p *instanceProfile) resource() string { return "instance-profile" + p.path + p.name }

func (c *call) profile() (*instanceProfile, error) {
	name := c.get("InstanceProfileName")
	if p := c.s.profiles[key(name)]; p != nil {
		return p, nil
	}
	return nil, noSuchEntity("Instance Profile %s cannot be found.", name)
}

func onProfile(c *call) string {
	name := c.get("InstanceProfileName")
	if p := c.s.profiles[key(name)]; p != nil {
		return c.s.arn(p.resource())
	}
	return c.s.arn("instance-profile/" + name)
}

func newProfile(c *call) string {
	return c.s.arn("instance-profile" + c.path() + c.get("InstanceProfileName"))
}

func createInstanceProfile(c *call) (any, error) {
	name := c.get("InstanceProfileName")
	if c.s.profiles[key(name)] != nil {
		return nil, alreadyExists("Instance Profile %s already exists.", name)
	}
	tags, err := c.createTags("iam:TagInstanceProfile", newProfile(c))
	if err != nil {
		return nil, err
	}
	p := &instanceProfile{name: name, path: c.path(), id: newUniqueID("AIPA"), created: c.now, tags: tags}
	c.s.profiles[key(name)] = p
	return c.profileResult(p)
}

func getInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	return c.profileResult(p)
}

func listInstanceProfiles(c *call) (any, error) {
	var found []*instanceProfile
	for _, p := range c.s.profiles {
		if strings.HasPrefix(p.path, c.get("PathPrefix")) {
			found = append(found, p)
		}
	}
	return c.profileList(found)
}

func listInstanceProfilesForRole(c *call) (any, error) {
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	return c.profileList(c.s.profilesOf(r))
}

func (s *Service) profilesOf(r *role) []*instanceProfile {
	var found []*instanceProfile
	for _, p := range s.profiles {
		if p.role == r {
			found = append(found, p)
		}
	}
	return found
}

func addRoleToInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	passed := map[string][]string{"iam:passedtoservice": {"ec2.amazonaws.com"}}
	if err := c.authorize("iam:PassRole", c.s.arn(r.resource()), passed); err != nil {
		return nil, err
	}
	if p.role != nil {
		return nil, limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	}
	p.role = r
	return nil, nil
}

func removeRoleFromInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	r, err := c.role(c.get("RoleName"))
	if err != nil {
		return nil, err
	}
	if p.role != r {
		return nil, noSuchEntity("Role %s in Instance Profile %s cannot be found.", r.name, p.name)
	}
	p.role = nil
	return nil, nil
}

func deleteInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	if p.role != nil {
		return nil, deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	delete(c.s.profiles, key(p.name))
	return nil, nil
}

func tagInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	return c.addTags(&p.tags)
}

func untagInstanceProfile(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	return c.removeTags(&p.tags)
}

func listInstanceProfileTags(c *call) (any, error) {
	p, err := c.profile()
	if err != nil {
		return nil, err
	}
	return c.listTags(p.tags)
}

type instanceProfileXML struct {
	Path                string
	InstanceProfileName string
	InstanceProfileID   string `xml:"InstanceProfileId"`
	Arn                 string
	CreateDate          timestamp
	Roles               list[roleXML]
	Tags                *list[tag]
}

// briefProfile is how listings show an instance profile.
func (s *Service) briefProfile(p *instanceProfile) (instanceProfileXML, error) {
	x := instanceProfileXML{
		Path:                p.path,
		InstanceProfileName: p.name,
		InstanceProfileID:   p.id,
		Arn:                 s.arn(p.resource()),
		CreateDate:          timestamp(p.created),
	}
	if p.role == nil {
		return x, nil
	}
	role, err := s.briefRole(p.role)
	x.Roles.Members = []roleXML{role}
	return x, err
}

func (c *call) profileResult(p *instanceProfile) (any, error) {
	x, err := c.s.briefProfile(p)
	x.Tags = shownTags(p.tags)
	return struct{ InstanceProfile instanceProfileXML }{x}, err
}

func (c *call) profileList(found []*instanceProfile) (any, error) {
	shown, p, err := paginate(c, found, func(p *instanceProfile) string { return p.name })
	if err != nil {
		return nil, err
	}
	result := struct {
		InstanceProfiles list[instanceProfileXML]
		page
	}{page: p}
	for _, profile := range shown {
		x, err := c.s.briefProfile(profile)
		if err != nil {
			return nil, err
		}
		result.InstanceProfiles.Members = append(result.InstanceProfiles.Members, x)
	}
	return result, nil
}
