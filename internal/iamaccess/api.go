package iamaccess

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

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
