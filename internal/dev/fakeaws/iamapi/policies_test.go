package iamapi

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// filler is a policy of n characters that count.
func filler(n int) string {
	p := allow("s3:GetObject")
	return strings.Replace(p, `"s3:GetObject"`, `"s3:GetObject`+strings.Repeat("x", n-len(p))+`"`, 1)
}

func TestInlinePolicies(t *testing.T) {
	h := newHarness(t)
	h.user("u", "")
	client, ctx := h.root(), t.Context()
	put := func(name, document string) error {
		_, err := client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("u"), PolicyName: &name, PolicyDocument: &document})
		return err
	}
	spaced := strings.ReplaceAll(allow("s3:GetObject"), `,`, `,    `) + "\n"
	if err := put("a", spaced); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: aws.String("u"), PolicyName: aws.String("a")})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(*got.PolicyDocument, "+") {
		t.Errorf("a space is not %%20 in %s", *got.PolicyDocument)
	}
	if back, err := url.PathUnescape(*got.PolicyDocument); err != nil || back != spaced {
		t.Errorf("got back %q, want %q (%v)", back, spaced, err)
	}

	if err := put("a", filler(1024)); err != nil {
		t.Fatal(err)
	}
	if err := put("b", strings.Repeat(" ", 5000)+filler(1024)); err != nil {
		t.Errorf("white space counts: %v", err)
	}
	refused(t, put("b", filler(1025)), "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user u")
	refused(t, put("c", "{}"), "MalformedPolicyDocument", "Policy document must be version")
	listed, err := client.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: aws.String("u")})
	if err != nil || strings.Join(listed.PolicyNames, " ") != "a b" {
		t.Errorf("listed %v, %v", listed, err)
	}
	_, err = client.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: aws.String("u"), PolicyName: aws.String("z")})
	refused(t, err, "NoSuchEntity", "The user policy with name z cannot be found.")

	h.role("r", testAccount)
	rolePut := func(document string) error {
		_, err := client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: &document})
		return err
	}
	if err := rolePut(filler(10240)); err != nil {
		t.Error(err)
	}
	refused(t, rolePut(filler(10241)), "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role r")
}

func TestManagedPolicies(t *testing.T) {
	h := newHarness(t)
	h.user("u", "")
	client, ctx := h.root(), t.Context()
	made, err := client.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("P"), PolicyDocument: aws.String(allow("s3:GetObject")), Description: aws.String("d"),
		Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := made.Policy.Arn
	_, err = client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("p"), PolicyDocument: aws.String(allow("s3:GetObject"))})
	refused(t, err, "EntityAlreadyExists", "A policy called p already exists.")
	_, err = client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("big"), PolicyDocument: aws.String(filler(6145))})
	refused(t, err, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144")

	for range 4 {
		if _, err := client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(allow("s3:*")), SetAsDefault: true}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(allow("s3:*"))})
	refused(t, err, "LimitExceeded", "up to 5 versions")
	_, err = client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v5")})
	refused(t, err, "DeleteConflict", "default version")
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")})
	if err != nil {
		t.Fatal(err)
	}
	if document, _ := url.PathUnescape(*version.PolicyVersion.Document); document != allow("s3:GetObject") || version.PolicyVersion.IsDefaultVersion {
		t.Errorf("version %+v", version.PolicyVersion)
	}

	if _, err := client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("u"), PolicyArn: arn}); err != nil {
		t.Fatal(err)
	}
	_, err = client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("u"), PolicyArn: aws.String("arn:aws:iam::aws:policy/Nonesuch")})
	refused(t, err, "NoSuchEntity", "does not exist or is not attachable")
	attached, err := client.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: aws.String("u")})
	if err != nil || len(attached.AttachedPolicies) != 1 || *attached.AttachedPolicies[0].PolicyName != "P" {
		t.Errorf("attached %+v, %v", attached, err)
	}
	got, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	if err != nil {
		t.Fatal(err)
	}
	if p := got.Policy; *p.DefaultVersionId != "v5" || *p.AttachmentCount != 1 || *p.Description != "d" || len(p.Tags) != 1 {
		t.Errorf("policy %+v", p)
	}
	_, err = client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	refused(t, err, "DeleteConflict", "attached to entities")
	if _, err := client.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: aws.String("u"), PolicyArn: arn}); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	refused(t, err, "DeleteConflict", "more than one version")
	for _, v := range []string{"v1", "v2", "v3", "v4"} {
		if _, err := client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: &v}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn}); err != nil {
		t.Fatal(err)
	}
	local, err := client.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})
	if err != nil || len(local.Policies) != 0 {
		t.Errorf("still there: %+v, %v", local, err)
	}
	_, err = client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonS3FullAccess")})
	refused(t, err, "InvalidInput", "outside your own account")
}

func TestBoundary(t *testing.T) {
	h := newHarness(t)
	key := h.user("u", allow("iam:*"))
	client, ctx := h.root(), t.Context()
	if _, err := client.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{
		UserName: aws.String("u"), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess"),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("u")})
	if err != nil || *got.User.PermissionsBoundary.PermissionsBoundaryArn != "arn:aws:iam::aws:policy/IAMReadOnlyAccess" {
		t.Fatalf("boundary %+v, %v", got, err)
	}
	bounded := h.iam(key)
	if _, err := bounded.ListUsers(ctx, &iam.ListUsersInput{}); err != nil {
		t.Errorf("within the boundary: %v", err)
	}
	_, err = bounded.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("v")})
	refused(t, err, "AccessDenied", "iam:CreateUser on resource: "+arnOf("user/v"))
	if _, err := client.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: aws.String("u")}); err != nil {
		t.Fatal(err)
	}
	if _, err := bounded.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("v")}); err != nil {
		t.Errorf("without the boundary: %v", err)
	}
}

func TestAuthorization(t *testing.T) {
	h := newHarness(t)
	ctx := t.Context()
	document := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iam:CreateUser","iam:GetUser"],"Resource":"` + arnOf("user/fovea/*") + `"},
		{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}}},
		{"Effect":"Deny","Action":"iam:DeleteUser","Resource":"*"}]}`
	key := h.user("admin", document)
	client := h.iam(key)
	if _, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("a"), Path: aws.String("/fovea/")}); err != nil {
		t.Error(err)
	}
	_, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("b")})
	refused(t, err, "AccessDenied", "User: "+arnOf("user/admin")+" is not authorized to perform: iam:CreateUser on resource: "+arnOf("user/b")+" because no identity-based policy allows the iam:CreateUser action")
	_, err = client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("b"), Path: aws.String("/fovea/"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}})
	refused(t, err, "AccessDenied", "iam:TagUser")
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("a")})
	refused(t, err, "AccessDenied", "with an explicit deny")
	_, err = client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("a"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	refused(t, err, "AccessDenied", "iam:AttachUserPolicy")
	if _, err := client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("a"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")}); err != nil {
		t.Error(err)
	}
	service := h.accounts[testAccount]
	if service.AllowedFor(key.Principal, "iam:PassRole", arnOf("role/r"), nil) || !service.AllowedFor(key.Principal, "iam:GetUser", arnOf("user/fovea/a"), nil) {
		t.Error("AllowedFor differs from the policy")
	}
}
