package iamaccess

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// newRoleWithAll makes a role with a policy and an instance profile.
func newRoleWithAll(t *testing.T, a *account) {
	t.Helper()
	if _, err := a.CreateRole(t.Context(), RoleInput{Name: "app", TrustPolicy: ec2Trust}); err != nil {
		t.Fatal(err)
	}
	if err := a.RolePolicies("app").Put(t.Context(), "Access", readPolicy); err != nil {
		t.Fatal(err)
	}
	if _, err := a.CreateInstanceProfile(t.Context(), InstanceProfileInput{Name: "app", Role: "app"}); err != nil {
		t.Fatal(err)
	}
}

func TestDeleteRole(t *testing.T) {
	a := newAccount(t)
	ctx := t.Context()
	newRoleWithAll(t, a)
	attached := "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	if _, err := a.client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: &attached}); err != nil {
		t.Fatal(err)
	}
	if err := a.DeleteRole(ctx, "app", "Access", "app"); !isHeld(err) {
		t.Fatalf("error %v, want a HeldError", err)
	}
	if _, err := a.client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: &attached}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is gone already
		if err := a.DeleteRole(ctx, "app", "Access", "app"); err != nil {
			t.Error(err)
		}
	}
	_, roleErr := a.Role(ctx, "app")
	_, profileErr := a.InstanceProfile(ctx, "app")
	if !errors.Is(roleErr, ErrAbsent) || !errors.Is(profileErr, ErrAbsent) {
		t.Errorf("errors %v and %v, want ErrAbsent", roleErr, profileErr)
	}
}

func TestDiscardRole(t *testing.T) {
	a := newAccount(t)
	newRoleWithAll(t, a)
	if err := a.DiscardRole(t.Context(), "app", "Access", "app"); err != nil {
		t.Fatal(err)
	}
	_, roleErr := a.Role(t.Context(), "app")
	_, profileErr := a.InstanceProfile(t.Context(), "app")
	if !errors.Is(roleErr, ErrAbsent) || !errors.Is(profileErr, ErrAbsent) {
		t.Errorf("errors %v and %v, want ErrAbsent", roleErr, profileErr)
	}
}

func isHeld(err error) bool {
	held := (*HeldError)(nil)
	return errors.As(err, &held)
}

// Whoever reads with the role must not be denied for a deletion that fails anyway.
func TestRefusedDeletionLeavesTheRoleAsItIs(t *testing.T) {
	const attached = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	for want, add := range map[string]func(*testing.T, *account) error{
		"the inline policy Theirs": func(t *testing.T, a *account) error {
			return a.RolePolicies("app").Put(t.Context(), "Theirs", readPolicy)
		},
		"the attached policy " + attached: func(t *testing.T, a *account) error {
			_, err := a.client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: aws.String(attached)})
			return err
		},
		"the instance profile theirs": func(t *testing.T, a *account) error {
			_, err := a.CreateInstanceProfile(t.Context(), InstanceProfileInput{Name: "theirs", Role: "app"})
			return err
		},
	} {
		t.Run(want, func(t *testing.T) {
			a := newAccount(t)
			newRoleWithAll(t, a)
			if err := add(t, a); err != nil {
				t.Fatal(err)
			}
			var err error
			for _, operation := range a.requests(func() { err = a.DeleteRole(t.Context(), "app", "Access", "app") }) {
				if !strings.HasPrefix(operation, "List") {
					t.Errorf("request %s, want nothing but a look at what the role has", operation)
				}
			}
			if !isHeld(err) || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want a HeldError that names %s", err, want)
			}
		})
	}
}

// What comes to a role between the look and the deletion makes it fail as well, and
// then what was taken off is put back.
func TestDeletionThatIAMRefusesPutsBack(t *testing.T) {
	a := newAccount(t)
	newRoleWithAll(t, a)
	a.server.Inject(fakeaws.Fault{Operation: "DeleteRole", Status: http.StatusConflict, Code: "DeleteConflict"})
	if err := a.DeleteRole(t.Context(), "app", "Access", "app"); !isHeld(err) {
		t.Fatalf("error %v, want a HeldError", err)
	}
	if got, err := a.RolePolicies("app").Get(t.Context(), "Access"); err != nil || got != readPolicy {
		t.Errorf("after a refused deletion the policy is %q, %v", got, err)
	}
	if profile, err := a.InstanceProfile(t.Context(), "app"); err != nil || profile.Role != "app" {
		t.Errorf("after a refused deletion the profile is %+v, %v", profile, err)
	}
}

// What was removed a moment ago may still be listed.
func TestDeleteRoleWaitsForAnAttachmentToGo(t *testing.T) {
	a := newAccount(t)
	newRoleWithAll(t, a)
	const attached = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	if _, err := a.client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: aws.String(attached)}); err != nil {
		t.Fatal(err)
	}
	a.waiting = func() {
		a.waiting = nil
		if _, err := a.client.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: aws.String(attached)}); err != nil {
			t.Error(err)
		}
	}
	if err := a.DeleteRole(t.Context(), "app", "Access", "app"); err != nil {
		t.Error(err)
	}
}

func TestDeleteRoleWhereNothingIsListed(t *testing.T) {
	a := newAccount(t)
	newRoleWithAll(t, a)
	for _, operation := range []string{"ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"} {
		a.server.Inject(fakeaws.Fault{Operation: operation, Status: http.StatusNotImplemented, Code: "NotImplemented"})
	}
	deleted := a.requests(func() {
		if err := a.DeleteRole(t.Context(), "app", "Access", "app"); err != nil {
			t.Error(err)
		}
	})
	if !slices.Contains(deleted, "DeleteRole") {
		t.Errorf("requests %v, want DeleteRole", deleted)
	}
}
