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
			Trust{WebIdentities: []WebIdentity{{ProviderARN: gitHub, Subjects: []string{"repo:o/n:ref:refs/heads/main"}}}},
			`{"Effect":"Allow","Principal":{"Federated":"` + gitHub + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{` +
				`"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:o/n:ref:refs/heads/main"}}}`,
		},
		"pods of a cluster and jobs of GitLab": {
			Trust{WebIdentities: []WebIdentity{
				{ProviderARN: "arn:aws:iam::1:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC", Subjects: []string{"system:serviceaccount:fovea:backend"}},
				{ProviderARN: "arn:aws:iam::1:oidc-provider/gitlab.example.com", Subjects: []string{"project_path:g/p:ref_type:tag:ref:v1", "project_path:g/p:ref_type:branch:ref:main"}, Audiences: []string{"https://gitlab.example.com"}},
			}},
			`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::1:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{` +
				`"oidc.eks.us-east-1.amazonaws.com/id/ABC:aud":"sts.amazonaws.com","oidc.eks.us-east-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:fovea:backend"}}},` +
				`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::1:oidc-provider/gitlab.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{` +
				`"gitlab.example.com:aud":"https://gitlab.example.com","gitlab.example.com:sub":["project_path:g/p:ref_type:branch:ref:main","project_path:g/p:ref_type:tag:ref:v1"]}}}`,
		},
		"EKS Pod Identity, which tags its sessions": {
			Trust{Services: []string{"pods.eks.amazonaws.com", "ec2.amazonaws.com"}},
			`{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},` +
				`{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}`,
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
	identity := func(provider string, audiences []string, subjects ...string) Trust {
		return Trust{WebIdentities: []WebIdentity{{ProviderARN: provider, Subjects: subjects, Audiences: audiences}}}
	}
	for want, trust := range map[string]Trust{
		"trusts nobody":                         {},
		"not the ARN of an OIDC provider":       identity("token.actions.githubusercontent.com", nil, "repo:o/n:pull_request"),
		"everybody whom the provider gives":     identity(gitHub, nil),
		`subject "repo:o/*" is not exact`:       identity(gitHub, nil, "repo:o/n:pull_request", "repo:o/*"),
		`the subject "" is not exact: name eac`: identity(gitHub, nil, ""),
		`subject "a:${aws:username}" is not ex`: identity(gitHub, nil, "a:${aws:username}"),
		`the audience "*" is not exact`:         identity(gitHub, []string{"sts.amazonaws.com", "*"}, "repo:o/n:pull_request"),
	} {
		if _, err := trust.Policy(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one that says %q", err, want)
		}
	}
}

func TestIsGitHub(t *testing.T) {
	for provider, want := range map[string]bool{
		gitHub: true,
		"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com/acme":        true,
		"arn:aws:iam::1:oidc-provider/github.example.com/_services/token":              true,
		"arn:aws:iam::1:oidc-provider/gitlab.com":                                      false,
		"arn:aws:iam::1:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC":         false,
		"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com.example.com": false,
	} {
		if got := (WebIdentity{ProviderARN: provider}).IsGitHub(); got != want {
			t.Errorf("IsGitHub of %s: got %v, want %v", provider, got, want)
		}
	}
	if (WebIdentity{ProviderARN: gitHub, Audiences: []string{"other"}}).IsGitHub() {
		t.Error("IsGitHub with another audience: got true, want false")
	}
}
