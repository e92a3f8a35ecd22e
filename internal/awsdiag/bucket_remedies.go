package awsdiag

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// bucketRemedy says what to do about the errors of package s3bucket, "" for all others.
func bucketRemedy(err error) string {
	for _, remedy := range []func(error) string{documentRemedy, existenceRemedy, emptyingRemedy, replicationRemedy} {
		if text := remedy(err); text != "" {
			return text
		}
	}
	return ""
}

// documentRemedy is about documents that a server lacks, refuses or does not show.
func documentRemedy(err error) string {
	var (
		unsupported *s3bucket.UnsupportedError
		atRisk      *s3bucket.BucketAtRiskError
		unconfirmed *s3bucket.UnconfirmedError
		rewritten   *s3bucket.RewrittenError
		public      *s3bucket.PublicPolicyError
		logs        *s3bucket.LogTargetError
		inventory   *s3bucket.InventoryTargetError
	)
	switch {
	case errors.As(err, &unsupported):
		text := fmt.Sprintf("The bucket %s is on %s, which does not implement the %s of S3, or not all of it. "+
			"Leave that part out of the configuration, or use a server that has it.", unsupported.Bucket, unsupported.ServerName(), unsupported.Document)
		var answer *awserr.ForeignAnswer
		if errors.As(unsupported.Err, &answer) {
			text += fmt.Sprintf(" If something else answers for %s, such as a proxy, correct the endpoint.", answer.Host)
		}
		return text
	case errors.As(err, &atRisk):
		return fmt.Sprintf("Some S3-compatible servers delete an empty bucket when they are asked to delete its %[1]s, so nothing was sent. "+
			"Take the %[1]s out of the state with a removed block or \"terraform state rm\"; it goes with the bucket %[2]s when that is deleted.", atRisk.Document, atRisk.Bucket)
	case errors.As(err, &unconfirmed):
		return "Run terraform plan later to see what became of it, and raise the timeout if this server is slow."
	case errors.As(err, &rewritten):
		return "The server stores this document in a form of its own, or leaves out what it does not implement. Run terraform plan to see the difference, and configure what the server shows."
	case errors.As(err, &public):
		return fmt.Sprintf("The policy lets everyone in, and block_public_policy of the bucket %s, or of its account, refuses such policies. "+
			"Name the principals in place of \"*\", or add a condition that only they meet, such as aws:SourceArn, aws:SourceVpce or aws:PrincipalOrgID. "+
			"FOVEA itself needs no public bucket. To let everyone read this one all the same, set block_public_policy and restrict_public_buckets to false in its public_access_block first.", public.Bucket)
	case errors.As(err, &logs):
		return logTargetRemedy(logs)
	case errors.As(err, &inventory):
		return fmt.Sprintf("Inventories of %s cannot be delivered to %s. The destination must exist, be in the same region, and belong to the account that account_id names.", inventory.Bucket, inventory.TargetARN)
	}
	return ""
}

// logTargetRemedy goes by the message, since S3 has one code for several reasons.
func logTargetRemedy(e *s3bucket.LogTargetError) string {
	message := awserr.Message(e.Err)
	switch {
	case awserr.Is(e.Err, "CrossLocationLoggingProhibited"):
		return fmt.Sprintf("The bucket %s is in another region than %s. S3 delivers access logs within a region only: set target_bucket to a bucket in the same region.", e.Target, e.Bucket)
	case strings.Contains(message, "does not exist"):
		return fmt.Sprintf("The access logs of %[1]s cannot go to %[2]s: there is no bucket %[2]s. Create it first, or set target_bucket to another bucket.", e.Bucket, e.Target)
	case strings.Contains(message, "permission"):
		return fmt.Sprintf("The log service of S3 may not write the access logs of %[1]s to %[2]s. Allow it with\n\n"+
			"  access_log_source_arns = [\"arn:aws:s3:::%[1]s\"]\n\n"+
			"in the fovea_bucket_policy of the bucket %[2]s, and set target_bucket to the bucket of that policy, so that Terraform creates the policy first.", e.Bucket, e.Target)
	}
	return fmt.Sprintf("The access logs of %s cannot go to %s. The target must be another bucket, of the same account and in the same region.", e.Bucket, e.Target)
}

