package iamapi

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

func TestCallerIdentity(t *testing.T) {
	h := newHarness(t)
	got, err := h.sts(h.user("alice", "")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *got.Arn != arnOf("user/alice") || *got.Account != testAccount {
		t.Errorf("caller %+v, %v", got, err)
	}
}

func (h *harness) assume(k Key, input sts.AssumeRoleInput) (Key, error) {
	input.RoleSessionName = aws.String("job")
	out, err := h.sts(k).AssumeRole(h.t.Context(), &input)
	if err != nil {
		return Key{}, err
	}
	return h.key(*out.Credentials.AccessKeyId), nil
}

func TestAssumeRole(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	alice := h.user("alice", "")
	bob := h.user("bob", allow("sts:AssumeRole"))
	h.role("for-alice", arnOf("user/alice"))
	h.role("for-account", testAccount)
	h.role("for-elsewhere", otherAccount)
	role := func(name string) sts.AssumeRoleInput {
		return sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/" + name))}
	}

	session, err := h.assume(alice, role("for-alice"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:sts::" + testAccount + ":assumed-role/for-alice/job"; session.Principal.ARN != want {
		t.Errorf("session is %s, want %s", session.Principal.ARN, want)
	}
	if !session.Expires.Equal(h.clock.Now().Add(time.Hour)) || session.SessionToken == "" || !session.Active {
		t.Errorf("session %+v", session)
	}
	_, err = h.assume(alice, role("for-account"))
	refused(t, err, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: "+arnOf("role/for-account"))
	if _, err := h.assume(bob, role("for-account")); err != nil {
		t.Errorf("an account's trust and an own policy: %v", err)
	}
	_, err = h.assume(bob, role("for-alice"))
	refused(t, err, "AccessDenied", "sts:AssumeRole")
	_, err = h.assume(bob, role("none"))
	refused(t, err, "AccessDenied", "sts:AssumeRole")
	_, err = h.assume(h.accounts[testAccount].Root(), role("for-account"))
	refused(t, err, "AccessDenied", "Roles may not be assumed by root accounts.")
	_, err = h.assume(bob, role("for-elsewhere"))
	refused(t, err, "AccessDenied", "sts:AssumeRole")

	long := role("for-alice")
	long.DurationSeconds = aws.Int32(7200)
	_, err = h.assume(alice, long)
	refused(t, err, "ValidationError", "MaxSessionDuration set for this role")
	if _, err := h.root().UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("for-alice"), MaxSessionDuration: aws.Int32(7200)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.assume(alice, long); err != nil {
		t.Error(err)
	}
}

func TestAssumeRoleAcrossAccounts(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	h.role("shared", otherAccount)
	elsewhere := h.iam(h.accounts[otherAccount].Root())
	for name, policy := range map[string]string{"with": allow("sts:AssumeRole"), "without": allow("s3:*")} {
		must(t)(elsewhere.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}))
		must(t)(elsewhere.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("p"), PolicyDocument: &policy}))
		made, err := elsewhere.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
		if err != nil {
			t.Fatal(err)
		}
		k, _ := h.accounts[otherAccount].Key(*made.AccessKey.AccessKeyId)
		session, err := h.assume(k, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/shared"))})
		if name == "without" {
			refused(t, err, "AccessDenied", "sts:AssumeRole")
		} else if err != nil || session.Principal.AccountID != testAccount {
			t.Errorf("session %+v, %v", session.Principal, err)
		}
	}
}

