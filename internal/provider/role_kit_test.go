package provider_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	theRole = "fovea_access_role.this"

	ec2Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// inOtherWords is what IAM gives back in another order, which means the same.
var inOtherWords = []string{"trust_policy"}

// roleBlock has a role for the bucket fovea-videos, with further arguments.
func roleBlock(name, arguments string) string {
	return fmt.Sprintf("resource \"fovea_access_role\" \"this\" {\n  name   = %q\n  bucket = \"fovea-videos\"\n%s\n}\n", name, arguments)
}

func stateOf(address string) func(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
	}
}

// stsClient signs with a key of IAM, or not at all without one.
func stsClient(t *testing.T, e *acctest.Env, accessKeyID, secret string) *sts.Client {
	t.Helper()
	var provider aws.CredentialsProvider = aws.AnonymousCredentials{}
	if accessKeyID != "" {
		provider = credentials.NewStaticCredentialsProvider(accessKeyID, secret, "")
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithRegion(e.Region), config.WithBaseEndpoint(e.Endpoint), config.WithCredentialsProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	return sts.NewFromConfig(cfg)
}

// sessionOptions make a client that signs with a session's credentials.
func sessionOptions(e *acctest.Env, session *ststypes.Credentials) s3.Options {
	return s3.Options{
		Region: e.Region, BaseEndpoint: &e.Endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(*session.AccessKeyId, *session.SecretAccessKey, *session.SessionToken),
	}
}

// mayDo tells which of the attempts on a bucket a session may do.
func mayDo(t *testing.T, e *acctest.Env, bucket string, session *ststypes.Credentials) []string {
	t.Helper()
	client := s3.New(sessionOptions(e, session))
	var allowed []string
	for _, attempt := range attempts(bucket) {
		err := attempt.do(t.Context(), client)
		switch {
		case err == nil:
			allowed = append(allowed, attempt.name)
		case !awserr.Is(err, "AccessDenied", "Forbidden"):
			t.Errorf("%s: %v", attempt.name, err)
		}
	}
	return allowed
}

// token is what GitHub gives a workflow, but for the signature.
func token(t *testing.T, subject string) string {
	t.Helper()
	return tokenOf(t, "token.actions.githubusercontent.com", subject, "sts.amazonaws.com")
}

// tokenOf is a token of an OIDC provider, but for the signature.
func tokenOf(t *testing.T, issuer, subject, audience string) string {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"iss": "https://" + issuer, "sub": subject, "aud": audience, "exp": time.Now().Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln"
}

// gitHub makes IAM's OIDC provider for GitHub's tokens and returns its ARN.
func gitHub(t *testing.T, e *acctest.Env) string {
	t.Helper()
	return oidcProvider(t, e, "token.actions.githubusercontent.com", "sts.amazonaws.com")
}

// oidcProvider makes an OIDC provider in IAM and returns its ARN.
func oidcProvider(t *testing.T, e *acctest.Env, issuer string, audiences ...string) string {
	t.Helper()
	made, err := e.IAM.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://" + issuer), ClientIDList: audiences,
	})
	if err != nil {
		t.Fatal(err)
	}
	return *made.OpenIDConnectProviderArn
}

// roleExists reports whether IAM has the role.
func roleExists(t *testing.T, e *acctest.Env, name string) bool {
	t.Helper()
	_, err := e.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil && !awserr.NotFound(err) {
		t.Fatal(err)
	}
	return err == nil
}

// removeRole deletes a role with what the provider gives roles.
func removeRole(ctx context.Context, c *iam.Client, name, policyName, profile string) error {
	if profile != "" {
		if err := emptyProfile(ctx, c, profile, name); err != nil {
			return err
		}
		if _, err := c.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: &profile}); err != nil {
			return err
		}
	}
	if _, err := c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policyName}); err != nil {
		return err
	}
	_, err := c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	return err
}

func emptyProfile(ctx context.Context, c *iam.Client, profile, role string) error {
	_, err := c.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &profile, RoleName: &role})
	return err
}

// makeRole makes a role that trusts a service.
func makeRole(t *testing.T, e *acctest.Env, name, service string) {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
	if _, err := e.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := e.IAM.DeleteRole(context.WithoutCancel(t.Context()), &iam.DeleteRoleInput{RoleName: &name}); err != nil {
			t.Error(err)
		}
	})
}

func sameOperations(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("allowed are %q, want %q", got, want)
	}
}
