package iampolicy

import "encoding/json"

// RecognizeTrust finds out whom a trust policy trusts, for one that was made
// elsewhere. ok is false when it trusts in another way than a Trust does.
func RecognizeTrust(document string) (trust Trust, ok bool) {
	var policy struct {
		Statement []struct {
			Principal struct{ AWS, Service, Federated oneOrMany }
			Condition map[string]map[string]oneOrMany
		}
	}
	if json.Unmarshal([]byte(document), &policy) != nil {
		return Trust{}, false
	}
	for _, s := range policy.Statement {
		trust.Services = append(trust.Services, s.Principal.Service...)
		trust.PrincipalARNs = append(trust.PrincipalARNs, s.Principal.AWS...)
		for _, provider := range s.Principal.Federated {
			identity := WebIdentity{ProviderARN: provider}
			equals := s.Condition["StringEquals"]
			identity.Subjects, identity.Audiences = equals[identity.issuer()+":sub"], equals[identity.issuer()+":aud"]
			trust.WebIdentities = append(trust.WebIdentities, identity)
		}
	}
	own, err := trust.Policy()
	if err != nil {
		return Trust{}, false
	}
	text, err := own.JSON()
	return trust, err == nil && Equivalent(text, document)
}
