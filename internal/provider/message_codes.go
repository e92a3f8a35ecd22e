package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	accessInvalid              messageCode = "access-invalid"
	accessKeyEnds              messageCode = "access-key-ends"
	accessKeyNotOfUser         messageCode = "access-key-not-of-user"
	accessKeyReplaced          messageCode = "access-key-replaced"
	accessKeysOfOthers         messageCode = "access-keys-of-others"
	accountNotAllowed          messageCode = "account-not-allowed"
	accountUnknown             messageCode = "account-unknown"
	backendEnvironmentInvalid  messageCode = "backend-environment-invalid"
	bucketContentDeleted       messageCode = "bucket-content-deleted"
	bucketExists               messageCode = "bucket-exists"
	bucketIncomplete           messageCode = "bucket-incomplete"
	bucketManifestStays        messageCode = "bucket-manifest-stays"
	bucketNameTaken            messageCode = "bucket-name-taken"
	bucketNotEmpty             messageCode = "bucket-not-empty"
	bucketPartUnsupported      messageCode = "bucket-part-unsupported"
	bucketRenamed              messageCode = "bucket-renamed"
	bucketReplacedByItself     messageCode = "bucket-replaced-by-itself"
	bucketTainted              messageCode = "bucket-tainted"
	bucketTwoAddresses         messageCode = "bucket-two-addresses"
	bucketUnfinished           messageCode = "bucket-unfinished"
	bucketUnreadable           messageCode = "bucket-unreadable"
	bucketVersioningEnds       messageCode = "bucket-versioning-ends"
	costUnknown                messageCode = "cost-unknown"
	creationIncomplete         messageCode = "creation-incomplete"
	creationUndone             messageCode = "creation-undone"
	distributionInvalid        messageCode = "distribution-invalid"
	documentExists             messageCode = "document-exists"
	documentInPlace            messageCode = "document-in-place"
	documentKept               messageCode = "document-kept"
	documentManagedTwice       messageCode = "document-managed-twice"
	documentMoves              messageCode = "document-moves"
	documentRewritten          messageCode = "document-rewritten"
	documentTainted            messageCode = "document-tainted"
	documentUnconfirmed        messageCode = "document-unconfirmed"
	earlyInfrequentAccess      messageCode = "early-infrequent-access"
	importIncomplete           messageCode = "import-incomplete"
	inlinePolicyExists         messageCode = "inline-policy-exists"
	instanceProfileLeft        messageCode = "instance-profile-left"
	kmsKeyNeedsGrant           messageCode = "kms-key-needs-grant"
	kmsKeyUnusable             messageCode = "kms-key-unusable"
	lifecycleDeletes           messageCode = "lifecycle-deletes-videos"
	lifecycleInvalid           messageCode = "lifecycle-invalid"
	listingLost                messageCode = "listing-lost"
	logsToItself               messageCode = "logs-to-itself"
	manifestArguments          messageCode = "manifest-arguments"
	manifestBucketMissing      messageCode = "manifest-bucket-missing"
	manifestChanges            messageCode = "manifest-changes"
	manifestFromInventory      messageCode = "manifest-from-inventory"
	manifestInventoryUnusable  messageCode = "manifest-inventory-unusable"
	manifestKept               messageCode = "manifest-kept"
	manifestKeyTaken           messageCode = "manifest-key-taken"
	manifestManagedTwice       messageCode = "manifest-managed-twice"
	manifestMoves              messageCode = "manifest-moves"
	manifestNotFound           messageCode = "manifest-not-found"
	manifestOtherVideos        messageCode = "manifest-other-videos"
	manifestRewritten          messageCode = "manifest-rewritten"
	manifestShrinks            messageCode = "manifest-shrinks"
	manifestSnapshotFailed     messageCode = "manifest-snapshot-failed"
	manifestSnapshotMissing    messageCode = "manifest-snapshot-missing"
	manifestUnconditionalWrite messageCode = "manifest-unconditional-write"
	manifestVersionsLeft       messageCode = "manifest-versions-left"
	noTieredObjects            messageCode = "no-tiered-objects"
	objectUnusable             messageCode = "object-unusable"
	originsLost                messageCode = "origins-lost"
	policiesUnmanaged          messageCode = "policies-unmanaged"
	policyInvalid              messageCode = "policy-invalid"
	policyLocksOut             messageCode = "policy-locks-out"
	policyNotRecognized        messageCode = "policy-not-recognized"
	policyPublic               messageCode = "policy-public"
	policyTooLong              messageCode = "policy-too-long"
	presignedURLInvalid        messageCode = "presigned-url-invalid"
	principalExists            messageCode = "principal-exists"
	principalInPlace           messageCode = "principal-in-place"
	principalKept              messageCode = "principal-kept"
	principalManagedTwice      messageCode = "principal-managed-twice"
	principalTainted           messageCode = "principal-tainted"
	profileWithoutEC2          messageCode = "profile-without-ec2"
	providerSetting            messageCode = "provider-setting"
	readingLost                messageCode = "reading-lost"
	replicationInvalid         messageCode = "replication-invalid"
	replicationRoleUnusable    messageCode = "replication-role-unusable"
	replicationStops           messageCode = "replication-stops"
	replicationUnmanaged       messageCode = "replication-settings-unmanaged"
	storageCheckInvalid        messageCode = "storage-check-invalid"
	tagsTwice                  messageCode = "tags-twice"
	trustInvalid               messageCode = "trust-invalid"
	urlEndsEarly               messageCode = "url-ends-early"
	versioningNotDisabled      messageCode = "versioning-not-disabled"
	videoUnreadable            messageCode = "video-unreadable"
	videosArchived             messageCode = "videos-archived"
)

