package iamapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

func TestUserMeansTheCaller(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	alice := h.user("alice", allow("iam:*"))
	own, err := h.iam(alice).GetUser(ctx, &iam.GetUserInput{})
	if err != nil || *own.User.UserName != "alice" {
		t.Errorf("own user %+v, %v", own, err)
	}
	root, err := h.root().GetUser(ctx, &iam.GetUserInput{})
	if err != nil || *root.User.Arn != arnOf("root") || root.User.UserName != nil {
		t.Errorf("root user %+v, %v", root, err)
	}
	h.role("r", arnOf("user/alice"))
	must(t)(h.root().AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}))
	session, err := h.assume(alice, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/r"))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.iam(session).GetUser(ctx, &iam.GetUserInput{})
	refused(t, err, "ValidationError", "Must specify userName when calling with non-User credentials")
}

func TestPrincipalTags(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}]}`
	alice := h.user("alice", document)
	_, err := h.iam(alice).GetUser(ctx, &iam.GetUserInput{})
	refused(t, err, "AccessDenied", "iam:GetUser")
	must(t)(h.root().TagUser(ctx, &iam.TagUserInput{UserName: aws.String("alice"), Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("red")}}}))
	must(t)(h.iam(alice).GetUser(ctx, &iam.GetUserInput{}))

	tags := []ststypes.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}
	h.role("untaggable", arnOf("user/alice"))
	_, err = h.assume(alice, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/untaggable")), Tags: tags})
	refused(t, err, "AccessDenied", "sts:TagSession")
	trust := strings.Replace(trustOf(arnOf("user/alice")), `"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession"]`, 1)
	must(t)(h.root().UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("untaggable"), PolicyDocument: &trust}))
	session, err := h.assume(alice, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/untaggable")), Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	keys := h.accounts[testAccount].PrincipalKeys(session.Principal)
	for key, want := range map[string]string{
		"aws:principaltag/team": "blue",
		"aws:principaltype":     "AssumedRole",
		"aws:principalarn":      arnOf("role/untaggable"),
		"aws:userid":            session.Principal.UserID,
	} {
		if got := keys[key]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

func TestDoRefusesWhatItLacks(t *testing.T) {
	s := New(Options{AccountID: testAccount})
	tests := map[string]struct {
		principal authz.Principal
		form      url.Values
		status    int
		part      string
	}{
		"parameter": {s.Root().Principal, url.Values{"Action": {"CreateUser"}, "Version": {"2010-05-08"}, "UserName": {"a"}, "Shoe.member.1": {"x"}}, http.StatusNotImplemented, "fakeaws does not implement the parameter Shoe of CreateUser."},
		"version":   {s.Root().Principal, url.Values{"Action": {"CreateUser"}, "Version": {"2009-01-01"}, "UserName": {"a"}}, http.StatusBadRequest, "Could not find operation CreateUser for version 2009-01-01"},
		"required":  {s.Root().Principal, url.Values{"Action": {"PutUserPolicy"}, "Version": {"2010-05-08"}, "UserName": {"a"}}, http.StatusBadRequest, "2 validation errors detected: Value null at &#39;policyName&#39;"},
		"anonymous": {authz.Principal{Anonymous: true}, url.Values{"Action": {"ListUsers"}, "Version": {"2010-05-08"}}, http.StatusForbidden, "<Code>MissingAuthenticationToken</Code>"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, operation := s.Do(t.Context(), tt.principal, "iam", tt.form, "id")
			if got.Status != tt.status || !strings.Contains(string(got.Body), tt.part) || operation != tt.form.Get("Action") {
				t.Errorf("%d %s %s", got.Status, operation, got.Body)
			}
		})
	}
}
