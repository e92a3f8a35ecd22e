package iampolicy

import (
	"fmt"
	"slices"
)

// The access profiles of the provider itself.
const (
	// Plan reads everything that a plan compares, and writes nothing.
	Plan Access = "plan"
	// Apply is Plan, and writes.
	Apply Access = "apply"
)

// ProviderAccesses lists the profiles of the provider itself.
func ProviderAccesses() []Access { return []Access{Plan, Apply} }

// Scope is what a permission of the provider applies to.
type Scope string

// The scopes, as a page of documentation names them.
const (
	OnBucket     Scope = "the buckets"
	OnManifest   Scope = "the manifest and its snapshots"
	OnVideos     Scope = "all objects"
	OnUsers      Scope = "the users"
	OnRoles      Scope = "the roles"
	OnProfiles   Scope = "the instance profiles"
	OnEverything Scope = "*"
)

// Permission is an IAM action that the provider uses.
type Permission struct {
	Action  string
	On      Scope
	Apply   bool // a plan does without it
	Empties bool // only an apply that deletes the objects of a bucket needs it
	For     string
}

// OptionalPermission is an action without which everything works but what it is for.
type OptionalPermission struct {
	Action  string
	On      Scope
	Without string // what does not work without it
}

// ProviderPermissions are the actions without which a plan or an apply of some resource
// fails.
func ProviderPermissions() []Permission { return slices.Clone(providerPermissions) }

// OptionalPermissions are the actions that no profile has.
func OptionalPermissions() []OptionalPermission { return slices.Clone(optionalPermissions) }

