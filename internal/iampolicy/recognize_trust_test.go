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
			WebIdentities: []WebIdentity{{
				ProviderARN: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
				Subjects:    []string{"repo:a/b:ref:refs/heads/main"}, Audiences: []string{DefaultAudience},
			}, {
				ProviderARN: "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
				Subjects:    []string{"system:serviceaccount:fovea:backend"}, Audiences: []string{"fovea", DefaultAudience},
			}},
		},
		"pods of EKS": {Services: []string{"lambda.amazonaws.com", "pods.eks.amazonaws.com"}},
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
		"no policy":       `[]`,
		"everybody":       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`,
		"a condition":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`,
		"a deny":          `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"no audience":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:sub":"project_path:a/b:ref_type:branch:ref:main"}}}]}`,
		"another claim":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"gitlab.com:aud":"sts.amazonaws.com","gitlab.com:sub":"project_path:a/b:ref_type:branch:ref:main","gitlab.com:amr":"x"}}}]}`,
		"no session tags": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"every subject":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]}`,
	} {
		if got, ok := RecognizeTrust(document); ok {
			t.Errorf("%s: recognized as %+v", name, got)
		}
	}
}
