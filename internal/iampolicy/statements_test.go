package iampolicy

import (
	"slices"
	"testing"
)

func policyOf(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

const (
	everyone = `{"Sid":"Everyone","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
	unnamed  = `{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
	narrowed = `{"Sid":"Narrowed","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}`
	refusal  = `{"Sid":"Refusal","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::videos/*"}`
	account  = `{"Sid":"Account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}`
)

func TestPublic(t *testing.T) {
	document := policyOf(everyone + "," + unnamed + "," + narrowed + "," + refusal + "," + account)
	if got := Public(document); !slices.Equal(got, []string{`"Everyone"`, unnamed}) {
		t.Errorf("%q", got)
	}
	if got := Public(`[]`); got != nil {
		t.Errorf("%q in no policy", got)
	}
}

func TestLost(t *testing.T) {
	spaced := `{ "Resource": ["arn:aws:s3:::videos"], "Sid": "Account", "Effect": "Allow", "Action": ["s3:ListBucket"], "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]} }`
	before := policyOf(account + "," + unnamed + "," + refusal)
	if got := Lost(before, policyOf(spaced)); !slices.Equal(got, []string{unnamed, `"Refusal"`}) {
		t.Errorf("%q", got)
	}
	if got := Lost(before, before); got != nil {
		t.Errorf("%q lost in the same policy", got)
	}
}

func TestTrustsService(t *testing.T) {
	trusts := func(principal, action string) string {
		return policyOf(`{"Effect":"Allow","Principal":` + principal + `,"Action":` + action + `}`)
	}
	const service = `{"Service":["ec2.amazonaws.com","s3.amazonaws.com"]}`
	for document, want := range map[string]bool{
		trusts(service, `"sts:AssumeRole"`):                            true,
		trusts(service, `["sts:TagSession","sts:*"]`):                  true,
		trusts(`"*"`, `"*"`):                                           true,
		trusts(service, `"sts:AssumeRoleWithWebIdentity"`):             false,
		trusts(`{"Service":"ec2.amazonaws.com"}`, `"sts:AssumeRole"`):  false,
		trusts(`{"AWS":"arn:aws:iam::1:root"}`, `"sts:AssumeRole"`):    false,
		policyOf(`{"Effect":"Deny","Principal":"*","Action":"sts:*"}`): false,
		`[]`: false,
	} {
		if got := TrustsService(document, "s3.amazonaws.com"); got != want {
			t.Errorf("%v for %s", got, document)
		}
	}
}
