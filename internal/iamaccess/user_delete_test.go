package iamaccess

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

func TestDeleteUserThatHoldsMore(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	a.mustCreateUser(t, UserInput{Name: "app"})
	mine := a.UserPolicies("app")
	for _, name := range []string{"Access", "Theirs"} {
		if err := mine.Put(ctx, name, readPolicy); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.CreateAccessKey(ctx, "app"); err != nil {
		t.Fatal(err)
	}
	attached := "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	if _, err := a.client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("app"), PolicyArn: &attached}); err != nil {
		t.Fatal(err)
	}

	err := a.DeleteUser(ctx, "app", "Access", false)
	if held := (*HeldError)(nil); !errors.As(err, &held) || held.Kind != KindUser || held.Name != "app" {
		t.Fatalf("got error %v, want a HeldError of the user app", err)
	}
	if got, err := mine.Get(ctx, "Access"); err != nil || got != readPolicy {
		t.Errorf("after a refused deletion the policy is %q, %v", got, err)
	}

	if err := a.DeleteUser(ctx, "app", "Access", true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.User(ctx, "app"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
	for _, force := range []bool{false, true} {
		if err := a.DeleteUser(ctx, "app", "Access", force); err != nil {
			t.Errorf("deleting a user that is gone, force %t: %v", force, err)
		}
	}
}

// Whoever reads with a key must not be denied for a deletion that fails anyway.
func TestRefusedDeletionKeepsThePolicyOfAKeyInUse(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	if err := a.UserPolicies("app").Put(t.Context(), "Access", readPolicy); err != nil {
		t.Fatal(err)
	}
	key, err := a.CreateAccessKey(t.Context(), "app")
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range a.requests(func() { err = a.DeleteUser(t.Context(), "app", "Access", false) }) {
		if operation != "ListAccessKeys" {
			t.Errorf("request %s, want nothing but a look at the keys", operation)
		}
	}
	if held := (*HeldError)(nil); !errors.As(err, &held) || !strings.Contains(err.Error(), key.ID) {
		t.Errorf("error %v, want a HeldError that names %s", err, key.ID)
	}
}

func TestDeleteUserWaitsForAConflictToPass(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "DeleteUser", Status: http.StatusConflict, Code: "DeleteConflict", Times: 2})
	if err := a.DeleteUser(t.Context(), "app", "", false); err != nil {
		t.Error(err)
	}
}

func TestForceSkipsWhatAServerLacks(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	release := a.server.Inject(fakeaws.Fault{Operation: "DeleteUser", Status: http.StatusConflict, Code: "DeleteConflict"})
	a.server.Inject(fakeaws.Fault{Operation: "ListMFADevices", Hook: release})
	a.server.Inject(fakeaws.Fault{Operation: "ListSSHPublicKeys", Status: http.StatusNotImplemented, Code: "NotImplemented"})
	a.server.Inject(fakeaws.Fault{Operation: "ListServiceSpecificCredentials", Status: http.StatusBadRequest, Code: "InvalidAction"})
	if err := a.DeleteUser(t.Context(), "app", "Access", true); err != nil {
		t.Error(err)
	}
}

func TestForceStopsAtADenial(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	a.server.Inject(fakeaws.Fault{Operation: "ListGroupsForUser", Status: http.StatusForbidden, Code: "AccessDenied"})
	err := a.DeleteUser(t.Context(), "app", "Access", true)
	if err == nil || !strings.Contains(err.Error(), "group memberships of the user app") {
		t.Errorf("error %v, want one that names the group memberships", err)
	}
	if _, err := a.User(t.Context(), "app"); err != nil {
		t.Errorf("the user is gone: %v", err)
	}
}

func TestDiscardUserAfterCancellation(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	if err := a.UserPolicies("app").Put(t.Context(), "Access", readPolicy); err != nil {
		t.Fatal(err)
	}
	// A user just made may not be seen yet, which is no reason to leave it behind.
	a.server.Inject(fakeaws.Fault{Operation: "DeleteUser", Status: http.StatusNotFound, Code: "NoSuchEntity", Times: 1})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.DiscardUser(cancelled, "app", "Access"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.User(t.Context(), "app"); !errors.Is(err, ErrAbsent) {
		t.Errorf("error %v, want ErrAbsent", err)
	}
}

// tokens has a user with MFA devices, who cannot be deleted before they are
// deactivated, and notes what becomes of them.
type tokens struct {
	*iam.Client
	serials []string
	calls   []string
}

func (d *tokens) DeleteUser(ctx context.Context, in *iam.DeleteUserInput, opts ...func(*iam.Options)) (*iam.DeleteUserOutput, error) {
	if len(d.serials) > 0 {
		return nil, &types.DeleteConflictException{}
	}
	return d.Client.DeleteUser(ctx, in, opts...)
}

func (d *tokens) ListMFADevices(context.Context, *iam.ListMFADevicesInput, ...func(*iam.Options)) (*iam.ListMFADevicesOutput, error) {
	out := &iam.ListMFADevicesOutput{}
	for _, serial := range d.serials {
		out.MFADevices = append(out.MFADevices, types.MFADevice{SerialNumber: &serial})
	}
	return out, nil
}

func (d *tokens) DeactivateMFADevice(_ context.Context, in *iam.DeactivateMFADeviceInput, _ ...func(*iam.Options)) (*iam.DeactivateMFADeviceOutput, error) {
	d.calls = append(d.calls, "deactivate "+*in.SerialNumber)
	d.serials = slices.DeleteFunc(slices.Clone(d.serials), func(s string) bool { return s == *in.SerialNumber })
	return &iam.DeactivateMFADeviceOutput{}, nil
}

func (d *tokens) DeleteVirtualMFADevice(_ context.Context, in *iam.DeleteVirtualMFADeviceInput, _ ...func(*iam.Options)) (*iam.DeleteVirtualMFADeviceOutput, error) {
	d.calls = append(d.calls, "delete "+*in.SerialNumber)
	return &iam.DeleteVirtualMFADeviceOutput{}, nil
}

func TestForceDeletesVirtualMFADevices(t *testing.T) {
	a := newAccount(t)
	a.mustCreateUser(t, UserInput{Name: "app"})
	const virtual = "arn:aws:iam::123456789012:mfa/app"
	devices := &tokens{Client: a.client, serials: []string{"GAHT12345678", virtual}}
	s := New(devices)
	s.clock = a.clock
	if err := s.DeleteUser(t.Context(), "app", "Access", true); err != nil {
		t.Fatal(err)
	}
	if want := []string{"deactivate GAHT12345678", "deactivate " + virtual, "delete " + virtual}; !slices.Equal(devices.calls, want) {
		t.Errorf("calls %q, want %q", devices.calls, want)
	}
}
