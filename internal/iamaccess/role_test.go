package iamaccess

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

func trustIn(arn string) string {
	return strings.Replace(ec2Trust, `{"Service":"ec2.amazonaws.com"}`, `{"AWS":"`+arn+`"}`, 1)
}

func TestRole(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	made, err := a.CreateRole(ctx, RoleInput{
		Name: "app", Path: "/fovea/", TrustPolicy: ec2Trust, MaxSession: 2 * time.Hour,
		PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonS3FullAccess", Tags: map[string]string{"team": "video"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var read Role
	requests := a.requests(func() {
		if read, err = a.Role(ctx, "app"); err != nil {
			t.Fatal(err)
		}
	})
	if !slices.Equal(requests, []string{"GetRole"}) {
		t.Errorf("requests %v", requests)
	}
	if !iampolicy.Equivalent(read.TrustPolicy, ec2Trust) || !maps.Equal(read.Tags, made.Tags) {
		t.Errorf("read %+v, made %+v", read, made)
	}
	if read.ARN != made.ARN || read.UniqueID != made.UniqueID || read.MaxSession != 2*time.Hour || made.MaxSession != 2*time.Hour ||
		read.PermissionsBoundary != made.PermissionsBoundary || read.Path != "/fovea/" {
		t.Errorf("read %+v, made %+v", read, made)
	}

	lambda := strings.Replace(ec2Trust, "ec2", "lambda", 1)
	for what, change := range map[string]func() error{
		"trust policy": func() error { return a.SetTrustPolicy(ctx, "app", lambda) },
		"session":      func() error { return a.SetMaxSession(ctx, "app", time.Hour) },
		"boundary":     func() error { return a.SetRoleBoundary(ctx, "app", "") },
		"tags":         func() error { return a.UpdateRoleTags(ctx, "app", made.Tags, map[string]string{"owner": "ops"}) },
	} {
		if err := change(); err != nil {
			t.Errorf("changing the %s: %v", what, err)
		}
	}
	changed, err := a.Role(ctx, "app")
	if err != nil || !iampolicy.Equivalent(changed.TrustPolicy, lambda) || changed.MaxSession != time.Hour ||
		changed.PermissionsBoundary != "" || !maps.Equal(changed.Tags, map[string]string{"owner": "ops"}) || changed.UniqueID != made.UniqueID {
		t.Errorf("changed to %+v, %v", changed, err)
	}
	if _, err := a.Role(ctx, "nobody"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
	_, err = a.CreateRole(ctx, RoleInput{Name: "APP", TrustPolicy: ec2Trust})
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) || exists.Existing != "app" {
		t.Errorf("error %v, want an ExistsError that names app", err)
	}
}

func TestTrustWaitsForAPrincipalJustMade(t *testing.T) {
	a := newAccount(t)
	a.waiting = func() {
		a.waiting = nil
		a.mustCreateUser(t, UserInput{Name: "app"})
	}
	if _, err := a.CreateRole(t.Context(), RoleInput{Name: "role", TrustPolicy: trustIn("arn:aws:iam::123456789012:user/app")}); err != nil {
		t.Fatal(err)
	}
	a.waiting = func() {
		a.waiting = nil
		a.mustCreateUser(t, UserInput{Name: "other"})
	}
	if err := a.SetTrustPolicy(t.Context(), "role", trustIn("arn:aws:iam::123456789012:user/other")); err != nil {
		t.Fatal(err)
	}
}

func TestTrustInAPrincipalThatIsNot(t *testing.T) {
	a := newAccount(t)
	waited := 0
	a.waiting = func() { waited++ }
	_, err := a.CreateRole(t.Context(), RoleInput{Name: "role", TrustPolicy: trustIn("arn:aws:iam::123456789012:user/nobody")})
	if waited == 0 || !errors.As(err, new(*UnknownPrincipalError)) {
		t.Errorf("got error %v after %d pauses, want an UnknownPrincipalError after some", err, waited)
	}
	waited = 0
	if _, err := a.CreateRole(t.Context(), RoleInput{Name: "role", TrustPolicy: `{"Version":"2012-10-17"}`}); err == nil || waited > 0 {
		t.Errorf("error %v after %d pauses for a document that will never be right", err, waited)
	}
}

func TestInstanceProfile(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	for _, role := range []string{"app", "other"} {
		if _, err := a.CreateRole(ctx, RoleInput{Name: role, TrustPolicy: ec2Trust}); err != nil {
			t.Fatal(err)
		}
	}
	// The role is not seen at once, and then an answer is lost.
	a.server.Inject(fakeaws.Fault{Operation: "AddRoleToInstanceProfile", Times: 1, Status: http.StatusNotFound, Code: "NoSuchEntity", Message: "The role with name app cannot be found."})
	a.server.Inject(fakeaws.Fault{Operation: "AddRoleToInstanceProfile", Skip: 1, Times: 1, LoseResponse: true})
	made, err := a.CreateInstanceProfile(ctx, InstanceProfileInput{Name: "app", Role: "app", Tags: map[string]string{"team": "video"}})
	if err != nil {
		t.Fatal(err)
	}
	read, err := a.InstanceProfile(ctx, "app")
	if err != nil || read.Role != "app" || read.ARN != made.ARN || !maps.Equal(read.Tags, made.Tags) {
		t.Errorf("read %+v, %v; made %+v", read, err, made)
	}
	if err := a.UpdateInstanceProfileTags(ctx, "app", read.Tags, map[string]string{"owner": "ops"}); err != nil {
		t.Error(err)
	}
	if err := a.SetInstanceProfileRole(ctx, read, "other"); err != nil {
		t.Error(err)
	}
	if read, err = a.InstanceProfile(ctx, "app"); err != nil || read.Role != "other" || !maps.Equal(read.Tags, map[string]string{"owner": "ops"}) {
		t.Errorf("read %+v, %v", read, err)
	}
	_, err = a.CreateInstanceProfile(ctx, InstanceProfileInput{Name: "app", Role: "app"})
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) {
		t.Errorf("error %v, want an ExistsError", err)
	}
	if err := a.DeleteInstanceProfile(ctx, "app", "other"); err != nil {
		t.Error(err)
	}
	if _, err := a.InstanceProfile(ctx, "app"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
	if _, err := a.CreateInstanceProfile(ctx, InstanceProfileInput{Name: "p", Role: "nobody"}); err == nil {
		t.Error("a profile with a role that is not")
	}
	if _, err := a.InstanceProfile(ctx, "p"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v for a profile that was taken back, want ErrAbsent", err)
	}
}

// TestLeftoverInstanceProfile meets profiles without a role, which stay when a role is
// deleted by other means.
func TestLeftoverInstanceProfile(t *testing.T) {
	for name, tt := range map[string]struct {
		left  *iam.CreateInstanceProfileInput
		taken bool
	}{
		"same name and path": {&iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("app")}, true},
		"another path":       {&iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("app"), Path: aws.String("/other/")}, false},
		"another case":       {&iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("APP")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			ctx := t.Context()
			if _, err := a.CreateRole(ctx, RoleInput{Name: "app", TrustPolicy: ec2Trust}); err != nil {
				t.Fatal(err)
			}
			if _, err := a.client.CreateInstanceProfile(ctx, tt.left); err != nil {
				t.Fatal(err)
			}
			_, err := a.CreateInstanceProfile(ctx, InstanceProfileInput{Name: "app", Role: "app", Tags: map[string]string{"team": "video"}})
			if exists := (*ExistsError)(nil); !tt.taken {
				if !errors.As(err, &exists) {
					t.Errorf("got error %v, want an ExistsError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := a.InstanceProfile(ctx, "app")
			if err != nil || got.Role != "app" || !maps.Equal(got.Tags, map[string]string{"team": "video"}) {
				t.Errorf("got profile %+v, %v, want one with the role and the tag", got, err)
			}
		})
	}
}

func TestFullInstanceProfile(t *testing.T) {
	a := newAccount(t)
	for _, role := range []string{"app", "other"} {
		if _, err := a.CreateRole(t.Context(), RoleInput{Name: role, TrustPolicy: ec2Trust}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.CreateInstanceProfile(t.Context(), InstanceProfileInput{Name: "app", Role: "app"}); err != nil {
		t.Fatal(err)
	}
	err := a.SetInstanceProfileRole(t.Context(), InstanceProfile{Name: "app"}, "other")
	var full *FullProfileError
	if !errors.As(err, &full) || full.Profile != "app" {
		t.Errorf("got error %v, want a FullProfileError", err)
	}
}

// TestRoleOfAnotherTrustIsNotAdopted loses the answer to a creation, while somebody else
// makes a role of that name.
func TestRoleOfAnotherTrustIsNotAdopted(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	a.Store = New(meanwhile{a.client, a.server})
	a.clock = &skippingClock{}
	_, err := a.CreateRole(ctx, RoleInput{Name: "app", TrustPolicy: ec2Trust})
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) {
		t.Errorf("got error %v, want an ExistsError", err)
	}
}

// meanwhile makes a role that trusts others before each that is asked for, whose first
// attempt then ends without a clear answer.
type meanwhile struct {
	*iam.Client
	server *fakeaws.Server
}

func (m meanwhile) CreateRole(ctx context.Context, in *iam.CreateRoleInput, opts ...func(*iam.Options)) (*iam.CreateRoleOutput, error) {
	theirs := *in
	theirs.AssumeRolePolicyDocument = aws.String(trustIn("arn:aws:iam::123456789012:root"))
	if _, err := m.Client.CreateRole(ctx, &theirs); err != nil {
		return nil, err
	}
	m.server.Inject(fakeaws.Fault{Operation: "CreateRole", Times: 1, Status: http.StatusInternalServerError, Code: "InternalFailure"})
	return m.Client.CreateRole(ctx, in, opts...)
}
