package awsclient

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// account gives a fake AWS and the settings of an IAM user in it, who may
// assume a role.
func account(t *testing.T) (*fakeaws.Server, Settings) {
	t.Helper()
	clean(t)
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	s := verified(server.URL())
	s.PathStyle = true
	root := server.Root()
	s.AccessKey, s.SecretKey = root.AccessKeyID, root.SecretAccessKey
	admin := mustNew(t, s).IAM
	ctx := context.Background()
	if _, err := admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("ci")}); err != nil {
		t.Fatal(err)
	}
	key, err := admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("ci")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::123456789012:user/ci"},` +
			`"Condition":{"StringEquals":{"sts:ExternalId":"agreed"}}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	s.AccessKey, s.SecretKey = *key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey
	s.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::123456789012:role/deploy", ExternalID: "agreed"}}
	server.Requests().Reset()
	return server, s
}

func TestAssumeRole(t *testing.T) {
	server, s := account(t)
	c := mustNew(t, s)
	creds, err := c.config.Credentials.Retrieve(context.Background())
	if err != nil || creds.SessionToken == "" || c.AccountID != "123456789012" {
		t.Errorf("account %q, %v", c.AccountID, err)
	}
	if n := server.Requests().Count("GetCallerIdentity"); n != 1 {
		t.Errorf("%d times GetCallerIdentity", n)
	}
}

func TestAssumeRoleThroughTheEnvironmentsEndpoint(t *testing.T) {
	server, s := account(t)
	s.Endpoints = Endpoints{}
	t.Setenv("AWS_ENDPOINT_URL_STS", server.URL())
	mustNew(t, s)
}

func TestRolesThatCannotBeAssumed(t *testing.T) {
	_, s := account(t)
	s.AssumeRole[0].ExternalID = "guessed"
	one(t, s, "assume_role.0.role_arn", "arn:aws:iam::123456789012:role/deploy could not be assumed", "Error: AccessDenied: ")
	s.AssumeRole[0].ExternalID, s.Endpoints.STS = "agreed", "http://127.0.0.1:1"
	if p := one(t, s, "assume_role.0.role_arn", "could not be assumed", "trust policy"); p.Err == nil {
		t.Errorf("the cause is missing from %+v", p)
	}
	s.Endpoints.STS = s.Endpoints.IAM
	s.AssumeRole = append(s.AssumeRole, AssumeRole{RoleARN: "arn:aws:iam::123456789012:role/absent"})
	one(t, s, "assume_role.1.role_arn", "role/absent could not be assumed", "trust policy")
}

func TestWebIdentity(t *testing.T) {
	clean(t)
	s := Settings{Region: "us-east-1", MaxRetries: 1, Endpoints: Endpoints{STS: start(t, answer(http.StatusBadRequest, "InvalidIdentityToken"))}}
	s.WebIdentity = &WebIdentity{RoleARN: "arn:aws:iam::123456789012:role/ci"}
	one(t, s, "assume_role_with_web_identity.0.web_identity_token_file", "No web identity token", "AWS_WEB_IDENTITY_TOKEN_FILE")

	s.WebIdentity.TokenFile = "/none"
	one(t, s, "assume_role_with_web_identity.0.web_identity_token_file", "cannot be read", "no such file")

	s.WebIdentity.TokenFile, s.WebIdentity.Token = "", secret
	one(t, s, "assume_role_with_web_identity.0.role_arn", "role/ci could not be assumed", "Error: InvalidIdentityToken: ")
	s.WebIdentity.Token = ""
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", write(t, secret))
	one(t, s, "", "AWS_ROLE_ARN is missing", "Set both or neither")
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci")
	one(t, s, "assume_role_with_web_identity.0.role_arn", "role/ci could not be assumed", "audience")
}
