package iamaccess

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

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
	if !strings.Contains(remedy(err), "there is no access key AKIAIOSFODNN7EXAMPLE in this account") {
		t.Errorf("error %v with remedy %q", err, remedy(err))
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
