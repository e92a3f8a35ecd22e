package provider

import "fmt"

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	bucketNotEmpty      messageCode = "bucket-not-empty"
	snapshotFailed      messageCode = "snapshot-failed"
	snapshotMissing     messageCode = "snapshot-missing"
	writesUnconditional messageCode = "writes-unconditional"
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
	{snapshotFailed, "The manifest was published, and its snapshot could not be saved. The next update saves it if it is still missing."},
	{snapshotMissing, "An earlier apply published the manifest and ended before it saved the snapshot. The plan saves it and leaves the manifest as it is."},
	{writesUnconditional, "The server has no conditional writes, or none that work. The manifest was checked right before it was written, " +
		"but an update by something else at the same moment could have been overwritten."},
}
