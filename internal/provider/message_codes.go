package provider

import "fmt"

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	bucketNotEmpty messageCode = "bucket-not-empty"

	manifestKept               messageCode = "manifest-kept"
	manifestManagedTwice       messageCode = "manifest-managed-twice"
	manifestVersionsLeft       messageCode = "manifest-versions-left"
	manifestKeyTaken           messageCode = "manifest-key-taken"
	manifestShrinks            messageCode = "manifest-shrinks"
	manifestInventoryUnusable  messageCode = "manifest-inventory-unusable"
	manifestArguments          messageCode = "manifest-arguments"
	manifestChanges            messageCode = "manifest-changes"
	manifestRewritten          messageCode = "manifest-rewritten"
	manifestFromInventory      messageCode = "manifest-from-inventory"
	manifestBucketMissing      messageCode = "manifest-bucket-missing"
	manifestOtherVideos        messageCode = "manifest-other-videos"
	manifestUnconditionalWrite messageCode = "manifest-unconditional-write"
	manifestSnapshotFailed     messageCode = "manifest-snapshot-failed"
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
	{bucketNotEmpty, "The plan destroys or replaces a bucket that holds something other than a manifest of this provider. " +
		"Destroy the objects first, or keep the bucket: see the message."},
	{manifestKept, "A destroyed `fovea_manifest` left its manifest in the bucket, because another resource of the same run has it: its replacement with `create_before_destroy`, or a renamed block. Nothing needs to be done."},
	{manifestManagedTwice, "Two resources, or two objects in the state, have the same manifest. Add a `moved` block if a block was renamed; remove one of two blocks; after an interrupted `create_before_destroy`, run `terraform state rm` and import the manifest again."},
	{manifestVersionsLeft, "The manifest was deleted, but older versions of its key are left, which keep the bucket from being deleted. The message names the permission that is missing, or says what else they are."},
	{manifestKeyTaken, "The key of the manifest holds something else, which the provider does not overwrite or delete. Move it away, or choose another key."},
	{manifestShrinks, "The new list lacks more of the published videos than `max_removed_percent` allows. Restore the videos, correct the arguments, or raise the limit for one apply."},
	{manifestInventoryUnusable, "The inventory that the manifest is made from is missing, damaged or older than `max_inventory_age`. The message says which."},
	{manifestArguments, "Arguments of a `fovea_manifest` contradict each other. The message names them."},
	{manifestChanges, "The apply changes the published list. The counts and the first keys are in the message, because new arguments make `detected_changes` unknown in the plan."},
	{manifestRewritten, "The published manifest lists the right videos in another form, in another order for example, and the apply writes it again."},
	{manifestFromInventory, "A new manifest will be made from an inventory, which does not have the videos that came later."},
	{manifestBucketMissing, "The manifest moves to a bucket that does not exist. Unless the same apply creates the bucket, the old manifest is deleted and no new one published."},
	{manifestOtherVideos, "The bucket has videos of kinds that FOVEA lists, and the manifest leaves them out because `suffixes` is not set. Set `suffixes`, to the default too if that is what you want."},
	{manifestUnconditionalWrite, "The server has no conditional writes, so that the manifest was written without one. Two writers at the same moment may overwrite each other."},
	{manifestSnapshotFailed, "The manifest was published, but the copy that `snapshots` asks for could not be made."},
}
