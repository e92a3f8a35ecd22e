package iamaccess

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// DeleteUser deletes a user and its inline policy of that name, "" if there is
// none. With force it deletes everything else that the user has as well: access
// keys, policies, group memberships, password, MFA devices, certificates, SSH
// keys and service credentials. Without, such things make it fail with a
// [HeldError], and the inline policy is put back; a user with an access key, who
// may be reading, does not lose it for a moment. A user that is gone already is no
// error.
func (s *Store) DeleteUser(ctx context.Context, name, policyName string, force bool) error {
	if force {
		if err := s.emptyUser(ctx, name, commonBelongings()); err != nil {
			return err
		}
	} else if err := s.withoutKeys(ctx, name); err != nil {
		return err
	}
	putBack, err := s.UserPolicies(name).takeOff(ctx, policyName)
	if err != nil {
		return err
	}
	err = s.deleteUser(ctx, name)
	if force && awserr.Is(err, "DeleteConflict") {
		if err := s.emptyUser(ctx, name, rareBelongings()); err != nil {
			return err
		}
		err = s.deleteUser(ctx, name)
	}
	if err != nil {
		return held(ctx, kindUser, name, err, putBack)
	}
	return nil
}

// withoutKeys makes sure that a user has no access key, and waits for keys just
// deleted to be gone.
func (s *Store) withoutKeys(ctx context.Context, name string) error {
	err := s.until(ctx, conflictPatience, func() (bool, error) {
		keys, err := s.AccessKeys(ctx, name)
		if len(keys) == 0 || err != nil {
			return false, err
		}
		var ids []string
		for _, key := range keys {
			ids = append(ids, key.ID)
		}
		return true, &HeldError{Kind: kindUser, Name: name, cause: errors.New("it has " + strings.Join(ids, " and "))}
	})
	if errors.Is(err, ErrAbsent) || lacking(err) {
		return nil // the deletion says what there is to say
	}
	return err
}

func (s *Store) deleteUser(ctx context.Context, name string) error {
	err := s.until(ctx, conflictPatience, func() (bool, error) {
		_, err := s.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name})
		return awserr.Is(err, "DeleteConflict"), err
	})
	if err := unlessAbsent(err); err != nil {
		return err
	}
	s.forget(kindUser, name)
	return nil
}

// DiscardUser takes back a user that [Store.CreateUser] has just made, because a
// later step failed: nothing can depend on the user yet. It does its work even
// when the context is cancelled. If it fails, the user is still there, and is to
// be kept in the state.
func (s *Store) DiscardUser(ctx context.Context, name, policyName string) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	if policyName != "" {
		if err := s.UserPolicies(name).Delete(ctx, policyName); err != nil {
			return err
		}
	}
	attempts := watch()
	err := s.onceVisible(ctx, kindUser, name, func() error {
		_, err := s.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name}, attempts.all)
		if attempts.lost {
			return unlessAbsent(err)
		}
		return err
	})
	if err == nil {
		s.forget(kindUser, name)
	}
	return err
}

// held puts back what was taken off something that could not be deleted, and
// words the failure.
func held(ctx context.Context, kind, name string, failure error, putBack func(context.Context) error) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	failure = errors.Join(failure, putBack(ctx))
	if awserr.Is(failure, "DeleteConflict") {
		return &HeldError{Kind: kind, Name: name, cause: failure}
	}
	return failure
}
