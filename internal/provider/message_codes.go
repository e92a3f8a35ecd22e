package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	accessInvalid           messageCode = "access-invalid"
	accessKeyNotOfUser      messageCode = "access-key-not-of-user"
	bucketNotEmpty          messageCode = "bucket-not-empty"
	costUnknown             messageCode = "cost-unknown"
	creationIncomplete      messageCode = "creation-incomplete"
	creationUndone          messageCode = "creation-undone"
	earlyInfrequentAccess   messageCode = "early-infrequent-access"
	importIncomplete        messageCode = "import-incomplete"
	instanceProfileLeft     messageCode = "instance-profile-left"
	lifecycleDeletes        messageCode = "lifecycle-deletes-videos"
	lifecycleInvalid        messageCode = "lifecycle-invalid"
	logsToItself            messageCode = "logs-to-itself"
	manifestNotFound        messageCode = "manifest-not-found"
	noTieredObjects         messageCode = "no-tiered-objects"
	objectUnusable          messageCode = "object-unusable"
	policiesUnmanaged       messageCode = "policies-unmanaged"
	policyInvalid           messageCode = "policy-invalid"
	policyLocksOut          messageCode = "policy-locks-out"
	policyNotRecognized     messageCode = "policy-not-recognized"
	policyPublic            messageCode = "policy-public"
	policyTooLong           messageCode = "policy-too-long"
	presignedURLInvalid     messageCode = "presigned-url-invalid"
	profileWithoutEC2       messageCode = "profile-without-ec2"
	providerSetting         messageCode = "provider-setting"
	replacesDocument        messageCode = "replaces-document"
	replicationInvalid      messageCode = "replication-invalid"
	replicationRoleUnusable messageCode = "replication-role-unusable"
	replicationUnmanaged    messageCode = "replication-settings-unmanaged"
	serverLacksDocument     messageCode = "server-lacks-document"
	trustInvalid            messageCode = "trust-invalid"
	urlEndsEarly            messageCode = "url-ends-early"
	versioningNotDisabled   messageCode = "versioning-not-disabled"
	videosArchived          messageCode = "videos-archived"
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
	{bucketNotEmpty, "The plan destroys or replaces a bucket that holds something other than a manifest of this provider. " +
		"Destroy the objects first, or keep the bucket: see the message."},
	{accessInvalid, "The `access` of a user or a role does not fit its other arguments."},
	{accessKeyNotOfUser, "The access key belongs to another user than the configuration says, or was deleted. Apply again: the plan makes another key."},
	{costUnknown, "The bucket has objects in storage classes without a known price. Add them to `price_per_gb_month`."},
	{creationIncomplete, "Something was created, could not be completed, and could not be removed again. It is in the state, and the next apply replaces it."},
	{creationUndone, "Something was created, could not be completed, and was removed again. Correct the cause and apply again."},
	{earlyInfrequentAccess, "A lifecycle rule moves objects to an infrequent access class within 30 days, for which S3 charges 30 days at least."},
	{instanceProfileLeft, "An imported role has an instance profile that the configuration does not name. It stays, and is not managed."},
	{lifecycleDeletes, "A lifecycle rule deletes videos. Remove the expiration if that is not what you want."},
	{lifecycleInvalid, "S3 does not accept these lifecycle rules. The message says which rule, and why."},
	{manifestNotFound, "The data source found no manifest. Publish one with `fovea_manifest`, or correct `bucket` and `key`."},
	{noTieredObjects, "Intelligent-Tiering acts on objects in the storage class `INTELLIGENT_TIERING` only, and no lifecycle rule of the bucket moves objects there."},
	{objectUnusable, "The object of a presigned URL with `verify_object = true` does not exist or cannot be read."},
	{policiesUnmanaged, "An imported user or role has further inline policies. They stay, and are not managed."},
	{policyInvalid, "A policy cannot be put together from the arguments."},
	{policyLocksOut, "The policy denies requests without TLS, and the S3 endpoint of the provider has none. Use an `https://` endpoint, or set `deny_insecure_transport` to `false`."},
	{policyNotRecognized, "The policy of an imported bucket could not be read. The next apply replaces it."},
	{policyPublic, "The policy has statements that let everyone in without a condition."},
	{policyTooLong, "The policy is longer than AWS allows. Use fewer statements, prefixes or keys."},
	{presignedURLInvalid, "The arguments of a presigned URL do not fit together."},
	{providerSetting, "A setting of the provider block may not do what you expect."},
	{replacesDocument, "A resource that is not in the state replaces a setting that the bucket has already. Import it first to see the difference."},
	{replicationInvalid, "S3 does not accept these replication rules. The message says which rule, and why."},
	{replicationRoleUnusable, "The role of a replication does not exist, or S3 cannot assume it."},
	{replicationUnmanaged, "A replication rule has settings that the resource has no argument for. The next change of any rule removes them."},
	{trustInvalid, "The trust policy of a role cannot be made from the arguments."},
	{urlEndsEarly, "A presigned URL is signed with temporary credentials and ends when they do."},
	{videosArchived, "Videos or their copies move to a storage class from which they do not play until they are restored."},
	{importIncomplete, "An import could not read a required argument. Set it in the configuration."},
	{logsToItself, "The plan makes a bucket the target of its own access logs. Set `target_bucket` to another bucket."},
	{profileWithoutEC2, "The plan gives an instance profile to a role that does not trust EC2. Add `ec2.amazonaws.com` to `trusted_services`, or leave `instance_profile_name` out."},
	{serverLacksDocument, "The server is not AWS's and does not implement a setting that the configuration does not ask for. " +
		"The setting is skipped and its attribute is null. To stop the warning on a new bucket, use a server that implements the setting."},
	{versioningNotDisabled, "The plan sets `versioning = \"Disabled\"` for a bucket that has or had versioning. S3 cannot do that: use `Suspended`."},
}
