package awsdiag

import (
	"cmp"
	"fmt"

	"github.com/parafovea/terraform-provider-fovea/internal/storagecheck"
)

// StorageRemedy says what to do about the result of a check of a bucket: the resource,
// its argument, and the value. It is "" if nothing is to be done, or nobody knows what.
func StorageRemedy(o storagecheck.Options, r storagecheck.Result) string {
	if r.Status == storagecheck.Pass {
		return ""
	}
	for _, remedy := range []func(storagecheck.Options, storagecheck.Result) string{connectionRemedy, accessRemedy, manifestRemedy, browserRemedy, settingRemedy} {
		if text := remedy(o, r); text != "" {
			return text
		}
	}
	return ""
}

// connectionRemedy is about what keeps every check from being made, and about clocks.
func connectionRemedy(o storagecheck.Options, r storagecheck.Result) string {
	switch r.Code {
	case storagecheck.Unreachable, storagecheck.NoAnswer, storagecheck.ForeignAnswer:
		return "Correct s3 in the endpoints block of the provider, its proxy settings, or the network between this machine and the server."
	case storagecheck.ServerError:
		return "Run Terraform again when the server has recovered."
	case storagecheck.BucketMissing:
		return fmt.Sprintf("Create the bucket: set bucket of a fovea_video_bucket to %q. If it exists under another name or on another server, correct bucket here, or s3 in the endpoints block of the provider.", o.Bucket)
	case storagecheck.ClockOff, storagecheck.ClockSkewed:
		return "No resource sets a clock: synchronize that of this machine with NTP, and that of the machine that FOVEA runs on."
	case storagecheck.RegionOther:
		return fmt.Sprintf("Set region of the provider to %q. If only this bucket is there, take S3_REGION from fovea_backend_environment, whose region defaults to the bucket's, and leave region out of include.", r.Facts.Region)
	case storagecheck.RegionUnknown:
		return "Set region of the provider to the region of the bucket."
	}
	return ""
}

// accessRemedy is about access keys and what they may do.
func accessRemedy(o storagecheck.Options, r storagecheck.Result) string {
	app := r.Facts.App
	switch r.Code {
	case storagecheck.KeyUnknown:
		if app {
			return `Set status of the fovea_access_key to "Active". If the key was deleted, apply it again, and pass its access_key_id and secret_access_key to FOVEA.`
		}
		return "Set access_key and secret_key of the provider, or the credentials in the environment, to a key that is active on this server."
	case storagecheck.SecretWrong:
		if app {
			return "Set secret_access_key to that of the same fovea_access_key as access_key_id. If the secret is lost, change rotation_triggers of the fovea_access_key to make another key."
		}
		return "Set access_key and secret_key of the provider to those of one key. If they are, check that no proxy changes requests."
	case storagecheck.SessionEnded:
		return "Get new credentials for the provider: its profile, its token, or the AWS_* variables of the environment hold a session that has ended."
	case storagecheck.KeyTemporary:
		return "Set access_key_id and secret_access_key to those of a fovea_access_key, or leave both out and use the role of the instance (fovea_access_role, instance_profile_name)."
	case storagecheck.TLSRequired:
		return fmt.Sprintf("Set s3 in the endpoints block of the provider, and S3_ENDPOINT of FOVEA, to an https:// URL. If the server has none, set deny_insecure_transport of the fovea_bucket_policy of %s to false, or remove such a statement from a policy that was written by other means. If its policy has no such statement, allow %s.", o.Bucket, r.Facts.Action)
	case storagecheck.ListDenied, storagecheck.GetDenied:
		return grantRemedy(o, r)
	case storagecheck.KMSDenied:
		key := cmp.Or(r.Facts.KMSKey, "the ARN of the key")
		return fmt.Sprintf("Add %q to kms_key_arns of the fovea_access_user or fovea_access_role%s, and let the policy of the key allow kms:Decrypt to it.", key, forOwn(app))
	case storagecheck.KMSKeyUnusable:
		return "Enable the KMS key, or cancel its deletion (aws kms enable-key, aws kms cancel-key-deletion). For new videos, set encryption.kms_key_arn of the fovea_video_bucket to another key."
	case storagecheck.NotPermitted:
		return fmt.Sprintf("Allow %s to the provider's credentials, or leave %s out of include.", r.Facts.Action, r.Name)
	}
	return ""
}

