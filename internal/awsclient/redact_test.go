package awsclient

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const (
	echoedKey   = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	echoedToken = "IQoJb3JpZ2luX2VjE+A/bcdefghijklmnopqrstuvwxyz=="
)

// echo answers with the request in the error, and with what the caller's secret key
// would be, for servers that know it.
func echo(t *testing.T, status int) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request bytes.Buffer
		if err := r.Write(&request); err != nil {
			t.Error(err)
		}
		token := r.Header.Get("X-Amz-Security-Token")
		w.Header().Set("Server", "echo "+token)
		w.WriteHeader(status)
		message := html.EscapeString(request.String() + " " + url.QueryEscape(token) + " " + echoedKey)
		if r.Header.Get("X-Amz-Content-Sha256") != "" {
			fmt.Fprintf(w, "<Error><Code>Odd</Code><Message>%s</Message></Error>", message)
			return
		}
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>Odd</Code><Message>%s</Message></Error></ErrorResponse>", message)
	}))
	t.Cleanup(server.Close)
	return server
}

// TestRepeatedRequestsHoldNoSecrets asks a server that repeats what it is asked, with
// credentials that change.
func TestRepeatedRequestsHoldNoSecrets(t *testing.T) {
	server := echo(t, http.StatusBadRequest)
	round := 0
	settings := Settings{secrets: &redactor{}}
	source := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		round++
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: echoedKey, SessionToken: fmt.Sprintf("%s%d", echoedToken, round)}, nil
	})
	clients := newClients(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: settings.secrets.provider(source), RetryMaxAttempts: 1, HTTPClient: server.Client(),
	}, settings)
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	for name, ask := range map[string]func() error{
		"S3": func() error {
			_, err := clients.S3("").GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String("videos")}, func(o *s3.Options) { o.UsePathStyle = true })
			return err
		},
		"IAM": func() error {
			_, err := clients.IAM.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("fovea")})
			return err
		},
		"STS": func() error {
			_, err := clients.STS.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
	} {
		for range 2 {
			t.Run(name, func(t *testing.T) {
				err := ask()
				if awserr.Code(err) != "Odd" {
					t.Fatalf("got %v, want an error with the code Odd", err)
				}
				checkNoSecret(t, "the error", err.Error())
				checkNoSecret(t, "its message", awserr.Message(err))
				checkNoSecret(t, "the server's name", awserr.Server(err))
			})
		}
	}
	checkNoSecret(t, "the log", log.String())
	if log.Len() == 0 {
		t.Error("got no log, want lines about the requests")
	}
}

func checkNoSecret(t *testing.T, what, text string) {
	t.Helper()
	for name, secret := range map[string]string{
		"secret key": echoedKey, "token": echoedToken, "encoded token": url.QueryEscape(echoedToken), "escaped token": html.EscapeString(echoedToken),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%s has the %s: %s", what, name, text)
		}
	}
}

// TestRefusedRoleHoldsNoSecrets is about requests for credentials, which the SDK sends
// by itself.
func TestRefusedRoleHoldsNoSecrets(t *testing.T) {
	server := echo(t, http.StatusForbidden)
	for name, configure := range map[string]func(t *testing.T, s *Settings){
		"static": func(_ *testing.T, s *Settings) {
			s.AccessKey, s.SecretKey, s.Token = "AKIDEXAMPLE", echoedKey, echoedToken
		},
		"environment": func(t *testing.T, _ *Settings) {
			t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
			t.Setenv("AWS_SECRET_ACCESS_KEY", echoedKey)
			t.Setenv("AWS_SESSION_TOKEN", echoedToken)
		},
	} {
		for role, roles := range map[string][]AssumeRole{"itself": nil, "a role": {{RoleARN: "arn:aws:iam::123456789012:role/r"}}} {
			t.Run(name+" and "+role, func(t *testing.T) {
				s := Settings{Region: "us-east-1", MaxRetries: 1, AssumeRole: roles, Endpoints: Endpoints{STS: server.URL, IAM: server.URL, S3: server.URL}}
				configure(t, &s)
				_, problems := New(t.Context(), s)
				if !failed(problems) {
					t.Fatal("got no problem, want one")
				}
				for _, p := range problems {
					text := p.Summary + p.Detail
					if p.Err != nil {
						text += p.Err.Error() + awserr.Message(p.Err)
					}
					checkNoSecret(t, "the problem", s.Redact(text))
				}
			})
		}
	}
}

// TestSecretsOfFailedRequests finds what a request carries: no setting holds the token
// of a role.
func TestSecretsOfFailedRequests(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?X-Amz-Security-Token="+url.QueryEscape(echoedToken), nil)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0123456789abcdef0123")
	request.Header.Set("X-Amz-Sso_bearer_token", "bearer-token-of-sso")
	got := redact("a "+echoedToken+" b bearer-token-of-sso c 0123456789abcdef0123 d", secretsOf(request))
	if want := "a (secret) b (secret) c (secret) d"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