var providerPermissions = []Permission{
	{Action: "s3:ListBucket", On: OnBucket, For: "every resource: where the bucket is; manifest: the videos"},
	{Action: "s3:GetBucketVersioning", On: OnBucket, For: "bucket"},
	{Action: "s3:GetEncryptionConfiguration", On: OnBucket, For: "bucket"},
	{Action: "s3:GetBucketPublicAccessBlock", On: OnBucket, For: "bucket"},
	{Action: "s3:GetBucketOwnershipControls", On: OnBucket, For: "bucket"},
	{Action: "s3:GetBucketTagging", On: OnBucket, For: "bucket"},
	{Action: "s3:GetBucketCORS", On: OnBucket, For: "CORS rules"},
	{Action: "s3:GetLifecycleConfiguration", On: OnBucket, For: "lifecycle rules"},
	{Action: "s3:GetBucketLogging", On: OnBucket, For: "access logging"},
	{Action: "s3:GetMetricsConfiguration", On: OnBucket, For: "request metrics"},
	{Action: "s3:GetIntelligentTieringConfiguration", On: OnBucket, For: "Intelligent-Tiering"},
	{Action: "s3:GetInventoryConfiguration", On: OnBucket, For: "inventories"},
	{Action: "s3:GetBucketPolicy", On: OnBucket, For: "bucket policy"},
	{Action: "s3:GetReplicationConfiguration", On: OnBucket, For: "replication"},
	{Action: "s3:GetObject", On: OnManifest, For: "manifest"},
	{Action: "iam:GetUser", On: OnUsers, For: "user"},
	{Action: "iam:GetUserPolicy", On: OnUsers, For: "user"},
	{Action: "iam:ListAccessKeys", On: OnUsers, For: "access key"},
	{Action: "iam:GetRole", On: OnRoles, For: "access role, replication role"},
	{Action: "iam:GetRolePolicy", On: OnRoles, For: "access role, replication role"},
	{Action: "iam:ListUserPolicies", On: OnUsers, For: "an import of the user"},
	{Action: "iam:ListRolePolicies", On: OnRoles, For: "an import or a destroy of a role"},
	{Action: "iam:ListInstanceProfilesForRole", On: OnRoles, For: "an import or a destroy of a role"},
	{Action: "iam:GetInstanceProfile", On: OnProfiles, For: "`instance_profile_name` of a role"},

	{Action: "s3:CreateBucket", On: OnBucket, Apply: true, For: "bucket"},
	{Action: "s3:DeleteBucket", On: OnBucket, Apply: true, For: "a destroy of the bucket"},
	{Action: "s3:PutBucketVersioning", On: OnBucket, Apply: true, For: "bucket"},
	{Action: "s3:PutBucketTagging", On: OnBucket, Apply: true, For: "bucket"},
	{Action: "s3:PutBucketCORS", On: OnBucket, Apply: true, For: "CORS rules"},
	{Action: "s3:PutLifecycleConfiguration", On: OnBucket, Apply: true, For: "lifecycle rules"},
	{Action: "s3:PutBucketLogging", On: OnBucket, Apply: true, For: "access logging"},
	{Action: "s3:PutMetricsConfiguration", On: OnBucket, Apply: true, For: "request metrics"},
	{Action: "s3:PutIntelligentTieringConfiguration", On: OnBucket, Apply: true, For: "Intelligent-Tiering"},
	{Action: "s3:PutInventoryConfiguration", On: OnBucket, Apply: true, For: "inventories"},
	{Action: "s3:PutBucketPolicy", On: OnBucket, Apply: true, For: "bucket policy"},
	{Action: "s3:DeleteBucketPolicy", On: OnBucket, Apply: true, For: "a destroy of the bucket policy"},
	{Action: "s3:PutReplicationConfiguration", On: OnBucket, Apply: true, For: "replication"},
	{Action: "s3:PutObject", On: OnManifest, Apply: true, For: "manifest"},
	{Action: "s3:DeleteObject", On: OnManifest, Apply: true, For: "a destroy of the manifest, and its oldest snapshots"},
	{Action: "iam:CreateUser", On: OnUsers, Apply: true, For: "user"},
	{Action: "iam:DeleteUser", On: OnUsers, Apply: true, For: "a destroy of the user"},
	{Action: "iam:PutUserPolicy", On: OnUsers, Apply: true, For: "user"},
	{Action: "iam:DeleteUserPolicy", On: OnUsers, Apply: true, For: "a destroy of the user"},
	{Action: "iam:TagUser", On: OnUsers, Apply: true, For: "`tags` of the user"},
	{Action: "iam:UntagUser", On: OnUsers, Apply: true, For: "`tags` of the user that are removed"},
	{Action: "iam:CreateAccessKey", On: OnUsers, Apply: true, For: "access key"},
	{Action: "iam:DeleteAccessKey", On: OnUsers, Apply: true, For: "a destroy or a rotation of an access key"},
	{Action: "iam:CreateRole", On: OnRoles, Apply: true, For: "access role, replication role"},
	{Action: "iam:DeleteRole", On: OnRoles, Apply: true, For: "a destroy of a role"},
	{Action: "iam:PutRolePolicy", On: OnRoles, Apply: true, For: "access role, replication role"},
	{Action: "iam:DeleteRolePolicy", On: OnRoles, Apply: true, For: "a destroy of a role"},
	{Action: "iam:UpdateAssumeRolePolicy", On: OnRoles, Apply: true, For: "whom a role trusts, when that changes"},
	{Action: "iam:TagRole", On: OnRoles, Apply: true, For: "`tags` of a role"},
	{Action: "iam:UntagRole", On: OnRoles, Apply: true, For: "`tags` of a role that are removed"},
	{Action: "iam:PassRole", On: OnRoles, Apply: true, For: "replication; the instance profile of a role"},
	{Action: "iam:ListAttachedRolePolicies", On: OnRoles, Apply: true, For: "a destroy of a role"},
	{Action: "iam:CreateInstanceProfile", On: OnProfiles, Apply: true, For: "`instance_profile_name`"},
	{Action: "iam:DeleteInstanceProfile", On: OnProfiles, Apply: true, For: "a destroy of an instance profile"},
	{Action: "iam:AddRoleToInstanceProfile", On: OnProfiles, Apply: true, For: "`instance_profile_name`"},
	{Action: "iam:RemoveRoleFromInstanceProfile", On: OnProfiles, Apply: true, For: "a destroy of an instance profile"},
	{Action: "iam:TagInstanceProfile", On: OnProfiles, Apply: true, For: "`tags` of a role"},
	{Action: "iam:UntagInstanceProfile", On: OnProfiles, Apply: true, For: "`tags` of a role that are removed"},

	{Action: "s3:ListBucketVersions", On: OnBucket, Apply: true, Empties: true, For: "a destroy of a bucket with its objects"},
	{Action: "s3:DeleteObject", On: OnVideos, Apply: true, Empties: true, For: "a destroy of a bucket with its objects"},
	{Action: "s3:DeleteObjectVersion", On: OnVideos, Apply: true, Empties: true, For: "a destroy of a bucket with its objects"},
}

