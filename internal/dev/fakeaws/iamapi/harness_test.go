package iamapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const (
	testAccount  = "123456789012"
	otherAccount = "210987654321"
)

// harness serves accounts over HTTP and believes every signature.
type harness struct {
	t        *testing.T
	url      string
	accounts map[string]*Service
	clock    *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	h := &harness{t: t, accounts: map[string]*Service{}, clock: &clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)}}
	for _, id := range []string{testAccount, otherAccount} {
		h.accounts[id] = New(Options{AccountID: id, Clock: h.clock.Now, Account: func(id string) *Service { return h.accounts[id] }})
	}
	server := httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *harness) serve(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		h.t.Error(err)
	}
	service, account := "sts", h.accounts[testAccount]
	principal := authz.Principal{Anonymous: true}
	if _, scope, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		parts := strings.Split(scope, "/")
		service = parts[3]
		for _, a := range h.accounts {
			if k, ok := a.Key(parts[0]); ok {
				principal, account = k.Principal, a
			}
		}
	}
	response, _ := account.Do(r.Context(), principal, service, r.PostForm, "request-1")
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(response.Status)
	if _, err := w.Write(response.Body); err != nil {
		h.t.Error(err)
	}
}

func (h *harness) config(k Key) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(h.url),
		Credentials:  credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.Secret, k.SessionToken),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func (h *harness) iam(k Key) *iam.Client { return iam.NewFromConfig(h.config(k)) }
func (h *harness) sts(k Key) *sts.Client { return sts.NewFromConfig(h.config(k)) }

// root is a client with the root user's key.
func (h *harness) root() *iam.Client { return h.iam(h.accounts[testAccount].Root()) }

// user makes a user with a key, and with one inline policy unless it is "".
func (h *harness) user(name, policy string) Key {
	h.t.Helper()
	client := h.root()
	must(h.t)(client.CreateUser(h.t.Context(), &iam.CreateUserInput{UserName: &name}))
	if policy != "" {
		must(h.t)(client.PutUserPolicy(h.t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}))
	}
	made, err := client.CreateAccessKey(h.t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.key(*made.AccessKey.AccessKeyId)
}

func (h *harness) key(id string) Key {
	h.t.Helper()
	k, ok := h.accounts[testAccount].Key(id)
	if !ok {
		h.t.Fatalf("no key %s", id)
	}
	return k
}

// role makes a role that trusts an AWS principal.
func (h *harness) role(name, principal string) {
	h.t.Helper()
	must(h.t)(h.root().CreateRole(h.t.Context(), &iam.CreateRoleInput{
		RoleName:                 &name,
		AssumeRolePolicyDocument: aws.String(trustOf(principal)),
	}))
}

func trustOf(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
}

func allow(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`
}

func arnOf(resource string) string { return "arn:aws:iam::" + testAccount + ":" + resource }

// must ends the test on an error, whatever else a call gave.
func must(t *testing.T) func(any, error) {
	t.Helper()
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// refused checks an error's code, and that its message has the part.
func refused(t *testing.T, err error, code, part string) {
	t.Helper()
	if awserr.Code(err) != code || !strings.Contains(awserr.Message(err), part) {
		t.Errorf("got error %v, want %s: %s", err, code, part)
	}
}
