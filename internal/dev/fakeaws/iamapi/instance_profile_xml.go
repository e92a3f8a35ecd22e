package iamapi

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
