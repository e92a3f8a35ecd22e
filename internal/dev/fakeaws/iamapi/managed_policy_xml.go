package iamapi

type policyXML struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    timestamp
	UpdateDate                    timestamp
	Tags                          *list[tag]
}

type policyResult struct{ Policy policyXML }

// briefPolicy is how listings show a managed policy.
func (s *Service) briefPolicy(p *managedPolicy) policyXML {
	attached, bounds := s.uses(p)
	return policyXML{
		PolicyName:                    p.name,
		PolicyID:                      p.id,
		Arn:                           p.arn,
		Path:                          p.path,
		DefaultVersionID:              p.defaultVersion,
		AttachmentCount:               attached,
		PermissionsBoundaryUsageCount: bounds,
		IsAttachable:                  true,
		CreateDate:                    timestamp(p.created),
		UpdateDate:                    timestamp(p.updated),
	}
}

func (s *Service) fullPolicy(p *managedPolicy) policyXML {
	x := s.briefPolicy(p)
	x.Description = p.description
	x.Tags = shownTags(p.tags)
	return x
}
