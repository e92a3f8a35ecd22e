package iamaccess

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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
		return held(ctx, KindUser, name, err, putBack)
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
		return true, &HeldError{Kind: KindUser, Name: name, Err: errors.New("it has " + strings.Join(ids, " and "))}
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
	s.forget(KindUser, name)
	return nil
}

// DiscardUser deletes a user that [Store.CreateUser] has just created, because a later
// step failed: nothing can depend on the user yet. It does so even when the context is
// cancelled. If it fails, the user still exists, and must be kept in the state.
func (s *Store) DiscardUser(ctx context.Context, name, policyName string) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	if policyName != "" {
		if err := s.UserPolicies(name).Delete(ctx, policyName); err != nil {
			return err
		}
	}
	attempts := s.watch()
	err := s.onceVisible(ctx, KindUser, name, func() error {
		_, err := s.iam.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name}, attempts.all)
		if attempts.lost {
			return unlessAbsent(err)
		}
		return err
	})
	if err == nil {
		s.forget(KindUser, name)
	}
	return err
}

// held puts back what was taken off something that could not be deleted, and
// words the failure.
func held(ctx context.Context, kind Kind, name string, failure error, putBack func(context.Context) error) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	failure = errors.Join(failure, putBack(ctx))
	if awserr.Is(failure, "DeleteConflict") {
		return &HeldError{Kind: kind, Name: name, Err: failure}
	}
	return failure
}

// belonging is a kind of thing that keeps a user from being deleted.
type belonging struct {
	what   string
	remove func(*Store, context.Context, string) error
}

// commonBelongings are what users of programs have, the access keys first: they
// are what others can use.
func commonBelongings() []belonging {
	return []belonging{
		{"access keys", (*Store).removeAccessKeys},
		{"inline policies", (*Store).removeInlinePolicies},
		{"attached policies", (*Store).detachPolicies},
		{"group memberships", (*Store).removeFromGroups},
	}
}

// rareBelongings are looked for when a user cannot be deleted without the common
// ones either: few users of programs have them, and few servers besides AWS know
// them.
func rareBelongings() []belonging {
	return []belonging{
		{"password", (*Store).removePassword},
		{"MFA devices", (*Store).removeMFADevices},
		{"SSH keys", (*Store).removeSSHKeys},
		{"certificates", (*Store).removeCertificates},
		{"service credentials", (*Store).removeServiceCredentials},
	}
}

func (s *Store) emptyUser(ctx context.Context, user string, belongings []belonging) error {
	for _, b := range belongings {
		err := b.remove(s, ctx, user)
		if absent(err) || lacking(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("removing the %s of the user %s: %w", b.what, user, err)
		}
	}
	return nil
}

// lacking reports whether a server has no such thing at all, as servers other
// than AWS may.
func lacking(err error) bool {
	return awserr.Unsupported(err) || awserr.Is(err, "InvalidAction")
}

func (s *Store) removeAccessKeys(ctx context.Context, user string) error {
	keys, err := s.AccessKeys(ctx, user)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := unlessAbsent(s.deleteKey(ctx, user, key.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) removePassword(ctx context.Context, user string) error {
	return s.onceVisible(ctx, KindUser, user, func() error {
		_, err := s.iam.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: &user})
		return unlessAbsent(err)
	})
}

func (s *Store) removeServiceCredentials(ctx context.Context, user string) error {
	for in := (&iam.ListServiceSpecificCredentialsInput{UserName: &user}); ; {
		page, err := s.iam.ListServiceSpecificCredentials(ctx, in)
		if err != nil {
			return err
		}
		for _, c := range page.ServiceSpecificCredentials {
			_, err := s.iam.DeleteServiceSpecificCredential(ctx, &iam.DeleteServiceSpecificCredentialInput{
				UserName: &user, ServiceSpecificCredentialId: c.ServiceSpecificCredentialId,
			})
			if err := unlessAbsent(err); err != nil {
				return err
			}
		}
		if !page.IsTruncated {
			return nil
		}
		in.Marker = page.Marker
	}
}

func (s *Store) removeSSHKeys(ctx context.Context, user string) error {
	pages := iam.NewListSSHPublicKeysPaginator(s.iam, &iam.ListSSHPublicKeysInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, key := range page.SSHPublicKeys {
			_, err := s.iam.DeleteSSHPublicKey(ctx, &iam.DeleteSSHPublicKeyInput{UserName: &user, SSHPublicKeyId: key.SSHPublicKeyId})
			if err := unlessAbsent(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) removeCertificates(ctx context.Context, user string) error {
	pages := iam.NewListSigningCertificatesPaginator(s.iam, &iam.ListSigningCertificatesInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Certificates {
			_, err := s.iam.DeleteSigningCertificate(ctx, &iam.DeleteSigningCertificateInput{UserName: &user, CertificateId: c.CertificateId})
			if err := unlessAbsent(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) removeMFADevices(ctx context.Context, user string) error {
	pages := iam.NewListMFADevicesPaginator(s.iam, &iam.ListMFADevicesInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, device := range page.MFADevices {
			if err := s.removeMFADevice(ctx, user, aws.ToString(device.SerialNumber)); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeMFADevice takes a device off a user. A virtual one, whose serial number
// is an ARN, would stay in the account without a user, and is deleted.
func (s *Store) removeMFADevice(ctx context.Context, user, serial string) error {
	err := s.onceVisible(ctx, KindUser, user, func() error {
		_, err := s.iam.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: &user, SerialNumber: &serial})
		return unlessAbsent(err)
	})
	if err != nil || !strings.Contains(serial, ":mfa/") {
		return err
	}
	_, err = s.iam.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: &serial})
	return unlessAbsent(err)
}

func (s *Store) removeFromGroups(ctx context.Context, user string) error {
	pages := iam.NewListGroupsForUserPaginator(s.iam, &iam.ListGroupsForUserInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.Groups {
			_, err := s.iam.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{UserName: &user, GroupName: g.GroupName})
			if err := unlessAbsent(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) detachPolicies(ctx context.Context, user string) error {
	pages := iam.NewListAttachedUserPoliciesPaginator(s.iam, &iam.ListAttachedUserPoliciesInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.AttachedPolicies {
			_, err := s.iam.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: &user, PolicyArn: p.PolicyArn})
			if err := unlessAbsent(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) removeInlinePolicies(ctx context.Context, user string) error {
	policies := s.UserPolicies(user)
	names, err := policies.List(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := policies.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
