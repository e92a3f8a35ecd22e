// Package iamaccess creates, reads, changes and removes the IAM users, access
// keys, roles and instance profiles that give access to FOVEA's videos. It hides
// what is peculiar to IAM: that new things are seen late, that names clash
// whatever their case, that policies come back encoded, and that the answer to a
// creation can get lost.
//
// Nothing here is deleted to be created again: policies, the names of users and their
// paths change in place, so that access never lapses.
package iamaccess

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// Store works on the IAM of one account. Create one for each provider configuration and
// share it: it remembers what this run has created, which IAM may not show at once, and
// creates the access keys of one user one after the other.
// It is safe for concurrent use.
type Store struct {
	iam   API
	clock wait.Clock
	keys  wait.KeyedLock // to create keys, by user name

	mu   sync.Mutex
	made map[string]bool // kinds and names of what this run has created
}

// New returns a store over an [iam.Client] or what stands in for it.
func New(client API) *Store {
	return &Store{iam: client, clock: wait.Wall{}, made: map[string]bool{}}
}

// How long to wait for IAM.
const (
	// patience is for a read to show what was written, and for a write to see
	// what was created.
	patience = 2 * time.Minute
	// conflictPatience is for a deletion to see that what was in its way is gone.
	// It is short: most of the time something is really there.
	conflictPatience = 3 * time.Second
)

// pauses are the times between two attempts.
var pauses = wait.Pauses{First: 250 * time.Millisecond, Last: 8 * time.Second}

// until repeats ask while it says so, until limit is over. It returns the error that
// ask returned last.
func (s *Store) until(ctx context.Context, limit time.Duration, ask func() (again bool, err error)) error {
	var last error
	err := pauses.Until(ctx, s.clock, limit, func(time.Duration) (done bool, _ error) {
		again, err := ask()
		last = err
		return !again, nil
	})
	var timeout *wait.TimeoutError
	switch {
	case !errors.As(err, &timeout) || timeout.Err == nil:
		return last
	case last == nil:
		return timeout.Err
	}
	return fmt.Errorf("%w, while this was waited out: %w", timeout.Err, last)
}

func (s *Store) remember(kind Kind, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made[identity(kind, name)] = true
}

// fresh reports whether this run has created the thing, so that "no such entity" may
// only mean "not yet".
func (s *Store) fresh(kind Kind, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[identity(kind, name)]
}

func (s *Store) forget(kind Kind, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.made, identity(kind, name))
}

func identity(kind Kind, name string) string {
	return string(kind) + " " + strings.ToLower(name)
}

// onceVisible does something to a user, role or instance profile, and does it
// again while IAM does not know what this run has just created, or is changing it.
func (s *Store) onceVisible(ctx context.Context, kind Kind, name string, do func() error) error {
	return s.until(ctx, patience, func() (bool, error) {
		err := do()
		return absent(err) && s.fresh(kind, name) || awserr.Is(err, "ConcurrentModification", "EntityTemporarilyUnmodifiable"), err
	})
}

// absent reports whether IAM said that something does not exist.
func absent(err error) bool {
	return awserr.EntityGone(err)
}

// orAbsent marks the error of a read with [ErrAbsent] if it says so.
func orAbsent(err error) error {
	if absent(err) {
		return fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	return err
}

// unlessAbsent is for removals: what is gone need not be removed.
func unlessAbsent(err error) error {
	if absent(err) {
		return nil
	}
	return err
}

// outlive lets a clean-up finish after the run was cancelled.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
}

// API is the part of [iam.Client] that a [Store] uses.
type API interface {
	userAPI
	userBelongingsAPI
	keyAPI
	roleAPI
	profileAPI
}

type options = func(*iam.Options)

type userAPI interface {
	iam.ListUsersAPIClient
	iam.ListUserPoliciesAPIClient
	CreateUser(context.Context, *iam.CreateUserInput, ...options) (*iam.CreateUserOutput, error)
	GetUser(context.Context, *iam.GetUserInput, ...options) (*iam.GetUserOutput, error)
	UpdateUser(context.Context, *iam.UpdateUserInput, ...options) (*iam.UpdateUserOutput, error)
	DeleteUser(context.Context, *iam.DeleteUserInput, ...options) (*iam.DeleteUserOutput, error)
	TagUser(context.Context, *iam.TagUserInput, ...options) (*iam.TagUserOutput, error)
	UntagUser(context.Context, *iam.UntagUserInput, ...options) (*iam.UntagUserOutput, error)
	PutUserPermissionsBoundary(context.Context, *iam.PutUserPermissionsBoundaryInput, ...options) (*iam.PutUserPermissionsBoundaryOutput, error)
	DeleteUserPermissionsBoundary(context.Context, *iam.DeleteUserPermissionsBoundaryInput, ...options) (*iam.DeleteUserPermissionsBoundaryOutput, error)
	GetUserPolicy(context.Context, *iam.GetUserPolicyInput, ...options) (*iam.GetUserPolicyOutput, error)
	PutUserPolicy(context.Context, *iam.PutUserPolicyInput, ...options) (*iam.PutUserPolicyOutput, error)
	DeleteUserPolicy(context.Context, *iam.DeleteUserPolicyInput, ...options) (*iam.DeleteUserPolicyOutput, error)
}

