package iamaccess

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// DeleteRole deletes a role, its inline policy of that name, and its instance
// profile of that name, which goes first; "" stands for none. A role that has more fails with a
// [HeldError] before anything is taken off it, since somebody may be reading with
// it. What is gone already is no error.
func (s *Store) DeleteRole(ctx context.Context, name, policyName, profileName string) error {
	if err := s.withoutOthers(ctx, name, policyName, profileName); err != nil {
		return err
	}
	putBackPolicy, err := s.RolePolicies(name).takeOff(ctx, policyName)
	if err != nil {
		return err
	}
	putBackProfile, err := s.takeOffProfile(ctx, profileName, name)
	putBack := func(ctx context.Context) error { return errors.Join(putBackPolicy(ctx), putBackProfile(ctx)) }
	if err != nil {
		return held(ctx, KindRole, name, err, putBack)
	}
	err = s.until(ctx, conflictPatience, func() (bool, error) {
		_, err := s.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
		return awserr.Is(err, "DeleteConflict"), err
	})
	if err != nil && !absent(err) {
		return held(ctx, KindRole, name, err, putBack)
	}
	s.forget(KindRole, name)
	return nil
}

// takeOffProfile deletes the instance profile of a role that is to be deleted: in
// this order an interruption leaves no profile without a role. It returns how to create
// the profile again. A profile that is gone, or holds another role, is left alone.
func (s *Store) takeOffProfile(ctx context.Context, name, role string) (putBack func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	if name == "" {
		return nothing, nil
	}
	profile, err := s.InstanceProfile(ctx, name)
	switch {
	case errors.Is(err, ErrAbsent):
		return nothing, nil
	case err != nil:
		return nothing, err
	case profile.Role != "" && profile.Role != role:
		return nothing, nil
	}
	if err := s.removeFromProfile(ctx, name, role); err != nil {
		return nothing, err
	}
	if err := s.deleteProfile(ctx, name); err != nil {
		return func(ctx context.Context) error { return s.addToProfile(ctx, name, role) }, err
	}
	return func(ctx context.Context) error {
		_, err := s.CreateInstanceProfile(ctx, InstanceProfileInput{Name: name, Path: profile.Path, Role: role, Tags: profile.Tags})
		return err
	}, nil
}

// DiscardRole deletes a role that [Store.CreateRole] has just created, because a later
// step failed, as [Store.DiscardUser] deletes a user.
func (s *Store) DiscardRole(ctx context.Context, name, policyName, profileName string) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	if profileName != "" && s.fresh(KindProfile, profileName) {
		if err := s.DeleteInstanceProfile(ctx, profileName, name); err != nil {
			return err
		}
	}
	if policyName != "" {
		if err := s.RolePolicies(name).Delete(ctx, policyName); err != nil {
			return err
		}
	}
	attempts := s.watch()
	err := s.onceVisible(ctx, KindRole, name, func() error {
		_, err := s.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name}, attempts.all)
		if attempts.lost {
			return unlessAbsent(err)
		}
		return err
	})
	if err == nil {
		s.forget(KindRole, name)
	}
	return err
}

// withoutOthers makes sure that a role has nothing but the inline policy and the
// instance profile of these names, and waits for what was just removed to be gone.
func (s *Store) withoutOthers(ctx context.Context, role, policyName, profileName string) error {
	err := s.until(ctx, conflictPatience, func() (bool, error) {
		others, err := s.roleBelongings(ctx, role, policyName, profileName)
		if len(others) == 0 || err != nil {
			return false, err
		}
		return true, &HeldError{Kind: KindRole, Name: role, Err: errors.New("it has " + strings.Join(others, ", "))}
	})
	if errors.Is(err, ErrAbsent) {
		return nil // the deletion says what there is to say
	}
	return err
}

// roleBelongings lists what keeps a role from being deleted, but for the inline
// policy and the instance profile of these names.
func (s *Store) roleBelongings(ctx context.Context, role, policyName, profileName string) ([]string, error) {
	var others []string
	for _, belonging := range []struct {
		what, own string
		list      func(context.Context, string) ([]string, error)
	}{
		{"the inline policy ", policyName, func(ctx context.Context, role string) ([]string, error) { return s.RolePolicies(role).List(ctx) }},
		{"the attached policy ", "", s.attachedToRole},
		{"the instance profile ", profileName, s.RoleProfiles},
	} {
		names, err := belonging.list(ctx, role)
		if err != nil && !lacking(err) {
			return nil, err
		}
		for _, name := range names {
			if name != belonging.own {
				others = append(others, belonging.what+name)
			}
		}
	}
	return others, nil
}

// attachedToRole lists the ARNs of the managed policies that a role has.
func (s *Store) attachedToRole(ctx context.Context, role string) ([]string, error) {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(s.iam, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, orAbsent(err)
		}
		for _, p := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(p.PolicyArn))
		}
	}
	return arns, nil
}