// summary words the first line of a message: what it is about, then the code.
func (c messageCode) summary(format string, args ...any) string {
	return fmt.Sprintf(format, args...) + " [" + string(c) + "]"
}

// about passes on the messages of a check, with the subject and the code in their
// summaries, for checks that do not know what they look at.
func (c messageCode) about(subject string, from diag.Diagnostics, to *diag.Diagnostics) {
	for _, d := range from {
		var message diag.Diagnostic = diag.NewErrorDiagnostic(c.summary("%s: %s", subject, d.Summary()), d.Detail())
		if d.Severity() == diag.SeverityWarning {
			message = diag.NewWarningDiagnostic(c.summary("%s: %s", subject, d.Summary()), d.Detail())
		}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			message = diag.WithPath(at.Path(), message)
		}
		to.Append(message)
	}
}

// validator adds the code to the messages of a validator of tftype, which name the
// attribute.
func (c messageCode) validator(v validator.String) validator.String { return codedValidator{v, c} }

type codedValidator struct {
	validator.String
	code messageCode
}

// ValidateString implements [validator.String].
func (v codedValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	var found validator.StringResponse
	v.String.ValidateString(ctx, req, &found)
	for _, d := range found.Diagnostics {
		resp.Diagnostics.AddAttributeError(req.Path, v.code.summary("%s", d.Summary()), d.Detail())
	}
}

// nameOf is a name in a summary, also while it is not known.
func nameOf(name types.String) string {
	if name.ValueString() == "" {
		return "(name known after apply)"
	}
	return name.ValueString()
}

