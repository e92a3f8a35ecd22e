package iamapi

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func TestRoleLifecycle(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	made, err := client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Worker"), Path: aws.String("/jobs/"), AssumeRolePolicyDocument: &trust, MaxSessionDuration: aws.Int32(7200), Description: aws.String("works & <rests>")})
	if err != nil {
		t.Fatal(err)
	}
	if *made.Role.Arn != arnOf("role/jobs/Worker") || !strings.HasPrefix(*made.Role.RoleId, "AROA") {
		t.Errorf("made %+v", made.Role)
	}
	if _, err := client.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("worker")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("worker")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Role.MaxSessionDuration != 3600 || *got.Role.Description != "works & <rests>" || got.Role.RoleLastUsed == nil {
		t.Errorf("updated %+v", got.Role)
	}
	_, err = client.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("worker"), MaxSessionDuration: aws.Int32(3599)})
	refused(t, err, "ValidationError", "at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600")
	described, err := client.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: aws.String("worker"), Description: aws.String("")})
	if err != nil || described.Role.Description != nil {
		t.Errorf("described %+v, %v", described, err)
	}

	_, err = client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("bad"), AssumeRolePolicyDocument: aws.String(trustOf(arnOf("user/gone")))})
	refused(t, err, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"`+arnOf("user/gone")+`"`)
	long := strings.Replace(trust, `{"Effect"`, `{"Sid":"`+strings.Repeat("s", 2048)+`","Effect"`, 1)
	_, err = client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("worker"), PolicyDocument: &long})
	refused(t, err, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")

	listed, err := client.ListRoles(ctx, &iam.ListRolesInput{PathPrefix: aws.String("/jobs/")})
	if err != nil || len(listed.Roles) != 1 || listed.Roles[0].RoleLastUsed != nil {
		t.Errorf("listed %+v, %v", listed, err)
	}
	if _, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("worker"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonS3FullAccess")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("worker")})
	refused(t, err, "DeleteConflict", "must detach all policies first")
	service := h.accounts[testAccount]
	if !service.ServiceMayAssume(*made.Role.Arn, "ec2.amazonaws.com") || service.ServiceMayAssume(*made.Role.Arn, "s3.amazonaws.com") {
		t.Error("ServiceMayAssume differs from the trust policy")
	}
	session, ok := service.RoleSession(*made.Role.Arn, "replication")
	if !ok || len(service.PoliciesOf(session)) != 1 {
		t.Errorf("session %+v has other policies than its role", session)
	}
}

func TestTrustKeepsUniqueIDs(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	key := h.user("alice", "")
	h.role("r", arnOf("user/alice"))
	principal := func() string {
		t.Helper()
		got, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("r")})
		if err != nil {
			t.Fatal(err)
		}
		document, err := url.PathUnescape(*got.Role.AssumeRolePolicyDocument)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(document, `"AWS":"`)
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	if got := principal(); got != arnOf("user/alice") {
		t.Errorf("trusts %s", got)
	}
	if _, err := client.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("alice"), NewUserName: aws.String("alicia")}); err != nil {
		t.Fatal(err)
	}
	if got := principal(); got != arnOf("user/alicia") {
		t.Errorf("after the rename, trusts %s", got)
	}
	if _, err := client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("alicia"), AccessKeyId: &key.AccessKeyID}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("alicia")}); err != nil {
		t.Fatal(err)
	}
	h.user("alice", "")
	if got := principal(); got != key.Principal.UserID {
		t.Errorf("after the deletion, trusts %s, want %s", got, key.Principal.UserID)
	}
	_, err := client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("r"), PolicyDocument: aws.String(trustOf(key.Principal.UserID))})
	refused(t, err, "MalformedPolicyDocument", "Invalid principal in policy")
}

func TestInstanceProfiles(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	h.role("r", testAccount)
	h.role("r2", testAccount)
	name := aws.String("profile")
	made, err := client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: name})
	if err != nil || made.InstanceProfile.Roles == nil || len(made.InstanceProfile.Roles) != 0 {
		t.Fatalf("made %+v, %v", made, err)
	}
	_, err = client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("PROFILE")})
	refused(t, err, "EntityAlreadyExists", "Instance Profile PROFILE already exists.")
	_, err = client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: aws.String("gone")})
	refused(t, err, "NoSuchEntity", "The role with name gone cannot be found.")
	if _, err := client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: aws.String("r")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: aws.String("r2")})
	refused(t, err, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	of, err := client.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: aws.String("r")})
	if err != nil || len(of.InstanceProfiles) != 1 || *of.InstanceProfiles[0].Roles[0].RoleName != "r" {
		t.Errorf("profiles %+v, %v", of, err)
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("r")})
	refused(t, err, "DeleteConflict", "remove roles from instance profile")
	_, err = client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name})
	refused(t, err, "DeleteConflict", "remove roles from instance profile")

	passer := h.iam(h.user("passer", allow("iam:AddRoleToInstanceProfile")))
	_, err = passer.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: aws.String("r2")})
	refused(t, err, "AccessDenied", "iam:PassRole on resource: "+arnOf("role/r2"))

	if _, err := client.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: name, RoleName: aws.String("r")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name}); err != nil {
		t.Fatal(err)
	}
}