// grantRemedy is about a right that a key lacks, by its own policy or by the bucket's.
func grantRemedy(o storagecheck.Options, r storagecheck.Result) string {
	if !r.Facts.App {
		return fmt.Sprintf("Allow %s on the bucket %s to the provider's credentials, or set access_key_id and secret_access_key to check those of FOVEA. If the bucket belongs to another account, its policy must allow it too (source_policy_documents of fovea_bucket_policy).",
			r.Facts.Action, o.Bucket)
	}
	return fmt.Sprintf("In FOVEA's fovea_access_user, set bucket to %q and access to \"read\", and remove prefixes. If that is so, look for a Deny in %s, and in permissions_boundary of the user.", o.Bucket, policyOf(o.Bucket))
}

// policyOf names where statements of a bucket policy are written: here, or by other means.
func policyOf(bucket string) string {
	return fmt.Sprintf("source_policy_documents of the fovea_bucket_policy of %[1]s, or, if its policy was written by other means, in that policy (aws s3api get-bucket-policy --bucket %[1]s)", bucket)
}

func forOwn(app bool) string {
	if app {
		return " that FOVEA uses"
	}
	return " that FOVEA uses, and check its key with access_key_id and secret_access_key"
}

// manifestRemedy is about the manifest, and about the objects that are read.
func manifestRemedy(o storagecheck.Options, r storagecheck.Result) string {
	switch r.Code {
	case storagecheck.ManifestMissing:
		return fmt.Sprintf("Publish it with a fovea_manifest: bucket = %q, key = %q. If it has another key, correct key here; without a manifest, leave manifest out of include.", o.Bucket, o.ManifestKey)
	case storagecheck.ManifestInvalid:
		return fmt.Sprintf("Something else is at that key. Move it away and publish a fovea_manifest with key = %q, or correct key here.", o.ManifestKey)
	case storagecheck.ManifestStale:
		return fmt.Sprintf("Apply the fovea_manifest with key = %q again. With scan_on_plan = false, change its triggers. If something else publishes it, run that.", o.ManifestKey)
	case storagecheck.ManifestPartial:
		return fmt.Sprintf("Apply the fovea_manifest with key = %q again, unless its prefix, suffixes and exclude_prefixes leave these videos out.", o.ManifestKey)
	case storagecheck.ManifestFuture:
		return fmt.Sprintf("Set the clock of the machine that publishes %q, then apply its fovea_manifest with other triggers, or publish it again by other means.", o.ManifestKey)
	case storagecheck.VideoArchived, storagecheck.VideosArchived:
		return "Restore the videos (aws s3api restore-object), and copy those that are to stay into GLACIER_IR, which plays at once. Set storage_class to \"GLACIER_IR\" in transitions of the rules of fovea_bucket_lifecycle."
	}
	return ""
}

