package iampolicy

import (
	"encoding/json"
	"strings"
)

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
			_, issuer, _ := strings.Cut(provider, ":oidc-provider/")
			trust.GitHub = &GitHubActions{ProviderARN: provider, Subjects: s.Condition["StringEquals"][issuer+":sub"]}
		}
	}
	own, err := trust.Policy()
	if err != nil {
		return Trust{}, false
	}
	text, err := own.JSON()
	return trust, err == nil && Equivalent(text, document)
}
