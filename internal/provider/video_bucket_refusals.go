package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// refuse adds an error, on an attribute if there is one to blame.
func refuse(at path.Path, summary, detail string, diags *diag.Diagnostics) {
	if at.Equal(path.Empty()) {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(at, summary, detail)
}

// refuseReplacement refuses to replace a bucket that is not empty. note follows for a
// create plan; unknown leads for an argument that is not known yet.
func refuseReplacement(bucket string, content publish.Content, at path.Path, unknown, note string, diags *diag.Diagnostics) {
	refuse(at, bucketNotEmpty.summary("The bucket %s is not empty", bucket),
		fmt.Sprintf("The plan replaces the bucket: it destroys %s and creates another, empty one. It holds %s. %s%s"+
			"To keep the bucket, leave its bucket, bucket_prefix and region as they are, and plan without -replace and replace_triggered_by. "+
			"To start again with an empty bucket, destroy this one in an apply of its own first; with force_destroy = true that deletes everything in it, and warns.",
			bucket, content, unreadNote(&content), unknown)+note, diags)
}

// refuseReplacementByItself refuses to destroy a bucket and make it again.
func refuseReplacementByItself(bucket string, at path.Path, note string, diags *diag.Diagnostics) {
	refuse(at, bucketReplacedByItself.summary("The bucket %s cannot be replaced by a bucket of the same name", bucket),
		"S3 deletes the documents of the bucket with it: CORS rules, policy, lifecycle rules and all others. The plan shows no change for them, so they would be missing until the next apply. "+
			"If the bucket is only to be changed, plan without -replace and replace_triggered_by, and leave its region as it is. "+
			"To start again with a new bucket, destroy this one and what depends on it in an apply of its own first."+note, diags)
}

func refuseTaint(bucket string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("bucket"), bucketTainted.summary("The bucket %s is marked as tainted", bucket),
		"The apply would destroy the bucket and create another one. Run `terraform untaint` with the address of this resource. "+
			"To start again with an empty bucket, untaint it and destroy it in an apply of its own. "+
			"If another block of the bucket is a removed block, apply that first, without this block."+createPlanNote)
}

func refuseRename(bucket, note string, diags *diag.Diagnostics) {
	diags.AddError(bucketRenamed.summary("The plan destroys the bucket %s and creates it again", bucket),
		"Two addresses of the configuration and the state stand for this bucket, probably because its block was renamed. Add a moved block, so that the bucket stays:\n\n"+
			"  moved {\n    from = fovea_video_bucket.OLD\n    to   = fovea_video_bucket.NEW\n  }\n\n"+
			"Nothing was changed."+note)
}

func refuseTwoAddresses(bucket, note string, diags *diag.Diagnostics) {
	diags.AddError(bucketTwoAddresses.summary("Two resources manage the bucket %s", bucket),
		"Each bucket belongs to one address. If only the configuration has two blocks, remove one. "+
			"If the state has the bucket twice, run `terraform state rm` with one of the addresses, and import the bucket again if that was the one to keep."+note)
}

// refuseUnreadable refuses to destroy or replace a bucket of which nobody can say
// whether it is empty.
func refuseUnreadable(bucket, verb string, at path.Path, err error, note string, diags *diag.Diagnostics) {
	remedy := "Try again when the bucket can be listed."
	var denied *publish.ContentDeniedError
	if errors.As(err, &denied) {
		remedy = "Allow s3:ListBucketVersions, or at least s3:ListBucket, on the bucket."
	}
	refuse(at, bucketUnreadable.summary("The bucket %s cannot be listed", bucket),
		fmt.Sprintf("The plan would %s the bucket, and it cannot be told whether the bucket is empty. %s%s\n\n%s", verb, remedy, note, awsdiag.Detail(err)), diags)
}

// unreadNote explains why an object counts as content that may be a manifest.
func unreadNote(content *publish.Content) string {
	if !content.Unread {
		return ""
	}
	return "These credentials cannot read that object, so it may be a manifest: allow s3:GetObject and s3:GetObjectVersion on it to find out. "
}
