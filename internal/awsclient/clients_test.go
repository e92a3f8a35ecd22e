package awsclient

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const secret = "wJalrXUtnFEMI-not-a-real-secret"

// clean takes the machine's own AWS settings out of a test's way.
func clean(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_STS", "AWS_CA_BUNDLE",
		"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
	} {
		t.Setenv(name, "")
	}
	empty := t.TempDir() + "/none"
	t.Setenv("AWS_CONFIG_FILE", empty)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", empty)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func start(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func local(url string) Settings {
	return Settings{
		Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: secret, MaxRetries: 1,
		Endpoints:                 Endpoints{S3: url, IAM: url, STS: url},
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	}
}

func mustNew(t *testing.T, s Settings) *Clients {
	t.Helper()
	c, problems := New(context.Background(), s)
	if failed(problems) {
		t.Fatalf("%+v", problems)
	}
	return c
}

func identity(w http.ResponseWriter) {
	_, _ = w.Write([]byte(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
		`<Arn>arn:aws-cn:iam::123456789012:user/x</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`))
}

func TestNewAsksOnceWhoTheCallerIs(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	url := start(t, func(w http.ResponseWriter, _ *http.Request) { requests.Add(1); identity(w) })
	s := local(url)
	s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
	c := mustNew(t, s)
	if c.AccountID != "123456789012" || c.Partition != "aws-cn" {
		t.Errorf("account %q, partition %q", c.AccountID, c.Partition)
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestEndpointFromTheEnvironment(t *testing.T) {
	clean(t)
	t.Setenv("AWS_ENDPOINT_URL_STS", start(t, func(w http.ResponseWriter, _ *http.Request) { identity(w) }))
	s := local("")
	s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
	if c := mustNew(t, s); c.AccountID != "123456789012" {
		t.Errorf("account %q", c.AccountID)
	}
}

func TestAccountsThatAreRuledOut(t *testing.T) {
	clean(t)
	url := start(t, func(w http.ResponseWriter, _ *http.Request) { identity(w) })
	for setting, change := range map[string]func(*Settings){
		"allowed_account_ids":   func(s *Settings) { s.AllowedIDs = []string{"999999999999"} },
		"forbidden_account_ids": func(s *Settings) { s.ForbiddenIDs = []string{"123456789012"} },
	} {
		s := local(url)
		s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
		change(&s)
		if _, problems := New(context.Background(), s); len(problems) != 1 || problems[0].Setting != setting {
			t.Errorf("%s: %+v", setting, problems)
		}
	}
}

func TestRefusedCredentialsStaySecret(t *testing.T) {
	clean(t)
	url := start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>`))
	})
	s := local(url)
	s.SkipCredentialsValidation = false
	_, problems := New(context.Background(), s)
	if len(problems) != 1 || !strings.Contains(problems[0].Detail, "InvalidClientTokenId") {
		t.Fatalf("%+v", problems)
	}
	if text := problems[0].Summary + problems[0].Detail; strings.Contains(text, secret) {
		t.Errorf("the secret key is in %q", text)
	}
}

func TestNoCredentials(t *testing.T) {
	clean(t)
	_, problems := New(context.Background(), Settings{Region: "us-east-1", MaxRetries: 1})
	if len(problems) != 1 || problems[0].Summary != "No AWS credentials were found" {
		t.Errorf("%+v", problems)
	}
}

func TestRegionsThatCannotBe(t *testing.T) {
	clean(t)
	for region, summary := range map[string]string{"": "No AWS region is set", "us-esat-1": "Unknown AWS region"} {
		s := local("")
		s.Region = region
		_, problems := New(context.Background(), s)
		if len(problems) != 1 || problems[0].Summary != summary || problems[0].Setting != "region" {
			t.Errorf("%q: %+v", region, problems)
		}
	}
	s := local("")
	s.Region, s.SkipRegionValidation = "garage", true
	mustNew(t, s)
}

func TestBucketRegion(t *testing.T) {
	clean(t)
	tests := map[string]struct {
		status int
		header string
		want   string
		wrong  func(error) bool
	}{
		"named":               {status: 200, header: "eu-west-1", want: "eu-west-1"},
		"server of no region": {status: 200, want: "us-east-1"},
		"redirected":          {status: 301, header: "eu-west-1", want: "eu-west-1"},
		"signed for another":  {status: 400, header: "eu-west-1", want: "eu-west-1"},
		"denied, but named":   {status: 403, header: "eu-west-1", want: "eu-west-1"},
		"denied":              {status: 403, want: "us-east-1"},
		"elsewhere":           {status: 301, wrong: func(err error) bool { return errors.Is(err, ErrNoRegion) }},
		"absent":              {status: 404, wrong: awserr.NotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				if tt.header != "" {
					w.Header().Set("X-Amz-Bucket-Region", tt.header)
				}
				w.WriteHeader(tt.status)
			})))
			for range 2 {
				got, err := c.BucketRegion(context.Background(), "videos")
				if tt.wrong != nil {
					if !tt.wrong(err) {
						t.Fatalf("error %v", err)
					}
					continue
				}
				if err != nil || got != tt.want {
					t.Fatalf("region %q, %v, want %q", got, err, tt.want)
				}
			}
			if n := requests.Load(); tt.wrong == nil && n != 1 {
				t.Errorf("%d requests for one bucket", n)
			}
		})
	}
}

func TestForgottenRegionIsAskedAgain(t *testing.T) {
	clean(t)
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })))
	c.RememberRegion("videos", "eu-west-1")
	if region, err := c.BucketRegion(context.Background(), "videos"); err != nil || region != "eu-west-1" {
		t.Fatalf("%q, %v", region, err)
	}
	c.ForgetRegion("videos")
	if _, err := c.BucketRegion(context.Background(), "videos"); !awserr.NotFound(err) {
		t.Errorf("error %v", err)
	}
}
