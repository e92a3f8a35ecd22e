package awsclient

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// one makes clients, wants one problem, and gives it.
func one(t *testing.T, s Settings, setting, summary, detail string) Problem {
	t.Helper()
	_, problems := New(context.Background(), s)
	if len(problems) != 1 {
		t.Fatalf("%d problems: %+v", len(problems), problems)
	}
	p := problems[0]
	if p.Warning || p.Setting != setting || !strings.Contains(p.Summary, summary) || !strings.Contains(p.Detail, detail) {
		t.Errorf("%+v, want %q with %q on %q", p, summary, detail, setting)
	}
	if text := p.Summary + p.Detail; strings.Contains(text, secret) {
		t.Errorf("the secret key is in %q", text)
	}
	return p
}

func answer(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>` + code + `</Code><Message>in the server's words</Message></Error></ErrorResponse>`))
	}
}

func write(t *testing.T, content string) string {
	t.Helper()
	name := t.TempDir() + "/file"
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestRefusedCredentials(t *testing.T) {
	clean(t)
	url := start(t, answer(http.StatusForbidden, "InvalidClientTokenId"))
	p := one(t, verified(url), "", "were not accepted", "access_key")
	if !awserr.Is(p.Err, "InvalidClientTokenId") {
		t.Errorf("error %v", p.Err)
	}

	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	s := verified(url)
	s.AccessKey, s.SecretKey = "", ""
	one(t, s, "", "were not accepted", "AWS_ACCESS_KEY_ID")
}

func TestServersWithoutSTS(t *testing.T) {
	clean(t)
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html><body>Sign in</body></html>"))
	}
	for name, url := range map[string]string{
		"answers HTML":    start(t, page),
		"does not answer": "http://127.0.0.1:1",
		"lacks it":        start(t, answer(http.StatusNotFound, "NotImplemented")),
	} {
		t.Run(name, func(t *testing.T) {
			one(t, verified(url), "endpoints.0.sts", "STS could not be asked", "skip_credentials_validation")
			t.Setenv("AWS_ENDPOINT_URL_STS", url)
			one(t, verified(""), "", "STS could not be asked", "AWS_ENDPOINT_URL_STS in the environment")
		})
	}
}

func TestAccountsThatAreRuledOut(t *testing.T) {
	clean(t)
	url := start(t, func(w http.ResponseWriter, _ *http.Request) { identity(w) })
	for setting, change := range map[string]func(*Settings){
		"allowed_account_ids":   func(s *Settings) { s.AllowedIDs = []string{"999999999999"} },
		"forbidden_account_ids": func(s *Settings) { s.ForbiddenIDs = []string{"123456789012"} },
	} {
		s := verified(url)
		change(&s)
		one(t, s, setting, "belong to the AWS account 123456789012", "123456789012")

		s = local(url)
		change(&s)
		one(t, s, setting, "cannot be checked", "skip_requesting_account_id")
	}
	s := verified(url)
	s.AllowedIDs = []string{"123456789012"}
	mustNew(t, s)
	s.SkipRequestingAccountID = true
	if c := mustNew(t, s); c.AccountID != "" {
		t.Errorf("account with skip_requesting_account_id: got %q, want none", c.AccountID)
	}
}

