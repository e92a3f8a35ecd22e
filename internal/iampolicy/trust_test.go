package iampolicy

import (
	"strings"
	"testing"
)

const gitHub = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"

func TestTrustPolicy(t *testing.T) {
	tests := map[string]struct {
		trust Trust
		want  string
	}{
		"a service, as everybody writes it": {
			Trust{Services: []string{"ec2.amazonaws.com"}},
			`{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`,
		},
		"services and principals, in whatever order": {
			Trust{Services: []string{"lambda.amazonaws.com", "ec2.amazonaws.com"}, PrincipalARNs: []string{"arn:aws:iam::1:role/b", "arn:aws:iam::1:role/a"}},
			`{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"},` +
				`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:role/a","arn:aws:iam::1:role/b"]},"Action":"sts:AssumeRole"}`,
		},
		"GitHub workflows, by audience and exact subject": {
			Trust{GitHub: &GitHubActions{ProviderARN: gitHub, Subjects: []string{"repo:o/n:ref:refs/heads/main"}}},
			`{"Effect":"Allow","Principal":{"Federated":"` + gitHub + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{` +
				`"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:o/n:ref:refs/heads/main"}}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := tt.trust.Policy()
			if err != nil {
				t.Fatal(err)
			}
			got, err := doc.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if want := `{"Version":"2012-10-17","Statement":[` + tt.want + `]}`; got != want {
				t.Errorf("policy\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestTrustErrors(t *testing.T) {
	for want, trust := range map[string]Trust{
		"trusts nobody":                         {},
		"not the ARN of an OIDC provider":       {GitHub: &GitHubActions{ProviderARN: "token.actions.githubusercontent.com", Subjects: []string{"repo:o/n:pull_request"}}},
		"every repository":                      {GitHub: &GitHubActions{ProviderARN: gitHub}},
		`subject "repo:o/*" is not exact`:       {GitHub: &GitHubActions{ProviderARN: gitHub, Subjects: []string{"repo:o/n:pull_request", "repo:o/*"}}},
		`the subject "" is not exact: name eac`: {GitHub: &GitHubActions{ProviderARN: gitHub, Subjects: []string{""}}},
	} {
		if _, err := trust.Policy(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}