var optionalPermissions = []OptionalPermission{
	{"s3:PutEncryptionConfiguration", OnBucket, "`encryption` of the bucket other than S3's default, and its correction after a drift"},
	{"s3:PutBucketPublicAccessBlock", OnBucket, "`public_access_block` of the bucket other than S3's default, and its correction after a drift"},
	{"s3:PutBucketOwnershipControls", OnBucket, "`object_ownership` of the bucket other than S3's default, and its correction after a drift"},
	{"s3:ListBucketVersions", OnBucket, "a plan that destroys a bucket does not see versions below delete markers: S3 refuses the destroy at apply"},
	{"s3:DeleteObjectVersion", OnManifest, "a destroy of the manifest leaves its old versions in the bucket, with a warning"},
	{"s3:AbortMultipartUpload", OnManifest, "an interrupted upload of a manifest of more than 64 MiB stays, and is charged, until a lifecycle rule removes it"},
	{"s3:ListBucketMultipartUploads", OnBucket, "uploads of an earlier, interrupted run are not found; a destroy of a bucket with its objects leaves its unfinished uploads"},
	{"s3:ListAllMyBuckets", OnEverything, "a plan does not name buckets that an interrupted apply with `bucket_prefix` has left"},
	{"s3:GetObject", OnVideos, "data sources that read videos, and the checks of the storage that do so without the app's key"},
	{"iam:UpdateAccessKey", OnUsers, "a change of `status` of an access key"},
	{"iam:UpdateRole", OnRoles, "a change of `max_session_duration` of a role"},
	{"iam:UpdateUser", OnUsers, "a rename of the user in place, and a change of its `path`"},
	{"iam:PutUserPermissionsBoundary", OnUsers, "`permissions_boundary` of the user"},
	{"iam:DeleteUserPermissionsBoundary", OnUsers, "removing `permissions_boundary` of the user"},
	{"iam:PutRolePermissionsBoundary", OnRoles, "`permissions_boundary` of a role"},
	{"iam:DeleteRolePermissionsBoundary", OnRoles, "removing `permissions_boundary` of a role"},
}

// ProviderGrant says what the provider manages.
type ProviderGrant struct {
	Partition   string   // "aws", "aws-cn" or "aws-us-gov"; empty means "aws"
	AccountID   string   // the account of the users and roles; empty means any
	Buckets     []string // names of the buckets
	ManifestKey string   // key of the manifest
	Snapshots   string   // prefix of the snapshots; empty means none
	Principals  []string // patterns of user and role names, with their path and no slash in front
	KMSKeyARNs  []string // keys that encrypt the buckets' objects
	Empty       bool     // also delete the objects of the buckets
}

// Policy returns the identity policy with exactly the required permissions of a profile,
// one statement for each scope. It fails on a profile that is not the provider's.
func (g ProviderGrant) Policy(access Access) (Document, error) {
	if !slices.Contains(ProviderAccesses(), access) {
		return Document{}, fmt.Errorf("unknown access profile %q: use one of %q", access, ProviderAccesses())
	}
	doc := Document{Version: Version}
	for _, s := range []struct {
		scope Scope
		sid   string
	}{{OnBucket, "ManageBuckets"}, {OnManifest, "ManageManifest"}, {OnVideos, "EmptyBuckets"}, {OnUsers, "ManageUsers"}, {OnRoles, "ManageRoles"}, {OnProfiles, "ManageInstanceProfiles"}} {
		var actions []string
		for _, p := range providerPermissions {
			if p.On == s.scope && (access == Apply || !p.Apply) && (g.Empty || !p.Empties) {
				actions = append(actions, p.Action)
			}
		}
		if len(actions) > 0 {
			doc.Statements = append(doc.Statements, Statement{Sid: s.sid, Effect: "Allow", Actions: sorted(actions), Resources: sorted(g.resources(s.scope))})
		}
	}
	if len(g.KMSKeyARNs) > 0 {
		actions := []string{"kms:Decrypt"}
		if access == Apply {
			actions = append(actions, "kms:GenerateDataKey")
		}
		doc.Statements = append(doc.Statements, Statement{Sid: "UseVideoKeys", Effect: "Allow", Actions: actions, Resources: sorted(g.KMSKeyARNs)})
	}
	return doc, nil
}

// resources are the ARNs of a scope.
func (g ProviderGrant) resources(scope Scope) []string {
	partition, account := g.Partition, g.AccountID
	if partition == "" {
		partition = "aws"
	}
	if account == "" {
		account = "*"
	}
	var arns []string
	for _, bucket := range g.Buckets {
		arn := "arn:" + partition + ":s3:::" + bucket
		switch scope {
		case OnBucket:
			arns = append(arns, arn)
		case OnVideos:
			arns = append(arns, arn+"/*")
		case OnManifest:
			arns = append(arns, arn+"/"+g.ManifestKey)
			if g.Snapshots != "" {
				arns = append(arns, arn+"/"+g.Snapshots+"*")
			}
		}
	}
	kind := map[Scope]string{OnUsers: "user", OnRoles: "role", OnProfiles: "instance-profile"}[scope]
	for _, name := range g.Principals {
		if kind != "" {
			arns = append(arns, "arn:"+partition+":iam::"+account+":"+kind+"/"+name)
		}
	}
	return arns
}