func TestAccountsThatAreNotTold(t *testing.T) {
	clean(t)
	url := start(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<GetCallerIdentityResponse><GetCallerIdentityResult><Account></Account></GetCallerIdentityResult></GetCallerIdentityResponse>`))
	})
	for setting, change := range map[string]func(*Settings){
		"allowed_account_ids":   func(s *Settings) { s.AllowedIDs = []string{"123456789012"} },
		"forbidden_account_ids": func(s *Settings) { s.ForbiddenIDs = []string{"123456789012"} },
	} {
		t.Run(setting, func(t *testing.T) {
			s := verified(url)
			change(&s)
			one(t, s, setting, "cannot be checked", "did not say which account")
		})
	}
	mustNew(t, verified(url))
}

func TestCredentialsThatAreMissing(t *testing.T) {
	clean(t)
	bare := Settings{Region: "us-east-1", MaxRetries: 1}
	one(t, bare, "", "No AWS credentials were found", "AWS_PROFILE")

	s := bare
	s.AccessKey = "AKIDEXAMPLE"
	one(t, s, "secret_key", "Half of the AWS credentials", "secret_key is empty")
	s = bare
	s.SecretKey = secret
	one(t, s, "access_key", "Half of the AWS credentials", "access_key is empty")

	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	one(t, bare, "", "No AWS credentials", "AWS_SECRET_ACCESS_KEY is not")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	one(t, bare, "", "No AWS credentials", "AWS_ACCESS_KEY_ID is not")
}

func TestProfiles(t *testing.T) {
	clean(t)
	file := write(t, "[profile empty]\nregion = us-east-1\n[profile full]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = "+secret+"\nregion = eu-west-1\n")
	s := Settings{Profile: "full", SharedConfigFiles: []string{file}, SkipCredentialsValidation: true, SkipRequestingAccountID: true}
	if c := mustNew(t, s); c.Region != "eu-west-1" {
		t.Errorf("region %q", c.Region)
	}
	s.Profile = "empty"
	one(t, s, "profile", `"empty" gives no credentials`, "Complete the profile")
	s.Profile = "absent"
	one(t, s, "profile", `no AWS profile "absent"`, file)
	s.Profile = ""
	t.Setenv("AWS_PROFILE", "absent")
	one(t, s, "", `no AWS profile "absent"`, "AWS_PROFILE in the environment")
}

func TestStaticKeysComeBeforeTheProfile(t *testing.T) {
	clean(t)
	s := local("http://127.0.0.1:1")
	s.Profile, s.Region = "full", ""
	s.SharedConfigFiles = []string{write(t, "[profile full]\naws_access_key_id = OTHER\naws_secret_access_key = other\nregion = eu-west-1\n")}
	c := mustNew(t, s)
	creds, err := c.config.Credentials.Retrieve(context.Background())
	if err != nil || creds.AccessKeyID != "AKIDEXAMPLE" || c.Region != "eu-west-1" {
		t.Errorf("key %q in %q, %v", creds.AccessKeyID, c.Region, err)
	}
}

func TestRegionsThatCannotBe(t *testing.T) {
	clean(t)
	for region, summary := range map[string]string{"": "No AWS region is set", "us-esat-1": "Unknown AWS region"} {
		s := local("")
		s.Region = region
		one(t, s, "region", summary, "AWS_REGION")
	}
	t.Setenv("AWS_REGION", "us-esat-1")
	s := local("")
	s.Region = ""
	one(t, s, "region", "Unknown AWS region", "AWS_REGION")
	s.SkipRegionValidation = true
	if c := mustNew(t, s); c.Region != "us-esat-1" {
		t.Errorf("region %q", c.Region)
	}
}

func TestCABundles(t *testing.T) {
	clean(t)
	s := local("")
	s.CustomCA = "/none"
	one(t, s, "custom_ca_bundle", "CA bundle", "no such file")
	s.CustomCA = write(t, "not a certificate")
	one(t, s, "custom_ca_bundle", "CA bundle", "holds no certificate")
	t.Setenv("AWS_CA_BUNDLE", "/none")
	one(t, local(""), "", "CA bundle", "AWS_CA_BUNDLE in the environment")
}

func TestEnvironmentThatTheSDKRefuses(t *testing.T) {
	clean(t)
	t.Setenv("AWS_RETRY_MODE", "often")
	one(t, local(""), "", "settings are not valid", "AWS_RETRY_MODE")
}

func TestProxyPasswordsStaySecret(t *testing.T) {
	clean(t)
	proxy := "http://me:" + secret + "@127.0.0.1:1"
	s := verified("http://sts.test")
	s.HTTPProxy = &proxy
	if p := one(t, s, "endpoints.0.sts", "STS could not be asked", ""); strings.Contains(p.Err.Error(), secret) {
		t.Errorf("error %v", p.Err)
	}
}

func TestRedact(t *testing.T) {
	clean(t)
	t.Setenv("AWS_SESSION_TOKEN", "token-in-the-environment")
	s := Settings{SecretKey: secret, Token: "test", WebIdentity: &WebIdentity{Token: "token-of-web-identity"}}
	if got := s.Redact("a test " + secret + " b token-in-the-environment c token-of-web-identity d"); got != "a test (secret) b (secret) c (secret) d" {
		t.Errorf("%q", got)
	}
}
