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
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

func TestUserIsReadInOneRequest(t *testing.T) {
	a := newAccount(t)
	in := UserInput{Name: "app", Path: "/fovea/", PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonS3FullAccess", Tags: map[string]string{"team": "video"}}
	made := a.mustCreateUser(t, in)

	var read User
	requests := a.requests(func() {
		var err error
		if read, err = a.User(t.Context(), "app"); err != nil {
			t.Fatal(err)
		}
	})
	if !slices.Equal(requests, []string{"GetUser"}) {
		t.Errorf("requests %v", requests)
	}
	if read.Path != in.Path || read.PermissionsBoundary != in.PermissionsBoundary || !maps.Equal(read.Tags, in.Tags) {
		t.Errorf("read %+v, made from %+v", read, in)
	}
	if read.ARN != made.ARN || read.UniqueID != made.UniqueID || made.UniqueID == "" || made.Path != in.Path || !maps.Equal(made.Tags, in.Tags) {
		t.Errorf("made %+v, read %+v", made, read)
	}
	if _, err := a.User(t.Context(), "nobody"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
}

func TestDeniedIsNotAbsent(t *testing.T) {
	a := newAccount(t)
	a.server.Inject(fakeaws.Fault{Operation: "GetUser", Status: http.StatusForbidden, Code: "AccessDenied"})
	if _, err := a.User(t.Context(), "app"); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want one that does not say that the user is absent", err)
	}
}

func TestExistingUserIsNotAdopted(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "App"})
	for _, name := range []string{"App", "app"} {
		_, err := a.CreateUser(t.Context(), UserInput{Name: name})
		var exists *ExistsError
		if !errors.As(err, &exists) || exists.Kind != KindUser || exists.Name != name || exists.Existing != "App" {
			t.Errorf("making %s: got error %v, want an ExistsError that names App", name, err)
		}
	}
}

// TestSpellingIsLookedUp is for an IAM whose lookups tell capitals apart, though
// its names do not.
func TestSpellingIsLookedUp(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "App"})
	if _, err := a.CreateRole(t.Context(), RoleInput{Name: "App", TrustPolicy: ec2Trust}); err != nil {
		t.Fatal(err)
	}
	a.server.Inject(fakeaws.Fault{Operation: "GetUser", Status: http.StatusNotFound, Code: "NoSuchEntity"})
	a.server.Inject(fakeaws.Fault{Operation: "GetRole", Status: http.StatusNotFound, Code: "NoSuchEntity"})
	create := map[Kind]func() error{
		KindUser: func() error { _, err := a.CreateUser(t.Context(), UserInput{Name: "app"}); return err },
		KindRole: func() error {
			_, err := a.CreateRole(t.Context(), RoleInput{Name: "app", TrustPolicy: ec2Trust})
			return err
		},
	}
	for kind, do := range create {
		if exists := (*ExistsError)(nil); !errors.As(do(), &exists) || exists.Existing != "App" {
			t.Errorf("%s: error %v, want an ExistsError that names App", kind, exists)
		}
	}
	a.server.Inject(fakeaws.Fault{Operation: "ListUsers", Status: http.StatusForbidden, Code: "AccessDenied"})
	err := create[KindUser]()
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) || exists.Existing != "" {
		t.Errorf("got error %v, want an ExistsError without a spelling", err)
	}
}

func TestLostAnswerToCreation(t *testing.T) {
	a := newAccount(t)
	a.server.Inject(fakeaws.Fault{Operation: "CreateUser", LoseResponse: true, Times: 1})
	made := a.mustCreateUser(t, UserInput{Name: "app"})
	if read, err := a.User(t.Context(), "app"); err != nil || read.UniqueID != made.UniqueID {
		t.Errorf("made %+v, read %+v, %v", made, read, err)
	}
}