// existenceRemedy is about buckets that cannot be created.
func existenceRemedy(err error) string {
	var (
		exists   *s3bucket.ExistsError
		taken    *s3bucket.TakenError
		location *s3bucket.LocationError
	)
	switch {
	case errors.As(err, &exists):
		return fmt.Sprintf(`The bucket %[1]s exists already, and is left as it is. To manage it with Terraform, import it, with "terraform import fovea_video_bucket.NAME %[1]s" or the block

%[2]s

Otherwise choose another name, or use bucket_prefix.`, exists.Bucket, ImportBlock("fovea_video_bucket", exists.Bucket))
	case errors.As(err, &taken):
		return fmt.Sprintf("A bucket named %s exists, and these credentials may not see it. All AWS accounts share one set of names, so it is probably another account's: "+
			"choose another name, or use bucket_prefix. If the bucket is yours, allow s3:ListBucket on it and import it.", taken.Bucket)
	case errors.As(err, &location) && location.Chosen:
		return fmt.Sprintf("The server refuses the location %q for a new bucket, and may have one region only. Leave region out of the resource.", location.Region)
	case errors.As(err, &location):
		return fmt.Sprintf("The server refuses the location %q for a new bucket, and a new bucket without a location as well. "+
			"Set region in the provider block to the region that the server has. It is \"us-east-1\" on most S3-compatible servers.", location.Region)
	}
	return ""
}

// emptyingRemedy is about buckets that cannot be emptied or deleted.
func emptyingRemedy(err error) string {
	var (
		interrupted *s3bucket.InterruptedError
		empty       *s3bucket.EmptyError
		notEmpty    *s3bucket.NotEmptyError
	)
	const rest = " Everything else in the bucket was deleted; the next attempt continues from there."
	switch {
	case errors.As(err, &interrupted):
		text, next := "It was cancelled.", "the next destroy continues from there."
		if errors.Is(interrupted.Err, context.DeadlineExceeded) {
			text, next = "It took longer than delete in the timeouts block allows.", "the next destroy continues from there. Raise the timeout to let it finish."
		}
		return fmt.Sprintf("%s At least %d versions of objects, delete markers and unfinished uploads were deleted from the bucket %s, and %s "+
			"To keep the rest, set force_destroy to false, and apply that before anything else.", text, interrupted.Deleted, interrupted.Bucket, next)
	case errors.As(err, &empty) && empty.Locked > 0:
		return "Some objects are under S3 Object Lock until their retention ends or their legal hold is lifted." + rest
	case errors.As(err, &empty) && empty.Denied > 0:
		return "The credentials need s3:DeleteObject and s3:DeleteObjectVersion on the bucket's objects, and no policy may deny them." + rest
	case errors.As(err, &empty):
		return "The server could not delete some objects, however often it was asked." + rest
	case errors.As(err, &notEmpty) && notEmpty.Emptied:
		return fmt.Sprintf("The bucket %s was emptied, but each time something was in it again. Stop what writes to it, such as access logging, replication or an upload, and try again.", notEmpty.Bucket)
	case errors.As(err, &notEmpty):
		return fmt.Sprintf("The bucket %s holds objects, old versions or delete markers, and nothing was deleted. "+
			"To keep them, take the bucket out of the state with a removed block. To delete them for good, set force_destroy to true, apply, and destroy again. "+
			"A bucket that create_before_destroy has replaced is deposed and keeps the force_destroy that it had: empty it by other means, and apply again.", notEmpty.Bucket)
	}
	return ""
}

// replicationRemedy is about the parties to a replication.
func replicationRemedy(err error) string {
	var (
		unversioned   *s3bucket.UnversionedError
		noDestination *s3bucket.NoDestinationError
		role          *s3bucket.ReplicationRoleError
	)
	switch {
	case errors.As(err, &unversioned):
		which := "the destination " + strings.Join(unversioned.Buckets, " or ")
		if slices.Equal(unversioned.Buckets, []string{unversioned.Source}) {
			which = "the source " + unversioned.Source
		}
		return fmt.Sprintf("Replication from %s needs versioning on it and on every destination, and it is not enabled on %s. "+
			"Enable it there (versioning = \"Enabled\" of fovea_video_bucket), and name that resource in depends_on of the replication if nothing else connects the two.", unversioned.Source, which)
	case errors.As(err, &noDestination):
		return fmt.Sprintf("Replication from %s goes to %s, which does not exist, or not where these credentials can see it. "+
			"Create that bucket first, with versioning enabled, or correct bucket_arn.", noDestination.Source, strings.Join(noDestination.Buckets, " or "))
	case errors.As(err, &role) && role.Denied:
		return fmt.Sprintf("The credentials in use need s3:PutReplicationConfiguration on the bucket %s, and iam:PassRole on the role %s, which must belong to this account, "+
			"because S3 is handed that role. The permission can be narrowed to iam:PassedToService = s3.amazonaws.com.", role.Source, role.Role)
	case errors.As(err, &role):
		return fmt.Sprintf("S3 cannot assume the role %s to copy the objects of %s. Check that the role exists, and that its trust policy allows sts:AssumeRole "+
			"to the service s3.amazonaws.com, as that of a fovea_replication_role does.", role.Role, role.Source)
	}
	return ""
}
