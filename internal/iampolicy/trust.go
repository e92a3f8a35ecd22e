package iampolicy

import (
	"errors"
	"fmt"
	"strings"
)

// Trust says who can assume a role.
type Trust struct {
	Services      []string       // such as "ec2.amazonaws.com"
	PrincipalARNs []string       // users, roles, or accounts (".../root")
	GitHub        *GitHubActions // nil trusts no workflows
}

// GitHubActions are the workflows that can assume a role with the token that
// GitHub gives them.
type GitHubActions struct {
	// ProviderARN is IAM's OIDC provider for GitHub's tokens, such as
	// "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com".
	ProviderARN string
	// Subjects are compared exactly, such as "repo:owner/name:ref:refs/heads/main"
	// or "repo:owner/name:environment:production".
	Subjects []string
}

// stsAudience is what the token of a workflow is made for when AWS's own action
// asks for it.
const stsAudience = "sts.amazonaws.com"

// Policy returns the trust policy. Its statements have no Sid, so that a role
// with the usual policy for a service equals it. It fails when nobody is
// trusted, on a provider that is none, and on subjects that are missing or are
// patterns: they would never match, or trust too many.
func (t Trust) Policy() (Document, error) {
	doc := Document{Version: Version}
	assume := func(p Principal) {
		doc.Statements = append(doc.Statements, Statement{Effect: "Allow", Principal: &p, Actions: []string{"sts:AssumeRole"}})
	}
	if len(t.Services) > 0 {
		assume(Principal{Service: sorted(t.Services)})
	}
	if len(t.PrincipalARNs) > 0 {
		assume(Principal{AWS: sorted(t.PrincipalARNs)})
	}
	if t.GitHub != nil {
		statement, err := t.GitHub.statement()
		if err != nil {
			return Document{}, err
		}
		doc.Statements = append(doc.Statements, statement)
	}
	if len(doc.Statements) == 0 {
		return Document{}, errors.New("the role trusts nobody: name a service, a principal or GitHub workflows")
	}
	return doc, nil
}

func (g GitHubActions) statement() (Statement, error) {
	_, issuer, ok := strings.Cut(g.ProviderARN, ":oidc-provider/")
	if !ok || issuer == "" {
		return Statement{}, fmt.Errorf("%q is not the ARN of an OIDC provider, such as \"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\"", g.ProviderARN)
	}
	if len(g.Subjects) == 0 {
		return Statement{}, errors.New("GitHub workflows need at least one subject: without, every repository on GitHub would be trusted")
	}
	for _, subject := range g.Subjects {
		if subject == "" || strings.ContainsAny(subject, "*?") {
			return Statement{}, fmt.Errorf("the subject %q is not exact: name each branch, tag or environment, such as \"repo:owner/name:ref:refs/heads/main\"", subject)
		}
	}
	return Statement{
		Effect:    "Allow",
		Principal: &Principal{Federated: []string{g.ProviderARN}},
		Actions:   []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: Condition{"StringEquals": {
			issuer + ":aud": {stsAudience},
			issuer + ":sub": sorted(g.Subjects),
		}},
	}, nil
}
