package iampolicy

import (
	"reflect"
	"testing"
)

func TestRecognizeTrust(t *testing.T) {
	for name, trust := range map[string]Trust{
		"a service":   {Services: []string{"ec2.amazonaws.com"}},
		"a principal": {PrincipalARNs: []string{"arn:aws:iam::123456789012:root"}},
		"everything": {
			Services:      []string{"ec2.amazonaws.com", "lambda.amazonaws.com"},
			PrincipalARNs: []string{"arn:aws:iam::123456789012:root"},
			GitHub: &GitHubActions{
				ProviderARN: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
				Subjects:    []string{"repo:a/b:ref:refs/heads/main"},
			},
		},
	} {
		policy, err := trust.Policy()
		if err != nil {
			t.Fatal(err)
		}
		text, err := policy.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := RecognizeTrust(text); !ok || !reflect.DeepEqual(got, trust) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

func TestRecognizeTrustRefusesOthers(t *testing.T) {
	for name, document := range map[string]string{
		"no policy":     `[]`,
		"everybody":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`,
		"a condition":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`,
		"a deny":        `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"every subject": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]}`,
	} {
		if got, ok := RecognizeTrust(document); ok {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
}
