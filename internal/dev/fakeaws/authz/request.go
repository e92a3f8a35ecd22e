package authz

import (
	"slices"
	"strings"
)

// Request is one action on one resource.
type Request struct {
	Principal     Principal
	Action        string // such as "s3:GetObject"
	Resource      string // an ARN, or "*" for actions without one
	ResourceOwner string // account id

	// Context holds the condition keys, in lower case, such as
	// "aws:securetransport". A key without values counts as absent.
	Context map[string][]string
}

// Decision is the outcome of an evaluation.
type Decision int

// The decisions.
const (
	ImplicitDeny Decision = iota // nothing allows it
	ExplicitDeny                 // a statement denies it
	Allow
)

// Allowed reports whether Decide says Allow.
func Allowed(request Request, identityPolicies []*Policy, bucketPolicy *Policy) bool {
	return Decide(request, identityPolicies, bucketPolicy) == Allow
}

// Decide evaluates a request. identityPolicies are the caller's own, with the
// limits on them (see Limit); resourcePolicy is the one attached to the
// resource, nil for none.
//
// An explicit deny always wins. Within the resource's own account either kind
// of policy suffices, and the root user needs none; a caller from elsewhere
// needs both.
func Decide(request Request, identityPolicies []*Policy, resourcePolicy *Policy) Decision {
	p := request.Principal
	ownAccount := !p.Anonymous && p.AccountID != "" && p.AccountID == request.ResourceOwner

	exempt := p.Root && ownAccount && keepsOwnerIn(request.Action)
	if resourcePolicy.denies(request) && !exempt {
		return ExplicitDeny
	}
	allowed, within := false, true
	for _, policy := range identityPolicies {
		if policy.denies(request) {
			return ExplicitDeny
		}
		if allows := policy.grant(request) != noGrant; policy.isLimit() {
			within = within && allows
		} else {
			allowed = allowed || allows
		}
	}
	granted := resourcePolicy.grant(request)

	var ok bool
	switch {
	case p.Anonymous, p.Service != "", p.Federated != "":
		ok = granted != noGrant
	case p.Root:
		ok = ownAccount || granted != noGrant
	case ownAccount:
		// A grant to the account delegates to the account's own policies, so it
		// adds nothing here. One to a role is bounded by the role's limits, one
		// to a user or session is not.
		ok = granted == directGrant || within && (allowed || granted == roleGrant)
	default:
		ok = within && allowed && granted != noGrant
	}
	if ok {
		return Allow
	}
	return ImplicitDeny
}

// keepsOwnerIn tells the actions that a bucket policy cannot deny the root
// user of the owner: nobody locks himself out for good.
func keepsOwnerIn(action string) bool {
	switch action {
	case "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy":
		return true
	}
	return false
}

// objectActions are the actions of S3 on objects. Those on access points, jobs
// and the like do not apply in a bucket policy.
var objectActions = s3Actions(`
	AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
	DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
	GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
	GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
	ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold
	PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete
	ReplicateObject ReplicateTags RestoreObject`)

// bucketActions are the actions of S3 on buckets.
var bucketActions = s3Actions(`
	CreateBucket DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration
	GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification
	GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
	GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
	GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration
	GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration ListBucket
	ListBucketMultipartUploads ListBucketVersions ListTagsForResource PutAccelerateConfiguration
	PutAnalyticsConfiguration PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
	PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
	PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
	PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
	PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource`)

func s3Actions(names string) []string {
	var out []string
	for _, name := range strings.Fields(names) {
		out = append(out, "s3:"+name)
	}
	return out
}

// s3Keys are the condition keys of S3, in lower case; a slash at the end
// stands for a tag's key.
var s3Keys = strings.Fields(`
	s3:accessgrantsinstancearn s3:accesspointnetworkorigin s3:accesspointtag/ s3:authtype s3:buckettag/
	s3:dataaccesspointaccount s3:dataaccesspointarn s3:delimiter s3:existingobjecttag/ s3:if-match
	s3:if-none-match s3:inventoryaccessibleoptionalfields s3:locationconstraint s3:max-keys
	s3:object-lock-legal-hold s3:object-lock-mode s3:object-lock-remaining-retention-days
	s3:object-lock-retain-until-date s3:objectcreationoperation s3:prefix s3:requestobjecttag/
	s3:requestobjecttagkeys s3:resourceaccount s3:signatureage s3:signatureversion s3:tlsversion s3:versionid
	s3:x-amz-acl s3:x-amz-bucket-namespace s3:x-amz-content-sha256 s3:x-amz-copy-source
	s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write
	s3:x-amz-grant-write-acp s3:x-amz-metadata-directive s3:x-amz-object-ownership
	s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id
	s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class
	s3:x-amz-website-redirect-location`)

func isS3Key(key string) bool {
	if i := strings.IndexByte(key, '/'); i >= 0 {
		key = key[:i+1]
	}
	return slices.Contains(s3Keys, key)
}

// eachMatches reports whether every pattern matches at least one of the names.
func (ps patterns) eachMatches(names []string) bool {
	for _, p := range ps.values {
		if !slices.ContainsFunc(names, func(name string) bool { return p.match(name, nil) }) {
			return false
		}
	}
	return true
}

func (ps patterns) hasText(text string) bool {
	return slices.ContainsFunc(ps.values, func(p pattern) bool { return p.text == text })
}