// TestCreationsWithoutAReadableAnswer loses every answer to a creation, that to its
// repetition included.
func TestCreationsWithoutAReadableAnswer(t *testing.T) {
	for kind, creation := range map[Kind]struct {
		operation string
		do        func(*account) (arn string, err error)
	}{
		KindUser: {"CreateUser", func(a *account) (string, error) {
			made, err := a.CreateUser(t.Context(), UserInput{Name: "app", Path: "/fovea/", Tags: map[string]string{"team": "video"}})
			return made.ARN, err
		}},
		KindRole: {"CreateRole", func(a *account) (string, error) {
			made, err := a.CreateRole(t.Context(), RoleInput{Name: "app", TrustPolicy: ec2Trust})
			return made.ARN, err
		}},
		KindProfile: {"CreateInstanceProfile", func(a *account) (string, error) {
			if _, err := a.CreateRole(t.Context(), RoleInput{Name: "app", TrustPolicy: ec2Trust}); err != nil {
				return "", err
			}
			made, err := a.CreateInstanceProfile(t.Context(), InstanceProfileInput{Name: "app", Role: "app"})
			return made.ARN, err
		}},
	} {
		for name, fault := range map[string]fakeaws.Fault{
			"cut off at once": {CutAfter: 1},
			"cut off":         {CutAfter: 30},
			"cut off later":   {CutAfter: 200},
			"no answer":       {LoseResponse: true},
			"an empty answer": {CutAfter: len(`<?xml version="1.0" encoding="UTF-8"?>`)},
		} {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				a := newAccount(t)
				fault.Operation = creation.operation
				a.server.Inject(fault)
				if arn, err := creation.do(a); err != nil || arn == "" {
					t.Errorf("got %q, %v; want what was made", arn, err)
				}
			})
		}
		t.Run(string(kind)+"/not made", func(t *testing.T) {
			a := newAccount(t)
			a.server.Inject(fakeaws.Fault{Operation: creation.operation, Status: http.StatusInternalServerError, Code: "ServiceFailure"})
			if _, err := creation.do(a); awserr.Code(err) != "ServiceFailure" || errors.As(err, new(*UnclearCreationError)) {
				t.Errorf("got %v, want the failure alone", err)
			}
		})
	}
}

// TestLostAnswerDoesNotAdoptAnotherUser has a request reset before it reaches IAM, and
// somebody else make a user of that name in that moment.
func TestLostAnswerDoesNotAdoptAnotherUser(t *testing.T) {
	for name, other := range map[string]*iam.CreateUserInput{
		"another path": {UserName: aws.String("app"), Path: aws.String("/other/")},
		"other tags":   {UserName: aws.String("app"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("audio")}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			a.server.Inject(fakeaws.Fault{
				Operation: "CreateUser", Times: 1, Status: http.StatusInternalServerError, Code: "ServiceFailure",
				Hook: func() {
					if _, err := a.client.CreateUser(context.Background(), other); err != nil {
						t.Error(err)
					}
				},
			})
			_, err := a.CreateUser(t.Context(), UserInput{Name: "app"})
			if exists := (*ExistsError)(nil); !errors.As(err, &exists) {
				t.Errorf("got %v, want an ExistsError", err)
			}
		})
	}
}

func TestLostAnswerDoesNotAdoptAnOlderUser(t *testing.T) {
	a := newAccount(t)
	a.ago.Store(int64(5 * time.Minute))
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.ago.Store(0)
	a.server.Inject(fakeaws.Fault{Operation: "CreateUser", Status: http.StatusInternalServerError, Code: "ServiceFailure", Times: 1})
	_, err := a.CreateUser(t.Context(), UserInput{Name: "app"})
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) {
		t.Errorf("error %v, want an ExistsError", err)
	}
}

func TestCreationThatStaysUnclear(t *testing.T) {
	failure := fakeaws.Fault{Operation: "CreateUser", Status: http.StatusInternalServerError, Code: "ServiceFailure"}
	for name, tt := range map[string]struct {
		prepare func(*testing.T, *account)
		found   bool
	}{
		"an older user exists": {func(t *testing.T, a *account) {
			a.ago.Store(int64(5 * time.Minute))
			a.mustCreateUser(t, UserInput{Name: "app"})
			a.ago.Store(0)
		}, true},
		"the lookup is denied": {func(_ *testing.T, a *account) {
			a.server.Inject(fakeaws.Fault{Operation: "GetUser", Status: http.StatusForbidden, Code: "AccessDenied"})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			tt.prepare(t, a)
			a.server.Inject(failure)
			_, err := a.CreateUser(t.Context(), UserInput{Name: "app"})
			var unclear *UnclearCreationError
			if !errors.As(err, &unclear) || unclear.Kind != KindUser || unclear.Name != "app" || unclear.Found != tt.found {
				t.Errorf("got error %+v, want an UnclearCreationError, found: %t", err, tt.found)
			}
		})
	}
}

