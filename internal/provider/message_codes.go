package provider

import "fmt"

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	accountNotAllowed      messageCode = "account-not-allowed"
	accountUnknown         messageCode = "account-unknown"
	bucketContentDeleted   messageCode = "bucket-content-deleted"
	bucketExists           messageCode = "bucket-exists"
	bucketIncomplete       messageCode = "bucket-incomplete"
	bucketNameTaken        messageCode = "bucket-name-taken"
	bucketNotEmpty         messageCode = "bucket-not-empty"
	bucketPartUnsupported  messageCode = "bucket-part-unsupported"
	bucketRenamed          messageCode = "bucket-renamed"
	bucketReplacedByItself messageCode = "bucket-replaced-by-itself"
	bucketTainted          messageCode = "bucket-tainted"
	bucketTwoAddresses     messageCode = "bucket-two-addresses"
	bucketUnfinished       messageCode = "bucket-unfinished"
	bucketUnreadable       messageCode = "bucket-unreadable"
	bucketVersioningEnds   messageCode = "bucket-versioning-ends"
	snapshotFailed         messageCode = "snapshot-failed"
	snapshotMissing        messageCode = "snapshot-missing"
	writesUnconditional    messageCode = "writes-unconditional"
)

// summary words the first line of a message: what it is about, then the code.
func (c messageCode) summary(format string, args ...any) string {
	return fmt.Sprintf(format, args...) + " [" + string(c) + "]"
}

// messageCodes has all codes with their meaning, in the order of the page.
var messageCodes = []struct {
	code    messageCode
	meaning string
}{
	{accountNotAllowed, "The credentials belong to an account that allowed_account_ids or forbidden_account_ids rules out. Use other credentials, or change the list."},
	{accountUnknown, "allowed_account_ids or forbidden_account_ids is set, and STS did not say which account the credentials belong to. Check the endpoint of STS."},
	{bucketContentDeleted, "Warning: the bucket is destroyed and `force_destroy` is true, so everything in it is deleted. To keep it, set `force_destroy` to false and apply that alone first."},
	{bucketExists, "A bucket of this name exists in this account and is not in the state. At plan it is a warning, in a replacement and at apply an error. Import it, or run `terraform untaint` if the address is tainted."},
	{bucketIncomplete, "A bucket was created, but one of its settings could not be written. If the bucket could not be removed again either, it is not in the state: import it with the block in the message."},
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
	{snapshotFailed, "The manifest was published, and its snapshot could not be saved. The next update saves it if it is still missing."},
	{snapshotMissing, "An earlier apply published the manifest and ended before it saved the snapshot. The plan saves it and leaves the manifest as it is."},
	{writesUnconditional, "The server has no conditional writes, or none that work. The manifest was checked right before it was written, " +
		"but an update by something else at the same moment could have been overwritten."},
}