// userBelongingsAPI finds and removes what keeps a user from being deleted.
type userBelongingsAPI interface {
	iam.ListAttachedUserPoliciesAPIClient
	iam.ListGroupsForUserAPIClient
	iam.ListMFADevicesAPIClient
	iam.ListSigningCertificatesAPIClient
	iam.ListSSHPublicKeysAPIClient
	ListServiceSpecificCredentials(context.Context, *iam.ListServiceSpecificCredentialsInput, ...options) (*iam.ListServiceSpecificCredentialsOutput, error)
	DetachUserPolicy(context.Context, *iam.DetachUserPolicyInput, ...options) (*iam.DetachUserPolicyOutput, error)
	RemoveUserFromGroup(context.Context, *iam.RemoveUserFromGroupInput, ...options) (*iam.RemoveUserFromGroupOutput, error)
	DeleteLoginProfile(context.Context, *iam.DeleteLoginProfileInput, ...options) (*iam.DeleteLoginProfileOutput, error)
	DeactivateMFADevice(context.Context, *iam.DeactivateMFADeviceInput, ...options) (*iam.DeactivateMFADeviceOutput, error)
	DeleteVirtualMFADevice(context.Context, *iam.DeleteVirtualMFADeviceInput, ...options) (*iam.DeleteVirtualMFADeviceOutput, error)
	DeleteSigningCertificate(context.Context, *iam.DeleteSigningCertificateInput, ...options) (*iam.DeleteSigningCertificateOutput, error)
	DeleteSSHPublicKey(context.Context, *iam.DeleteSSHPublicKeyInput, ...options) (*iam.DeleteSSHPublicKeyOutput, error)
	DeleteServiceSpecificCredential(context.Context, *iam.DeleteServiceSpecificCredentialInput, ...options) (*iam.DeleteServiceSpecificCredentialOutput, error)
}

type keyAPI interface {
	iam.ListAccessKeysAPIClient
	CreateAccessKey(context.Context, *iam.CreateAccessKeyInput, ...options) (*iam.CreateAccessKeyOutput, error)
	UpdateAccessKey(context.Context, *iam.UpdateAccessKeyInput, ...options) (*iam.UpdateAccessKeyOutput, error)
	DeleteAccessKey(context.Context, *iam.DeleteAccessKeyInput, ...options) (*iam.DeleteAccessKeyOutput, error)
	GetAccessKeyLastUsed(context.Context, *iam.GetAccessKeyLastUsedInput, ...options) (*iam.GetAccessKeyLastUsedOutput, error)
}

type roleAPI interface {
	iam.ListRolesAPIClient
	iam.ListRolePoliciesAPIClient
	iam.ListAttachedRolePoliciesAPIClient
	CreateRole(context.Context, *iam.CreateRoleInput, ...options) (*iam.CreateRoleOutput, error)
	GetRole(context.Context, *iam.GetRoleInput, ...options) (*iam.GetRoleOutput, error)
	UpdateRole(context.Context, *iam.UpdateRoleInput, ...options) (*iam.UpdateRoleOutput, error)
	UpdateAssumeRolePolicy(context.Context, *iam.UpdateAssumeRolePolicyInput, ...options) (*iam.UpdateAssumeRolePolicyOutput, error)
	DeleteRole(context.Context, *iam.DeleteRoleInput, ...options) (*iam.DeleteRoleOutput, error)
	TagRole(context.Context, *iam.TagRoleInput, ...options) (*iam.TagRoleOutput, error)
	UntagRole(context.Context, *iam.UntagRoleInput, ...options) (*iam.UntagRoleOutput, error)
	PutRolePermissionsBoundary(context.Context, *iam.PutRolePermissionsBoundaryInput, ...options) (*iam.PutRolePermissionsBoundaryOutput, error)
	DeleteRolePermissionsBoundary(context.Context, *iam.DeleteRolePermissionsBoundaryInput, ...options) (*iam.DeleteRolePermissionsBoundaryOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...options) (*iam.GetRolePolicyOutput, error)
	PutRolePolicy(context.Context, *iam.PutRolePolicyInput, ...options) (*iam.PutRolePolicyOutput, error)
	DeleteRolePolicy(context.Context, *iam.DeleteRolePolicyInput, ...options) (*iam.DeleteRolePolicyOutput, error)
}

type profileAPI interface {
	iam.ListInstanceProfilesForRoleAPIClient
	CreateInstanceProfile(context.Context, *iam.CreateInstanceProfileInput, ...options) (*iam.CreateInstanceProfileOutput, error)
	GetInstanceProfile(context.Context, *iam.GetInstanceProfileInput, ...options) (*iam.GetInstanceProfileOutput, error)
	DeleteInstanceProfile(context.Context, *iam.DeleteInstanceProfileInput, ...options) (*iam.DeleteInstanceProfileOutput, error)
	AddRoleToInstanceProfile(context.Context, *iam.AddRoleToInstanceProfileInput, ...options) (*iam.AddRoleToInstanceProfileOutput, error)
	RemoveRoleFromInstanceProfile(context.Context, *iam.RemoveRoleFromInstanceProfileInput, ...options) (*iam.RemoveRoleFromInstanceProfileOutput, error)
	TagInstanceProfile(context.Context, *iam.TagInstanceProfileInput, ...options) (*iam.TagInstanceProfileOutput, error)
	UntagInstanceProfile(context.Context, *iam.UntagInstanceProfileInput, ...options) (*iam.UntagInstanceProfileOutput, error)
}

var _ API = (*iam.Client)(nil)
