package provider

import (
	"context"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// warnOfLosses warns of reading that settings of the bucket take away although no policy
// changes. before is nil for a new bucket.
func (m videoBucketModel) warnOfLosses(ctx context.Context, before *videoBucketModel, diags *diag.Diagnostics) {
	m.warnOfKMSKey(ctx, before, diags)
	if before == nil {
		return
	}
	m.warnOfPublicAccessBlock(ctx, *before, diags)
	const enforced = string(s3types.ObjectOwnershipBucketOwnerEnforced)
	if had := before.ObjectOwnership.ValueString(); had != "" && had != enforced && m.ObjectOwnership.ValueString() == enforced {
		diags.AddAttributeWarning(path.Root("object_ownership"), readingLost.summary("The ACLs of %s no longer let anybody read", bucketName(m)),
			"With BucketOwnerEnforced, S3 ignores ACLs. Who reads videos because an ACL allows it, such as another account, can no longer read or list them. "+
				"FOVEA treats a bucket that it may not list as empty, and deletes annotations. Allow the same access by a policy before this apply.")
	}
}

// warnOfKMSKey warns when objects will be encrypted with another KMS key, which their
// readers need a permission for.
func (m videoBucketModel) warnOfKMSKey(ctx context.Context, before *videoBucketModel, diags *diag.Diagnostics) {
	encryption, ok := m.encryption(ctx, diags)
	key := encryption.KMSKeyARN
	if !ok || key.IsNull() || !key.IsUnknown() && key.ValueString() == "" {
		return
	}
	if before != nil {
		if had, ok := before.encryption(ctx, diags); ok && had.KMSKeyARN.Equal(key) {
			return
		}
	}
	diags.AddAttributeWarning(path.Root("encryption").AtName("kms_key_arn"), kmsKeyNeedsGrant.summary("Objects of %s will need a KMS key", bucketName(m)),
		"New objects are encrypted with this key, and only those who may use it can read them: videos do not play for all others. "+
			"Add the ARN of the key to kms_key_arns of each fovea_access_user and fovea_access_role of the bucket, and allow them in the key's policy.")
}

// warnOfPublicAccessBlock warns when a block is turned on that ends access which an ACL
// or a policy gives everybody.
func (m videoBucketModel) warnOfPublicAccessBlock(ctx context.Context, before videoBucketModel, diags *diag.Diagnostics) {
	if before.PublicAccessBlock.IsNull() || m.PublicAccessBlock.IsNull() || m.PublicAccessBlock.IsUnknown() {
		return
	}
	had, has := before.expandPublicAccessBlock(ctx, diags), m.expandPublicAccessBlock(ctx, diags)
	for _, block := range []struct {
		argument string
		turnsOn  bool
		ends     string
	}{
		{"ignore_public_acls", !had.IgnorePublicACLs && has.IgnorePublicACLs, "an ACL gives to everybody"},
		{"restrict_public_buckets", !had.RestrictPublicBuckets && has.RestrictPublicBuckets, "a bucket policy gives to everybody"},
	} {
		if block.turnsOn {
			diags.AddAttributeWarning(path.Root("public_access_block").AtName(block.argument), readingLost.summary("Public access to %s ends: %s", bucketName(m), block.argument),
				"S3 then ignores access that "+block.ends+". Who reads videos like that can no longer read or list them. "+
					"FOVEA treats a bucket that it may not list as empty, and deletes annotations: give it credentials of its own before this apply. Presigned URLs still work.")
		}
	}
}