// messageCodes has all codes with their meaning, in the order of the page.
var messageCodes = []struct {
	code    messageCode
	meaning string
}{
	{accessInvalid, "The `access` of a user or a role does not fit its other arguments, or a bucket is named twice."},
	{accessKeyEnds, "Warning: an access key is deleted or becomes inactive. Requests that are signed with it fail from then on. Give its readers another key first."},
	{accessKeyNotOfUser, "The access key belongs to another user than the configuration says, or was deleted. Apply again: the plan creates a new key."},
	{accessKeyReplaced, "Warning: a changed argument replaces an access key. The old key is deleted in the same apply, so its readers need the new one before that. `create_before_destroy` creates the new key first."},
	{accessKeysOfOthers, "Warning: the plan makes an access key for a user that has others. A user can have two keys, and an interrupted apply may have left one. Delete a key that nobody uses."},
	{accountNotAllowed, "The credentials belong to an account that allowed_account_ids or forbidden_account_ids rules out. Use other credentials, or change the list."},
	{accountUnknown, "allowed_account_ids or forbidden_account_ids is set, and STS did not say which account the credentials belong to. Check the endpoint of STS."},
	{backendEnvironmentInvalid, "FOVEA would not find its videos with an argument of a `fovea_backend_environment`. The message says which, and why."},
	{bucketContentDeleted, "Warning: the bucket is destroyed and `force_destroy` is true, so everything in it is deleted. To keep it, set `force_destroy` to false and apply that alone first."},
	{bucketExists, "A bucket of this name exists in this account and is not in the state. At plan it is a warning, in a replacement and at apply an error. Import it, or run `terraform untaint` if the address is tainted. If it was in a state that is lost, see [I lost the state](lost-state.md)."},
	{bucketIncomplete, "A bucket was created, but one of its settings could not be written. If the bucket could not be removed again either, it is not in the state: import it with the block in the message."},
	{bucketManifestStays, "Warning: the plan destroys a bucket with a manifest that no resource of the run deletes, so S3 will refuse to delete the bucket. Delete the object first."},
	{bucketNameTaken, "A bucket of this name exists and these credentials may not see it. Choose another name."},
	{bucketNotEmpty, "The plan destroys or replaces a bucket that holds something other than a manifest of this provider. Keep the bucket, or destroy it in an apply of its own with `force_destroy`."},
	{bucketPartUnsupported, "Warning: the server lacks a setting of the bucket that has a default, so the default is skipped. Nothing is to be done, unless you rely on the setting."},
	{bucketRenamed, "One plan destroys a bucket and creates it again, because its block was renamed. Add a `moved` block."},
	{bucketReplacedByItself, "The plan replaces a bucket by one of the same name, with which S3 deletes all documents of the bucket. Plan without `-replace` and `replace_triggered_by`, and leave `region` as it is."},
	{bucketTainted, "The address is tainted, so the apply would destroy the bucket. Run `terraform untaint`."},
	{bucketTwoAddresses, "Two resources manage one bucket. Remove one block, and take it out of the state with `terraform state rm` if it is there."},
	{bucketUnfinished, "Warning: an empty bucket with a generated name of the same prefix lacks its settings. An interrupted apply has probably left it. Delete or import it."},
	{bucketUnreadable, "The plan destroys or replaces a bucket that cannot be listed, so nobody can say whether it is empty. Allow `s3:ListBucketVersions` or `s3:ListBucket`, or try again."},
	{bucketVersioningEnds, "Warning: versioning will be suspended. From then on, uploads and deletions of videos are final."},
	{costUnknown, "The bucket has objects in storage classes without a known price. Add them to `price_per_gb_month`."},
	{creationIncomplete, "Something was created, could not be completed, and could not be removed again. It is in the state, and the next apply replaces it."},
	{creationUndone, "Something was created, could not be completed, and was removed again. Correct the cause and apply again."},
	{distributionInvalid, "An ARN in `cloudfront_distribution_arns` is none that CloudFront sends, so the policy would let nobody in. Give the ARN of the distribution, which has no region."},
	{documentExists, "The bucket has such a document already, and it is in no state. The apply does not overwrite it: import it, or remove the resource. A plan without a refresh cannot tell whether it is in the state. If the state was lost, see [I lost the state](lost-state.md)."},
	{documentInPlace, "A bucket policy is changed in place. A plan that replaces it would take access away for a moment."},
	{documentKept, "A resource is destroyed whose document another resource of the run has too. The document stays."},
	{documentManagedTwice, "Two resources stand for one document of a bucket. Remove one, or add a moved block if the block was renamed."},
	{documentMoves, "The bucket of a document is not known at plan, so the document is planned to be removed and created again. Make the value known."},
	{documentRewritten, "The server has accepted a document and shows another one. The message lists the difference; configure what the server shows."},
	{documentTainted, "A document is removed and written again because its resource is tainted. Run `terraform untaint` to change it in place."},
	{documentUnconfirmed, "The server has accepted a document and does not show it in time. Run terraform plan later."},
	{earlyInfrequentAccess, "A lifecycle rule moves objects to an infrequent access class within 30 days, for which S3 charges 30 days at least."},
	{importIncomplete, "An import could not read a required argument. Set it in the configuration."},
	{inlinePolicyExists, "The user or role has an inline policy with the new `policy_name`, which says something else. At plan it is a warning, at apply an error. Choose another name, or delete that policy first."},
	{instanceProfileLeft, "An imported role has an instance profile that the configuration does not name. It stays, and is not managed."},
	{kmsKeyNeedsGrant, "A bucket is to encrypt new objects with a KMS key, which all readers must be allowed to use. Add the key to `kms_key_arns` of the users and roles."},
	{kmsKeyUnusable, "A policy would grant nothing on the KMS key, because the ARN is that of an alias, or lacks region or account. Give the ARN of the key, such as `target_key_arn` of `data.aws_kms_alias`."},
	{lifecycleDeletes, "A lifecycle rule deletes videos. Remove the expiration if that is not what you want."},
	{lifecycleInvalid, "S3 does not accept these lifecycle rules. The message says which rule, and why."},
	{listingLost, "A plan takes away the permission to list a bucket. FOVEA treats a bucket that it may not list as empty and deletes the annotations of its videos. Give it other access first, or stop it."},
	{logsToItself, "The plan makes a bucket the target of its own access logs. Set `target_bucket` to another bucket."},
	{manifestArguments, "Arguments of a `fovea_manifest` contradict each other. The message names them."},
	{manifestBucketMissing, "The manifest moves to a bucket that does not exist. Unless the same apply creates the bucket, the old manifest is deleted and no new one published."},
	{manifestChanges, "The apply changes the published list. The counts and the first keys are in the message, because new arguments make `detected_changes` unknown in the plan."},
	{manifestFromInventory, "A new manifest will be made from an inventory, which does not have the videos that came later."},
	{manifestInventoryUnusable, "The inventory that the manifest is made from is missing, damaged or older than `max_inventory_age`. The message says which."},
	{manifestKept, "A destroyed `fovea_manifest` left its manifest in the bucket, because another resource of the same run has it: its replacement with `create_before_destroy`, or a renamed block. Nothing needs to be done."},
	{manifestKeyTaken, "The key of the manifest holds something else, which the provider does not overwrite or delete. Move it away, or choose another key."},
	{manifestManagedTwice, "Two resources, or two objects in the state, have the same manifest. Add a `moved` block if a block was renamed; remove one of two blocks; after an interrupted `create_before_destroy`, run `terraform state rm` and import the manifest again."},
	{manifestMoves, "The bucket or the key of a manifest is not known at plan, so the manifest is planned to be deleted and published again. Make the value known."},
	{manifestNotFound, "The data source found no manifest. Publish one with `fovea_manifest`, or correct `bucket` and `key`."},
	{manifestOtherVideos, "The bucket has videos of kinds that FOVEA lists, and the manifest leaves them out because `suffixes` is not set. Set `suffixes`, to the default too if that is what you want."},
	{manifestRewritten, "The published manifest lists the right videos in another form, in another order for example, and the apply writes it again."},
	{manifestShrinks, "The new list lacks more of the published videos than `max_removed_percent` allows. Restore the videos, correct the arguments, or raise the limit for one apply."},
	{manifestSnapshotFailed, "The manifest was published, but the copy that `snapshots` asks for could not be made."},
	{manifestSnapshotMissing, "An earlier apply published the manifest and ended before it saved the snapshot. The plan saves it and leaves the manifest as it is."},
	{manifestUnconditionalWrite, "The server has no conditional writes, so that the manifest was written without one. Two writers at the same moment may overwrite each other."},
	{manifestVersionsLeft, "The manifest was deleted, but older versions of its key are left, which keep the bucket from being deleted. The message names the permission that is missing, or says what else they are."},
	{noTieredObjects, "Intelligent-Tiering acts on objects in the storage class `INTELLIGENT_TIERING` only, and no lifecycle rule of the bucket moves objects there."},
	{objectUnusable, "The object of a presigned URL with `verify_object = true` does not exist or cannot be read."},
	{originsLost, "A plan removes an origin from the CORS rules. Videos no longer play in browsers there."},
	{policiesUnmanaged, "An imported user or role has further inline policies. They stay, and are not managed."},
	{policyInvalid, "A policy cannot be put together from the arguments."},
	{policyLocksOut, "The policy denies requests that reach the server without TLS, and the S3 endpoint is not one of AWS, or begins with `http://`. The server may deny all readers then, and FOVEA deletes annotations when it may not list. Set `deny_insecure_transport` to `false`, unless all of them reach the server itself with `https://`."},
	{policyNotRecognized, "The policy of an imported bucket could not be read. The next apply replaces it."},
	{policyPublic, "The policy has statements that let everyone in without a condition."},
	{policyTooLong, "The policy is longer than AWS allows. Use fewer statements, prefixes, keys or buckets."},
	{presignedURLInvalid, "The arguments of a presigned URL do not fit together."},
	{principalExists, "A user or a role of this name exists and is not in the state at this address. At plan it is a warning, in a replacement and at apply an error. Import it, or choose another name. If it was in a state that is lost, see [I lost the state](lost-state.md)."},
	{principalInPlace, "A user or a role is replaced although no argument asks for it, by `-replace` or `replace_triggered_by`. Plan without these, or destroy it in an apply of its own."},
	{principalKept, "A resource is destroyed whose user or role this run has created. It stays."},
	{principalManagedTwice, "Two resources stand for one user or role. Remove one, or add a moved block if the block was renamed."},
	{principalTainted, "A user or a role is destroyed and created again because its resource is tainted. Run `terraform untaint` to keep it."},
	{profileWithoutEC2, "The plan gives an instance profile to a role that does not trust EC2. Add `ec2.amazonaws.com` to `trusted_services`, or leave `instance_profile_name` out."},
	{providerSetting, "A setting of the provider block may not do what you expect."},
	{readingLost, "A plan takes away the permission to read objects. Videos that are read with this access no longer play. Give the readers other access first."},
	{replicationInvalid, "S3 does not accept these replication rules. The message says which rule, and why."},
	{replicationRoleUnusable, "The role of a replication does not exist, or S3 cannot assume it."},
	{replicationStops, "Warning: the plan takes a permission from a replication role, or destroys it. S3 does not copy later what is uploaded meanwhile, except by S3 Batch Replication."},
	{replicationUnmanaged, "A replication rule has settings that the resource has no argument for. The next change of any rule removes them."},
	{storageCheckInvalid, "FOVEA could not use the access key that a `fovea_storage_check` is given. The message says why."},
	{tagsTwice, "Two keys in `default_tags` differ only by case, which is one tag to IAM. Leave one of them out."},
	{trustInvalid, "The trust policy of a role cannot be made from the arguments."},
	{urlEndsEarly, "A presigned URL is signed with temporary credentials and ends when they do."},
	{versioningNotDisabled, "The plan sets `versioning = \"Disabled\"` for a bucket that has or had versioning. S3 cannot do that: use `Suspended`."},
	{videoUnreadable, "The object of a `fovea_video` does not exist, may not be read, or was overwritten while it was read."},
	{videosArchived, "Videos or their copies move to a storage class from which they do not play until they are restored."},
}