func TestExternalID(t *testing.T) {
	h := newHarness(t)
	alice := h.user("alice", "")
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + arnOf("user/alice") + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"sesame"}}}]}`
	must(t)(h.root().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: &document}))
	_, err := h.assume(alice, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/r"))})
	refused(t, err, "AccessDenied", "sts:AssumeRole")
	if _, err := h.assume(alice, sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/r")), ExternalId: aws.String("sesame")}); err != nil {
		t.Error(err)
	}
}

func TestSessionPolicies(t *testing.T) {
	h := newHarness(t)
	alice := h.user("alice", "")
	h.role("r", arnOf("user/alice"))
	must(t)(h.root().PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allow("s3:*"))}))
	input := sts.AssumeRoleInput{RoleArn: aws.String(arnOf("role/r"))}
	full, err := h.assume(alice, input)
	if err != nil {
		t.Fatal(err)
	}
	input.Policy = aws.String(allow("s3:GetObject"))
	narrow, err := h.assume(alice, input)
	if err != nil {
		t.Fatal(err)
	}
	service := h.accounts[testAccount]
	may := func(k Key, action string) bool {
		return authz.Allowed(authz.Request{Principal: k.Principal, Action: action, Resource: "arn:aws:s3:::b/k", ResourceOwner: testAccount}, service.PoliciesOf(k.Principal), nil)
	}
	// Both sessions have the same ARN.
	if !may(full, "s3:PutObject") || may(narrow, "s3:PutObject") || !may(narrow, "s3:GetObject") {
		t.Error("session policies do not bound their own session alone")
	}
	input.Policy = aws.String("{}")
	_, err = h.assume(alice, input)
	refused(t, err, "MalformedPolicyDocument", "version")
}

func TestSessionToken(t *testing.T) {
	h := newHarness(t)
	alice := h.user("alice", allow("iam:*"))
	out, err := h.sts(alice).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(900)})
	if err != nil {
		t.Fatal(err)
	}
	k := h.key(*out.Credentials.AccessKeyId)
	if k.Principal.ARN != alice.Principal.ARN || !k.Expires.Equal(h.clock.Now().Add(15*time.Minute)) || len(h.accounts[testAccount].PoliciesOf(k.Principal)) != 1 {
		t.Errorf("session %+v", k)
	}
	_, err = h.iam(k).ListUsers(t.Context(), &iam.ListUsersInput{})
	refused(t, err, "InvalidClientTokenId", "security token")
	_, err = h.sts(k).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	refused(t, err, "AccessDenied", "session credentials")
}

func TestWebIdentity(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	const issuer = "token.actions.githubusercontent.com"
	made, err := h.root().CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("https://" + issuer), ClientIDList: []string{"sts.amazonaws.com"}})
	if err != nil {
		t.Fatal(err)
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"` + *made.OpenIDConnectProviderArn + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + issuer + `:aud":"sts.amazonaws.com"},"StringLike":{"` + issuer + `:sub":"repo:parafovea/*"}}}]}`
	must(t)(h.root().CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("ci"), AssumeRolePolicyDocument: &trust}))

	anonymous := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: aws.String(h.url), Retryer: aws.NopRetryer{}})
	assume := func(issuer, subject, audience string, lasting time.Duration) (*sts.AssumeRoleWithWebIdentityOutput, error) {
		payload := fmt.Sprintf(`{"iss":%q,"sub":%q,"aud":%q,"exp":%d}`, issuer, subject, audience, h.clock.Now().Add(lasting).Unix())
		return anonymous.AssumeRoleWithWebIdentity(ctx, &sts.AssumeRoleWithWebIdentityInput{
			RoleArn:          aws.String(arnOf("role/ci")),
			RoleSessionName:  aws.String("build"),
			WebIdentityToken: aws.String("e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"),
		})
	}
	out, err := assume("https://"+issuer, "repo:parafovea/fovea:ref:refs/heads/main", "sts.amazonaws.com", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if *out.SubjectFromWebIdentityToken != "repo:parafovea/fovea:ref:refs/heads/main" || *out.Audience != "sts.amazonaws.com" || *out.Provider != *made.OpenIDConnectProviderArn {
		t.Errorf("assumed %+v", out)
	}
	h.key(*out.Credentials.AccessKeyId)

	_, err = assume("https://"+issuer, "repo:someone/else", "sts.amazonaws.com", time.Minute)
	refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	_, err = assume("https://"+issuer, "repo:parafovea/fovea", "other", time.Minute)
	refused(t, err, "InvalidIdentityToken", "Incorrect token audience")
	_, err = assume("https://gitlab.com", "repo:parafovea/fovea", "sts.amazonaws.com", time.Minute)
	refused(t, err, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://gitlab.com")
	_, err = assume("https://"+issuer, "repo:parafovea/fovea", "sts.amazonaws.com", 0)
	refused(t, err, "ExpiredTokenException", "Token expired")
	_, err = anonymous.AssumeRoleWithWebIdentity(ctx, &sts.AssumeRoleWithWebIdentityInput{RoleArn: aws.String(arnOf("role/ci")), RoleSessionName: aws.String("build"), WebIdentityToken: aws.String("a.b!.c")})
	refused(t, err, "InvalidIdentityToken", "not a valid JWT")
}

func TestProviders(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	_, err := client.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("http://example.com")})
	refused(t, err, "ValidationError", "Invalid Open ID Connect Provider URL")
	input := &iam.CreateOpenIDConnectProviderInput{Url: aws.String("https://example.com/x"), ThumbprintList: []string{"0123456789012345678901234567890123456789"}}
	made, err := client.CreateOpenIDConnectProvider(ctx, input)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateOpenIDConnectProvider(ctx, input)
	refused(t, err, "EntityAlreadyExists", "Provider with url https://example.com/x already exists.")
	arn := made.OpenIDConnectProviderArn
	must(t)(client.AddClientIDToOpenIDConnectProvider(ctx, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: aws.String("c")}))
	got, err := client.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	if err != nil || *got.Url != "example.com/x" || len(got.ThumbprintList) != 1 || len(got.ClientIDList) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	listed, err := client.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil || len(listed.OpenIDConnectProviderList) != 1 || *listed.OpenIDConnectProviderList[0].Arn != *arn {
		t.Errorf("listed %+v, %v", listed, err)
	}
	must(t)(client.DeleteOpenIDConnectProvider(ctx, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))
	_, err = client.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	refused(t, err, "NoSuchEntity", *arn)
}

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
