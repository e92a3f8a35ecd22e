package iamaccess

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

func TestAccessKey(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	a.mustCreateUser(t, UserInput{Name: "app"})
	made, err := a.CreateAccessKey(ctx, "app")
	if err != nil {
		t.Fatal(err)
	}
	if made.Secret == "" || made.Status != "Active" || made.CreatedAt.IsZero() {
		t.Errorf("made %+v", made.Key)
	}
	if err := a.SetAccessKeyStatus(ctx, "app", made.ID, "Inactive"); err != nil {
		t.Fatal(err)
	}
	read, err := a.AccessKey(ctx, "app", made.ID)
	if err != nil || read.Status != "Inactive" || !read.CreatedAt.Equal(made.CreatedAt) {
		t.Errorf("read %+v, %v; made %+v", read, err, made.Key)
	}
	if user, err := a.AccessKeyUser(ctx, made.ID); err != nil || user != "app" {
		t.Errorf("the key's user is %q, %v", user, err)
	}
	for range 2 { // the second time it is gone already
		if err := a.DeleteAccessKey(ctx, "app", made.ID); err != nil {
			t.Error(err)
		}
	}
	for _, user := range []string{"app", "nobody"} {
		if _, err := a.AccessKey(ctx, user, made.ID); !errors.Is(err, ErrAbsent) {
			t.Errorf("error %v for a key of %s, want ErrAbsent", err, user)
		}
	}
	if _, err := a.CreateAccessKey(ctx, "nobody"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v for a key for nobody, want ErrAbsent", err)
	}
}

func TestThirdAccessKey(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	// Made at the same time, neither is taken for the other's orphan.
	var made [2]NewKey
	var wait sync.WaitGroup
	for i := range made {
		wait.Go(func() {
			var err error
			if made[i], err = a.CreateAccessKey(t.Context(), "app"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()

	_, err := a.CreateAccessKey(t.Context(), "app")
	limit := (*KeyLimitError)(nil)
	if !errors.As(err, &limit) {
		t.Fatalf("error %v, want a KeyLimitError", err)
	}
	for _, key := range made {
		if !strings.Contains(limit.Remedy(), key.ID+" (Active, made "+key.CreatedAt.UTC().Format("2006-01-02")+")") {
			t.Errorf("remedy %q does not name %s and its age", limit.Remedy(), key.ID)
		}
		if strings.Contains(limit.Remedy()+limit.Error(), key.Secret) {
			t.Error("the error holds a secret")
		}
	}
}

func TestLostAnswerLeavesNoKeyBehind(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	kept, err := a.CreateAccessKey(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", LoseResponse: true})
	var lost error
	requests := a.requests(func() { _, lost = a.CreateAccessKey(t.Context(), "app") })
	if want := []string{"ListAccessKeys", "CreateAccessKey", "ListAccessKeys", "DeleteAccessKey"}; !slices.Equal(requests, want) {
		t.Errorf("requests %v, want %v", requests, want)
	}
	if !strings.Contains(remedy(lost), "is deleted again") {
		t.Errorf("error %v with remedy %q", lost, remedy(lost))
	}
	keys, err := a.AccessKeys(t.Context(), "app")
	if err != nil || len(keys) != 1 || keys[0].ID != kept.ID {
		t.Errorf("keys %+v, %v; want %s alone", keys, err, kept.ID)
	}
}

// interrupted has the run cancelled between the making of a key and its answer.
type interrupted struct {
	*iam.Client
	cancel func()
}

func (i interrupted) CreateAccessKey(ctx context.Context, in *iam.CreateAccessKeyInput, opts ...func(*iam.Options)) (*iam.CreateAccessKeyOutput, error) {
	if _, err := i.Client.CreateAccessKey(ctx, in, opts...); err != nil {
		return nil, err
	}
	i.cancel()
	return nil, ctx.Err()
}

func TestCancellationLeavesNoKeyBehind(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := New(interrupted{a.client, cancel}).CreateAccessKey(ctx, "app")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the cancellation", err)
	}
	if keys, err := a.AccessKeys(t.Context(), "app"); err != nil || len(keys) != 0 {
		t.Errorf("keys %+v, %v; want none", keys, err)
	}
}

func TestNoAnswerAndNoKey(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", Status: http.StatusInternalServerError, Code: "ServiceFailure"})
	_, err := a.CreateAccessKey(t.Context(), "app")
	if !strings.Contains(remedy(err), "No new key has shown up") {
		t.Errorf("error %v with remedy %q", err, remedy(err))
	}
}

func TestTwoNewKeysAreLeftAlone(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	somebody := func() {
		if _, err := a.client.CreateAccessKey(context.Background(), &iam.CreateAccessKeyInput{UserName: aws.String("app")}); err != nil {
			t.Error(err)
		}
	}
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", LoseResponse: true, Times: 1, Hook: somebody})
	_, err := a.CreateAccessKey(t.Context(), "app")
	keys, lookup := a.AccessKeys(t.Context(), "app")
	if lookup != nil || len(keys) != 2 {
		t.Fatalf("keys %+v, %v; want both", keys, lookup)
	}
	for _, key := range keys {
		if !strings.Contains(remedy(err), key.ID) {
			t.Errorf("remedy %q does not name %s", remedy(err), key.ID)
		}
	}
}

func TestRefusedCreationIsRepeated(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", Status: http.StatusBadRequest, Code: "Throttling", Times: 2})
	if _, err := a.CreateAccessKey(t.Context(), "app"); err != nil {
		t.Error(err)
	}
}
