package iamaccess

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
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
	// Made at the same time, neither is taken for the other's leftover.
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
		if !slices.Contains(limit.Keys, key.Key) {
			t.Errorf("got the keys %+v, want %+v among them", limit.Keys, key.Key)
		}
		if strings.Contains(limit.Error(), key.Secret) {
			t.Error("the error holds a secret")
		}
	}
}

func TestLostAnswerNamesTheKeyThatIsLeft(t *testing.T) {
	for name, fault := range map[string]fakeaws.Fault{
		"no answer":      {Operation: "CreateAccessKey", LoseResponse: true},
		"answer cut off": {Operation: "CreateAccessKey", CutAfter: 30},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			a.mustCreateUser(t, UserInput{Name: "app"})
			kept, err := a.CreateAccessKey(t.Context(), "app")
			if err != nil {
				t.Fatal(err)
			}
			a.server.Inject(fault)
			var lost error
			requests := a.requests(func() { _, lost = a.CreateAccessKey(t.Context(), "app") })
			if want := []string{"ListAccessKeys", "CreateAccessKey", "ListAccessKeys"}; !slices.Equal(requests, want) {
				t.Errorf("requests: got %v, want %v", requests, want)
			}
			keys, err := a.AccessKeys(t.Context(), "app")
			if err != nil || len(keys) != 2 {
				t.Fatalf("keys: got %+v, %v; want two", keys, err)
			}
			left := keys[slices.IndexFunc(keys, func(k Key) bool { return k.ID != kept.ID })]
			checkLost(t, lost, left.ID)
		})
	}
}

// TestSomebodyElsesKeyIsNotDeleted has a request reset before it reaches IAM, and
// somebody else make a key in that moment.
func TestSomebodyElsesKeyIsNotDeleted(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	client := resetting{a.client, func() {
		if _, err := a.client.CreateAccessKey(context.Background(), &iam.CreateAccessKeyInput{UserName: aws.String("app")}); err != nil {
			t.Error(err)
		}
	}}
	_, lost := New(client).CreateAccessKey(t.Context(), "app")
	keys, err := a.AccessKeys(t.Context(), "app")
	if err != nil || len(keys) != 1 {
		t.Fatalf("keys: got %+v, %v; want somebody else's", keys, err)
	}
	checkLost(t, lost, keys[0].ID)
}

// resetting loses the requests for keys on their way.
type resetting struct {
	*iam.Client
	meanwhile func()
}

func (r resetting) CreateAccessKey(context.Context, *iam.CreateAccessKeyInput, ...func(*iam.Options)) (*iam.CreateAccessKeyOutput, error) {
	r.meanwhile()
	return nil, errors.New("connection reset by peer")
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

func TestCancellationNamesTheKeyThatIsLeft(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := New(interrupted{a.client, cancel}).CreateAccessKey(ctx, "app")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error: got %v, want that of the cancellation", err)
	}
	keys, lookup := a.AccessKeys(t.Context(), "app")
	if lookup != nil || len(keys) != 1 {
		t.Fatalf("keys: got %+v, %v; want one", keys, lookup)
	}
	checkLost(t, err, keys[0].ID)
}

// checkLost wants a LostKeyError of the user app that names these keys.
func checkLost(t *testing.T, err error, appeared ...string) {
	t.Helper()
	var lost *LostKeyError
	if !errors.As(err, &lost) || lost.User != "app" || lost.Unlisted || !slices.Equal(lost.Appeared, appeared) {
		t.Errorf("got error %+v, want a LostKeyError of the user app with the keys %v", err, appeared)
	}
}

func TestNoAnswerAndNoList(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	client := resetting{a.client, func() {
		a.server.Inject(fakeaws.Fault{Operation: "ListAccessKeys", Status: http.StatusForbidden, Code: "AccessDenied"})
	}}
	_, err := New(client).CreateAccessKey(t.Context(), "app")
	var lost *LostKeyError
	if !errors.As(err, &lost) || !lost.Unlisted {
		t.Errorf("got error %+v, want a LostKeyError that says that the keys were not listed", err)
	}
}

func TestNoAnswerAndNoKey(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", Status: http.StatusInternalServerError, Code: "ServiceFailure"})
	_, err := a.CreateAccessKey(t.Context(), "app")
	checkLost(t, err)
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
	checkLost(t, err, keys[0].ID, keys[1].ID)
}

