package iamaccess

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// withoutOthers makes sure that a role has nothing but the inline policy and the
// instance profile of these names, and waits for what was just removed to be gone.
func (s *Store) withoutOthers(ctx context.Context, role, policyName, profileName string) error {
	err := s.until(ctx, conflictPatience, func() (bool, error) {
		others, err := s.roleBelongings(ctx, role, policyName, profileName)
		if len(others) == 0 || err != nil {
			return false, err
		}
		return true, &HeldError{Kind: kindRole, Name: role, cause: errors.New("it has " + strings.Join(others, ", "))}
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