// browserRemedy is about what browsers may do.
func browserRemedy(o storagecheck.Options, r storagecheck.Result) string {
	rules := fmt.Sprintf("fovea_bucket_cors of %s", o.Bucket)
	switch r.Code {
	case storagecheck.CORSMissing:
		return fmt.Sprintf("Add a fovea_bucket_cors: bucket = %q, rules = [{ allowed_origins = [%q] }].", o.Bucket, o.Origin)
	case storagecheck.CORSRefused:
		return fmt.Sprintf("Add %q to allowed_origins of a rule in the %s, whose allowed_methods have \"GET\" and whose allowed_headers have \"*\" or \"range\".", o.Origin, rules)
	case storagecheck.CORSNoRange:
		return fmt.Sprintf("Set allowed_headers to [\"*\"] in the rule for %s of the %s.", o.Origin, rules)
	case storagecheck.CORSHidden:
		return fmt.Sprintf("Set expose_headers to [\"ETag\", \"Content-Length\", \"Content-Range\", \"Accept-Ranges\"] in the rule for %s of the %s, or leave it out, which does the same.", o.Origin, rules)
	case storagecheck.CORSNotOnGet:
		return fmt.Sprintf("Something before the server answers preflights by itself. Let it pass them on, or let it answer GET like the %s.", rules)
	case storagecheck.PresignedRefused:
		return fmt.Sprintf("Remove a Deny or a condition that presigned URLs do not meet, such as one on s3:authType, s3:signatureAge, aws:Referer or aws:SourceIp. Look in %s, and in the policies of the user.", policyOf(o.Bucket))
	case storagecheck.RangeIgnored:
		return "No argument changes that: use a server, or a proxy in front of it, that answers the header Range."
	}
	return ""
}

// settingRemedy is about the settings of the bucket.
func settingRemedy(o storagecheck.Options, r storagecheck.Result) string {
	bucket := fmt.Sprintf("the fovea_video_bucket %s", o.Bucket)
	replication := fmt.Sprintf("the fovea_bucket_replication of %s", o.Bucket)
	switch r.Code {
	case storagecheck.PublicPolicy:
		return fmt.Sprintf("Remove the statement that lets everyone in, and set all of public_access_block of %s to true. It is in %s.", bucket, policyOf(o.Bucket))
	case storagecheck.PublicNotBlocked:
		return fmt.Sprintf("Set all of public_access_block of %s to true, which is the default.", bucket)
	case storagecheck.TLSOptional:
		return fmt.Sprintf("Set deny_insecure_transport of a fovea_bucket_policy of %s to true. If its policy was written by other means, import it into the resource first, with its statements in source_policy_documents.", o.Bucket)
	case storagecheck.VersioningOff:
		return fmt.Sprintf("Set versioning of %s to \"Enabled\".", bucket)
	case storagecheck.EncryptionOff:
		return fmt.Sprintf("Set encryption.algorithm of %s to \"AES256\".", bucket)
	case storagecheck.LifecycleArchives:
		return fmt.Sprintf("Set storage_class to \"GLACIER_IR\" in transitions of the rule %q of the fovea_bucket_lifecycle of %s.", r.Facts.Rule, o.Bucket)
	case storagecheck.LifecycleDeletes:
		return fmt.Sprintf("Remove expiration from the rule %q of the fovea_bucket_lifecycle of %s, or give the rule a filter without videos.", r.Facts.Rule, o.Bucket)
	case storagecheck.ReplicationOff:
		return fmt.Sprintf("Add a fovea_bucket_replication with bucket = %q and a role_arn of fovea_replication_role, or leave replication out of include.", o.Bucket)
	case storagecheck.ReplicationDisabled:
		return fmt.Sprintf("Set status to \"Enabled\" in a rule of %s.", replication)
	case storagecheck.ReplicationFailed, storagecheck.ReplicationLate:
		return fmt.Sprintf("Check role_arn of %s and the arguments of its fovea_replication_role (destination_bucket_arns, the KMS keys), and that the destination has versioning = \"Enabled\". Then upload the video again, or copy it with S3 Batch Replication.", replication)
	case storagecheck.ReplicationPartial:
		return fmt.Sprintf("S3 copies what is uploaded after the rules. Copy older videos with S3 Batch Replication; for newer ones, check filter in rules of %s.", replication)
	case storagecheck.CostUnknown:
		return fmt.Sprintf("Use a fovea_bucket_usage with bucket = %q, and give these classes a price in price_per_gb_month.", o.Bucket)
	}
	return ""
}
