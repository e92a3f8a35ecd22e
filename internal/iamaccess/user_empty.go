package iamaccess

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

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
	return s.onceVisible(ctx, kindUser, user, func() error {
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
	err := s.onceVisible(ctx, kindUser, user, func() error {
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
