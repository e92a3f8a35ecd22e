package fakeaws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func provider(c Credentials) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
}

func iamClient(s *Server, creds Credentials) *iam.Client {
	return iam.New(iam.Options{BaseEndpoint: aws.String(s.URL()), Region: "us-east-1", Credentials: provider(creds), Retryer: aws.NopRetryer{}})
}

func stsClient(s *Server, creds Credentials) *sts.Client {
	return sts.New(sts.Options{BaseEndpoint: aws.String(s.URL()), Region: "us-east-1", Credentials: provider(creds), Retryer: aws.NopRetryer{}})
}

// newUser makes a user with one inline policy, or none for "", and a key.
func newUser(t testing.TB, s *Server, name, policy string) Credentials {
	t.Helper()
	c := iamClient(s, s.Root())
	must[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}))
	if policy != "" {
		must[*iam.PutUserPolicyOutput](t)(c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}))
	}
	key := must[*iam.CreateAccessKeyOutput](t)(c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})).AccessKey
	return Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}
}

// newRole makes a role that a service may assume, and gives its ARN.
func newRole(t testing.TB, s *Server, name, service string) string {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
	out := must[*iam.CreateRoleOutput](t)(iamClient(s, s.Root()).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}))
	return *out.Role.Arn
}

// inRegion points an S3 client at another region of the same server.
func inRegion(region string) func(*s3.Options) {
	return func(o *s3.Options) { o.Region = region }
}

// policy is a policy document of one or more statements.
func policy(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}
