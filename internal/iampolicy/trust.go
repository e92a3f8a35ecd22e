package iampolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Trust says who can assume a role.
type Trust struct {
	Services      []string      // such as "ec2.amazonaws.com"
	PrincipalARNs []string      // users, roles, or accounts (".../root")
	WebIdentities []WebIdentity // in the order of their statements
}

// WebIdentity are those that can assume a role with a token of an OIDC provider:
// workflows of GitHub Actions, jobs of GitLab, pods of an EKS cluster.
type WebIdentity struct {
	// ProviderARN is the OIDC provider in IAM, such as
	// "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com".
	ProviderARN string
	// Subjects are compared exactly, such as "repo:owner/name:ref:refs/heads/main"
	// or "system:serviceaccount:namespace:name".
	Subjects []string
	// Audiences are whom the tokens are made for, compared exactly. None means
	// DefaultAudience.
	Audiences []string
}

// DefaultAudience is whom tokens are made for that AWS's own clients ask for: its action
// for GitHub, and EKS for service accounts.
const DefaultAudience = "sts.amazonaws.com"

// podIdentity is the service that hands roles to pods. It passes session tags, and so
// needs an action more than other services.
const podIdentity = "pods.eks.amazonaws.com"

// issuer is the provider's URL without the scheme, with which its condition keys begin.
func (w WebIdentity) issuer() string {
	_, issuer, _ := strings.Cut(w.ProviderARN, ":oidc-provider/")
	return issuer
}

// IsGitHub reports whether the tokens are those of GitHub Actions, at github.com or at a
// GitHub Enterprise Server, for the default audience.
func (w WebIdentity) IsGitHub() bool {
	host, path, _ := strings.Cut(w.issuer(), "/")
	return (host == "token.actions.githubusercontent.com" || path == "_services/token") && slices.Equal(w.audiences(), []string{DefaultAudience})
}

func (w WebIdentity) audiences() []string {
	if len(w.Audiences) == 0 {
		return []string{DefaultAudience}
	}
	return sorted(w.Audiences)
}

// Policy returns the trust policy. Its statements have no Sid, so that a role
// with the usual policy for a service equals it. It fails when nobody is
// trusted, on a provider that is none, and on subjects or audiences that are
// missing or are patterns: they would never match, or trust too many.
func (t Trust) Policy() (Document, error) {
	doc := Document{Version: Version}
	assume := func(p Principal, actions ...string) {
		doc.Statements = append(doc.Statements, Statement{Effect: "Allow", Principal: &p, Actions: append([]string{"sts:AssumeRole"}, actions...)})
	}
	others := slices.DeleteFunc(slices.Clone(t.Services), func(s string) bool { return s == podIdentity })
	if len(others) > 0 {
		assume(Principal{Service: sorted(others)})
	}
	if len(others) < len(t.Services) {
		assume(Principal{Service: []string{podIdentity}}, "sts:TagSession")
	}
	if len(t.PrincipalARNs) > 0 {
		assume(Principal{AWS: sorted(t.PrincipalARNs)})
	}
	for _, identity := range t.WebIdentities {
		statement, err := identity.statement()
		if err != nil {
			return Document{}, err
		}
		doc.Statements = append(doc.Statements, statement)
	}
	if len(doc.Statements) == 0 {
		return Document{}, errors.New("the role trusts nobody: name a service, a principal, GitHub workflows or another web identity")
	}
	return doc, nil
}

func (w WebIdentity) statement() (Statement, error) {
	issuer := w.issuer()
	if issuer == "" {
		return Statement{}, fmt.Errorf("%q is not the ARN of an OIDC provider, such as \"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\"", w.ProviderARN)
	}
	if len(w.Subjects) == 0 {
		return Statement{}, fmt.Errorf("tokens of %s need at least one subject: without, everybody whom the provider gives a token would be trusted", issuer)
	}
	for _, subject := range w.Subjects {
		if notExact(subject) {
			return Statement{}, fmt.Errorf("the subject %q is not exact: name each one in full, such as \"repo:owner/name:ref:refs/heads/main\" or \"system:serviceaccount:namespace:name\"", subject)
		}
	}
	if i := slices.IndexFunc(w.Audiences, notExact); i >= 0 {
		return Statement{}, fmt.Errorf("the audience %q is not exact: name each one in full, such as %q", w.Audiences[i], DefaultAudience)
	}
	return Statement{
		Effect:    "Allow",
		Principal: &Principal{Federated: []string{w.ProviderARN}},
		Actions:   []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: Condition{"StringEquals": {
			issuer + ":aud": w.audiences(),
			issuer + ":sub": sorted(w.Subjects),
		}},
	}, nil
}

func notExact(value string) bool {
	return value == "" || strings.ContainsAny(value, "*?") || strings.Contains(value, "${")
}
