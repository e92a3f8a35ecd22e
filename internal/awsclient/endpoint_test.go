package awsclient

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// verified are settings whose credentials STS is asked about.
func verified(url string) Settings {
	s := local(url)
	s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
	return s
}

func TestEndpointPrecedence(t *testing.T) {
	clean(t)
	right := start(t, func(w http.ResponseWriter, _ *http.Request) { identity(w) })
	const wrong = "http://127.0.0.1:1"
	tests := map[string]struct {
		block       string
		environment map[string]string
	}{
		"block":                         {block: right},
		"service's variable":            {environment: map[string]string{"AWS_ENDPOINT_URL_STS": right}},
		"general variable":              {environment: map[string]string{"AWS_ENDPOINT_URL": right}},
		"block before environment":      {block: right, environment: map[string]string{"AWS_ENDPOINT_URL_STS": wrong, "AWS_ENDPOINT_URL": wrong}},
		"service's before the general":  {environment: map[string]string{"AWS_ENDPOINT_URL_STS": right, "AWS_ENDPOINT_URL": wrong}},
		"malformed, but block is right": {block: right, environment: map[string]string{"AWS_ENDPOINT_URL": "localhost"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for name, value := range tt.environment {
				t.Setenv(name, value)
			}
			if c := mustNew(t, verified(tt.block)); c.AccountID != "123456789012" {
				t.Errorf("account %q", c.AccountID)
			}
		})
	}
}

func TestEndpointsOfS3AndIAM(t *testing.T) {
	clean(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://general.test")
	t.Setenv("AWS_ENDPOINT_URL_IAM", "http://iam.test")
	s := local("")
	s.Endpoints.S3 = "http://s3.test"
	c := mustNew(t, s)
	for want, got := range map[string]*string{
		"http://s3.test": c.S3("").Options().BaseEndpoint, "http://iam.test": c.IAM.Options().BaseEndpoint, "http://general.test": c.STS.Options().BaseEndpoint,
	} {
		if got == nil || *got != want {
			t.Errorf("endpoint %v, want %s", got, want)
		}
	}
}

func TestMalformedEndpoints(t *testing.T) {
	clean(t)
	for value, part := range map[string]string{
		"127.0.0.1:9000":          "is not a URL",
		"localhost:9000":          "does not begin with http",
		"s3.example.com":          "does not begin with http",
		"https://":                "has no host",
		"https://:9000":           "has no host",
		"https://me:hidden@x.com": "has a user name",
		"https://x.com/?a=b":      "has a query",
	} {
		s := local("http://127.0.0.1:1")
		s.Endpoints.S3 = value
		one(t, s, "endpoints.0.s3", "Malformed endpoint", part)

		t.Setenv("AWS_ENDPOINT_URL", value)
		p := one(t, local(""), "", "Malformed endpoint", part)
		if !strings.Contains(p.Detail, "AWS_ENDPOINT_URL in the environment") || strings.Contains(p.Detail, "hidden") {
			t.Errorf("detail %q", p.Detail)
		}
		t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
		mustNew(t, local(""))
		t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "")
		t.Setenv("AWS_ENDPOINT_URL", "")
	}
}

func TestEveryMalformedEndpointIsReported(t *testing.T) {
	clean(t)
	t.Setenv("AWS_ENDPOINT_URL_IAM", "iam")
	s := local("")
	s.Endpoints.S3 = "s3"
	if _, problems := New(context.Background(), s); len(problems) != 2 {
		t.Errorf("%+v", problems)
	}
}