func TestRenameToOtherCapitals(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "UpdateUser", Status: http.StatusConflict, Code: "EntityAlreadyExists"})
	_, err := a.UpdateUser(t.Context(), "app", "App", "/")
	var capitals *CaseRenameError
	if !errors.As(err, &capitals) || capitals.Name != "app" || capitals.NewName != "App" {
		t.Errorf("got error %v, want a CaseRenameError", err)
	}
}

func TestRenameKeepsTheUser(t *testing.T) {
	for name, fault := range map[string]fakeaws.Fault{
		"plainly":                    {Operation: "none"},
		"though the answer got lost": {Operation: "UpdateUser", LoseResponse: true, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			before := a.mustCreateUser(t, UserInput{Name: "app"})
			if err := a.UserPolicies("app").Put(t.Context(), "Access", readPolicy); err != nil {
				t.Fatal(err)
			}
			a.server.Inject(fault)
			after, err := a.UpdateUser(t.Context(), "app", "backend", "/fovea/")
			if err != nil {
				t.Fatal(err)
			}
			if after.Name != "backend" || after.Path != "/fovea/" || after.UniqueID != before.UniqueID || !strings.HasSuffix(after.ARN, ":user/fovea/backend") {
				t.Errorf("after the rename %+v, before it %+v", after, before)
			}
			if got, err := a.UserPolicies("backend").Get(t.Context(), "Access"); err != nil || got != readPolicy {
				t.Errorf("policy %s, %v", got, err)
			}
		})
	}
}

func TestRenameToATakenName(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.mustCreateUser(t, UserInput{Name: "Backend"})
	_, err := a.UpdateUser(t.Context(), "app", "backend", "/")
	if exists := (*ExistsError)(nil); !errors.As(err, &exists) || exists.Existing != "Backend" {
		t.Errorf("error %v, want an ExistsError that names Backend", err)
	}
	if _, err := a.UpdateUser(t.Context(), "nobody", "somebody", "/"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
}

func TestRenameThatCannotBeReadBackIsKnown(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "GetUser", Status: http.StatusForbidden, Code: "AccessDenied"})
	user, err := a.UpdateUser(t.Context(), "app", "backend", "/fovea/")
	if err == nil || user.Name != "backend" || user.Path != "/fovea/" {
		t.Errorf("user %+v, error %v; want the new name and an error", user, err)
	}
	if user, err := a.UpdateUser(t.Context(), "nobody", "somebody", "/"); err == nil || user.Name != "" {
		t.Errorf("user %+v, error %v for a rename that was refused; want no user", user, err)
	}
}

func TestUserTagsAndBoundaryChangeInPlace(t *testing.T) {
	a := newAccount(t)
	have := map[string]string{"Team": "a", "stage": "test", "theirs": "x"}
	a.mustCreateUser(t, UserInput{Name: "app", Tags: have, PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonS3FullAccess"})

	want := map[string]string{"stage": "test", "owner": "b"}
	if err := a.UpdateUserTags(t.Context(), "app", map[string]string{"Team": "a", "stage": "test"}, want); err != nil {
		t.Fatal(err)
	}
	if err := a.SetUserBoundary(t.Context(), "app", ""); err != nil {
		t.Fatal(err)
	}
	user, err := a.User(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(user.Tags, map[string]string{"stage": "test", "owner": "b", "theirs": "x"}) || user.PermissionsBoundary != "" {
		t.Errorf("user %+v", user)
	}
	const boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	if err := a.SetUserBoundary(t.Context(), "app", boundary); err != nil {
		t.Fatal(err)
	}
	if user, err := a.User(t.Context(), "app"); err != nil || user.PermissionsBoundary != boundary {
		t.Errorf("user %+v, %v", user, err)
	}
}
