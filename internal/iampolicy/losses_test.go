package iampolicy

import (
	"slices"
	"testing"
)

func TestLostTrust(t *testing.T) {
	policy := func(statements string) string { return `{"Version":"2012-10-17","Statement":[` + statements + `]}` }
	allow := func(principal, condition string) string {
		if condition != "" {
			condition = `,"Condition":` + condition
		}
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"` + condition + `}`
	}
	const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
	github := func(subjects, audience string) string {
		return allow(`{"Federated":"`+provider+`"}`, `{"StringEquals":{"token.actions.githubusercontent.com:sub":`+subjects+`,"token.actions.githubusercontent.com:aud":["`+audience+`"]}}`)
	}
	ec2, two := allow(`{"Service":"ec2.amazonaws.com"}`, ""), allow(`{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}`, "")
	inOrg := allow(`{"AWS":"123456789012"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`)
	for name, tt := range map[string]struct {
		before, after string
		want          []string
	}{
		"equal":                       {policy(two), policy(two), nil},
		"a service added":             {policy(ec2), policy(two), nil},
		"a service removed":           {policy(two), policy(ec2), []string{"lambda.amazonaws.com"}},
		"statements joined":           {policy(ec2 + "," + allow(`{"Service":"lambda.amazonaws.com"}`, "")), policy(two), nil},
		"one statement without list":  {`{"Statement":` + two + `}`, policy(ec2), []string{"lambda.amazonaws.com"}},
		"an account in another form":  {policy(allow(`{"AWS":"arn:aws:iam::123456789012:root"}`, "")), policy(allow(`{"AWS":"123456789012"}`, "")), nil},
		"everybody":                   {policy(allow(`"*"`, "")), policy(ec2), []string{"everybody"}},
		"covered by everybody":        {policy(allow(`{"AWS":"123456789012"}`, "")), policy(allow(`{"AWS":"*"}`, "")), nil},
		"a condition added":           {policy(allow(`{"AWS":"123456789012"}`, "")), policy(inOrg), []string{"123456789012"}},
		"a condition removed":         {policy(inOrg), policy(allow(`{"AWS":"123456789012"}`, "")), nil},
		"the same condition":          {policy(inOrg), policy(inOrg + "," + ec2), nil},
		"a subject removed":           {policy(github(`["repo:a/b:environment:p","repo:a/c:environment:p"]`, "sts.amazonaws.com")), policy(github(`"repo:a/b:environment:p"`, "sts.amazonaws.com")), []string{"repo:a/c:environment:p"}},
		"another audience":            {policy(github(`"repo:a/b:environment:p"`, "sts.amazonaws.com")), policy(github(`"repo:a/b:environment:p"`, "other")), []string{"repo:a/b:environment:p"}},
		"an audience added":           {policy(github(`"repo:a/b:environment:p"`, "sts.amazonaws.com")), policy(github(`"repo:a/b:environment:p"`, `other","sts.amazonaws.com`)), nil},
		"an audience removed":         {policy(github(`"repo:a/b:environment:p"`, `other","sts.amazonaws.com`)), policy(github(`"repo:a/b:environment:p"`, "sts.amazonaws.com")), []string{"repo:a/b:environment:p, with a token for other"}},
		"any audience before":         {policy(allow(`{"Federated":"`+provider+`"}`, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:a/b:environment:p"}}`)), policy(github(`"repo:a/b:environment:p"`, "sts.amazonaws.com")), []string{"repo:a/b:environment:p"}},
		"a Deny statement trusts not": {policy(`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"},` + ec2), policy(ec2), nil},
		"nothing is left":             {policy(two), "", []string{"ec2.amazonaws.com", "lambda.amazonaws.com"}},
		"not a policy before":         {"{}", policy(ec2), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LostTrust(tt.before, tt.after); !slices.Equal(got, tt.want) {
				t.Errorf("lost trust: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLostKeys(t *testing.T) {
	const one, two = "arn:aws:kms:us-east-1:123456789012:key/1", "arn:aws:kms:us-east-1:123456789012:key/2"
	policy := func(action, resource string) string {
		return `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"},{"Effect":"Allow","Action":` + action + `,"Resource":` + resource + `}]}`
	}
	for name, tt := range map[string]struct {
		before, after string
		want          []string
	}{
		"equal":                 {policy(`"kms:Decrypt"`, `"`+one+`"`), policy(`["kms:Decrypt","kms:GenerateDataKey"]`, `["`+one+`"]`), nil},
		"a key added":           {policy(`"kms:Decrypt"`, `"`+one+`"`), policy(`"kms:Decrypt"`, `["`+one+`","`+two+`"]`), nil},
		"a key removed":         {policy(`"kms:Decrypt"`, `["`+one+`","`+two+`"]`), policy(`"kms:Decrypt"`, `"`+one+`"`), []string{two}},
		"all keys allowed":      {policy(`"kms:Decrypt"`, `"`+one+`"`), policy(`"kms:*"`, `"*"`), nil},
		"all keys were allowed": {policy(`"*"`, `"*"`), policy(`"kms:Decrypt"`, `"`+one+`"`), []string{"*"}},
		"decryption removed":    {policy(`"KMS:decrypt"`, `"`+one+`"`), policy(`"kms:GenerateDataKey"`, `"`+one+`"`), []string{one}},
		"nothing is left":       {policy(`"kms:De*"`, `"`+one+`"`), "", []string{one}},
		"no keys":               {policy(`"s3:ListBucket"`, `"arn:aws:s3:::videos"`), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LostKeys(tt.before, tt.after); !slices.Equal(got, tt.want) {
				t.Errorf("lost keys: got %q, want %q", got, tt.want)
			}
		})
	}
}