func TestRefusedCreationIsRepeated(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "CreateAccessKey", Status: http.StatusBadRequest, Code: "Throttling", Times: 2})
	if _, err := a.CreateAccessKey(t.Context(), "app"); err != nil {
		t.Error(err)
	}
}

// A run that ends between the renaming of a user and the update of its key knows
// the key by the old name.
func TestKeyOfARenamedUser(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	made, err := a.CreateAccessKey(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.UpdateUser(t.Context(), "app", "backend", "/"); err != nil {
		t.Fatal(err)
	}
	key, err := a.AccessKey(t.Context(), "app", made.ID)
	if err != nil || key.User != "backend" || key.ID != made.ID {
		t.Errorf("key %+v, %v; want that of backend", key, err)
	}
	a.mustCreateUser(t, UserInput{Name: "app"}) // another one
	if key, err := a.AccessKey(t.Context(), "app", made.ID); err != nil || key.User != "backend" {
		t.Errorf("key %+v, %v; want that of backend", key, err)
	}
	if err := a.DeleteAccessKey(t.Context(), "app", made.ID); err != nil {
		t.Fatal(err)
	}
	if keys, err := a.AccessKeys(t.Context(), "backend"); err != nil || len(keys) != 0 {
		t.Errorf("keys %+v, %v; want none", keys, err)
	}
}

func TestKeyIsGoneWhenNobodyMayTellItsUser(t *testing.T) {
	a := newAccount(t)
	a.server.Inject(fakeaws.Fault{Operation: "GetAccessKeyLastUsed", Status: http.StatusForbidden, Code: "AccessDenied"})
	if _, err := a.AccessKey(t.Context(), "app", "AKIAIOSFODNN7EXAMPLE"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
	if err := a.DeleteAccessKey(t.Context(), "app", "AKIAIOSFODNN7EXAMPLE"); err != nil {
		t.Error(err)
	}
	_, err := a.AccessKeyUser(t.Context(), "AKIAIOSFODNN7EXAMPLE")
	var hidden *HiddenKeyError
	if !errors.As(err, &hidden) || hidden.ID != "AKIAIOSFODNN7EXAMPLE" {
		t.Errorf("got error %v, want a HiddenKeyError of that key", err)
	}
}

func TestKeyIsNotGoneWhenIAMFails(t *testing.T) {
	a := newAccount(t)
	a.server.Inject(fakeaws.Fault{Operation: "GetAccessKeyLastUsed", Status: http.StatusInternalServerError, Code: "ServiceFailure"})
	if _, err := a.AccessKey(t.Context(), "app", "AKIAIOSFODNN7EXAMPLE"); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want IAM's failure", err)
	}
	if err := a.DeleteAccessKey(t.Context(), "app", "AKIAIOSFODNN7EXAMPLE"); err == nil {
		t.Error("no error for a key that may be there")
	}
}

// TestACancelledCreationLeavesTheQueue cancels one while another one for the same user is
// under way.
func TestACancelledCreationLeavesTheQueue(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	release, err := a.keys.Acquire(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	requests := a.requests(func() { _, err = a.CreateAccessKey(ctx, "APP") })
	if !errors.Is(err, context.Canceled) || len(requests) != 0 {
		t.Errorf("got error %v after the requests %v, want the cancellation and no request", err, requests)
	}
}

// deadlines notes how long a deletion of an access key may take.
type deadlines struct {
	API
	left *time.Duration // nil before a deletion, 0 for no limit
}

func (d *deadlines) DeleteAccessKey(ctx context.Context, in *iam.DeleteAccessKeyInput, opts ...func(*iam.Options)) (*iam.DeleteAccessKeyOutput, error) {
	left := time.Duration(0)
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	}
	d.left = &left
	return d.API.DeleteAccessKey(ctx, in, opts...)
}

// TestACancelledRunDiscardsItsKey deletes a new key after the context has ended, within a
// time of its own.
func TestACancelledRunDiscardsItsKey(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	made, err := a.CreateAccessKey(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	watched := &deadlines{API: a.client}
	a.Store.iam = watched
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.DiscardAccessKey(ctx, "app", made.ID); err != nil {
		t.Fatalf("discarding the key: got %v, want no error", err)
	}
	if keys, err := a.AccessKeys(t.Context(), "app"); err != nil || len(keys) != 0 {
		t.Errorf("keys: got %v, %v, want none", keys, err)
	}
	if watched.left == nil || *watched.left <= 0 || *watched.left > time.Minute {
		t.Errorf("time for the deletion: got %v, want at most a minute", watched.left)
	}
}
