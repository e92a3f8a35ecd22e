package iamapi

import "github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"

const maxTrust = 2048

// trust is the trust policy of a role. IAM keeps the unique ids of principals
// behind the ARNs: a user made anew under an old name is not trusted.
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
