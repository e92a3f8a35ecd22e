package iamaccess

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

func TestInlinePolicies(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	if _, err := a.CreateRole(t.Context(), RoleInput{Name: "app", TrustPolicy: ec2Trust}); err != nil {
		t.Fatal(err)
	}
	for kind, p := range map[string]*Policies{"user": a.UserPolicies("app"), "role": a.RolePolicies("app")} {
		t.Run(kind, func(t *testing.T) {
			ctx := t.Context()
			if _, err := p.Get(ctx, "Access"); !errors.Is(err, ErrAbsent) {
				t.Errorf("error %v, want ErrAbsent", err)
			}
			for _, document := range []string{otherPolicy, readPolicy} {
				if err := p.Put(ctx, "Access", document); err != nil {
					t.Fatal(err)
				}
				if got, err := p.Get(ctx, "Access"); err != nil || got != document {
					t.Fatalf("policy %s, %v; want %s", got, err, document)
				}
			}
			if err := p.Put(ctx, "A", otherPolicy); err != nil {
				t.Fatal(err)
			}
			if names, err := p.List(ctx); err != nil || !slices.Equal(names, []string{"A", "Access"}) {
				t.Errorf("names %q, %v", names, err)
			}
			for range 2 { // the second time it is gone already
				if err := p.Delete(ctx, "Access"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestRenamedPolicyGrantsAllTheWhile(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	p := a.UserPolicies("app")
	if err := p.Put(t.Context(), "Old", readPolicy); err != nil {
		t.Fatal(err)
	}
	requests := a.requests(func() {
		if err := p.Rename(t.Context(), "Old", "New", readPolicy); err != nil {
			t.Fatal(err)
		}
	})
	if want := []string{"PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy"}; !slices.Equal(requests, want) {
		t.Errorf("requests %v, want %v", requests, want)
	}
	if names, err := p.List(t.Context()); err != nil || !slices.Equal(names, []string{"New"}) {
		t.Errorf("names %q, %v", names, err)
	}
	if err := p.Rename(t.Context(), "New", "New", otherPolicy); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Get(t.Context(), "New"); err != nil || got != otherPolicy {
		t.Errorf("a policy renamed to itself is %s, %v", got, err)
	}
}

// oneCase takes policy names that differ by case alone for one, and keeps the
// first spelling.
type oneCase map[string]string

func (c oneCase) get(_ context.Context, name string) (string, error) {
	return c[strings.ToLower(name)], nil
}

func (c oneCase) put(_ context.Context, name, document string) error {
	c[strings.ToLower(name)] = document
	return nil
}

func (c oneCase) del(_ context.Context, name string) error {
	delete(c, strings.ToLower(name))
	return nil
}

func (c oneCase) list(context.Context) ([]string, error) {
	return slices.Collect(maps.Keys(c)), nil
}

func TestRenamedByCaseAPolicyStays(t *testing.T) {
	server := oneCase{"access": readPolicy}
	p := &Policies{store: New(nil), kind: KindUser, holder: "app", api: server}
	if err := p.Rename(t.Context(), "access", "Access", readPolicy); err != nil {
		t.Fatal(err)
	}
	if server["access"] != readPolicy {
		t.Error("the policy is gone")
	}

	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	p = a.UserPolicies("app")
	if err := p.Put(t.Context(), "access", readPolicy); err != nil {
		t.Fatal(err)
	}
	if err := p.Rename(t.Context(), "access", "Access", readPolicy); err != nil {
		t.Fatal(err)
	}
	if names, err := p.List(t.Context()); err != nil || !slices.Equal(names, []string{"Access"}) {
		t.Errorf("names %q, %v; want the new one alone, where case counts", names, err)
	}
}

func TestPolicyThatIsTooLong(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	long := strings.Replace(readPolicy, "videos", strings.Repeat("v", MaxUserPolicies), 1)
	err := a.UserPolicies("app").Put(t.Context(), "Access", long)
	var limit *PolicyLimitError
	if !errors.As(err, &limit) || limit.Kind != KindUser || limit.Holder != "app" || limit.Max != 2048 {
		t.Errorf("got error %+v, want a PolicyLimitError of 2048 characters for the user app", err)
	}
}

func TestPolicyOfAUserThatIsSeenLate(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "PutUserPolicy", Status: http.StatusNotFound, Code: "NoSuchEntity", Times: 3})
	if err := a.UserPolicies("app").Put(t.Context(), "Access", readPolicy); err != nil {
		t.Error(err)
	}
	requests := a.requests(func() {
		if err := a.UserPolicies("nobody").Put(t.Context(), "Access", readPolicy); !absent(err) {
			t.Errorf("error %v for a user that this run did not make", err)
		}
	})
	if len(requests) != 1 {
		t.Errorf("requests %v for a user that this run did not make, want one", requests)
	}
}

// laggard shows the documents one after the other, the last one for ever.
type laggard struct {
	API
	shown []string
	reads int
}

func (l *laggard) PutUserPolicy(context.Context, *iam.PutUserPolicyInput, ...func(*iam.Options)) (*iam.PutUserPolicyOutput, error) {
	return &iam.PutUserPolicyOutput{}, nil
}

func (l *laggard) GetUserPolicy(context.Context, *iam.GetUserPolicyInput, ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error) {
	document := l.shown[min(l.reads, len(l.shown)-1)]
	l.reads++
	return &iam.GetUserPolicyOutput{PolicyDocument: aws.String(url.QueryEscape(document))}, nil
}

func TestPutWaitsForWhatIsShown(t *testing.T) {
	reordered := `{"Statement":{"Resource":["arn:aws:s3:::videos/*"],"Action":["s3:GetObject"],"Effect":"Allow"},"Version":"2012-10-17"}`
	late := &laggard{shown: []string{otherPolicy, otherPolicy, reordered}}
	s := New(late)
	s.clock = &skippingClock{}
	if err := s.UserPolicies("app").Put(t.Context(), "Access", readPolicy); err != nil || late.reads != 3 {
		t.Errorf("error %v after %d reads, want none after 3", err, late.reads)
	}

	never := &laggard{shown: []string{otherPolicy}}
	s = New(never)
	s.clock = &skippingClock{}
	if err := s.UserPolicies("app").Put(t.Context(), "Access", readPolicy); !errors.As(err, new(*NotShownError)) {
		t.Errorf("got error %v for a policy that is never shown, want a NotShownError", err)
	}
}
