package provider

import "fmt"

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	bucketNotEmpty        messageCode = "bucket-not-empty"
	importIncomplete      messageCode = "import-incomplete"
	logsToItself          messageCode = "logs-to-itself"
	profileWithoutEC2     messageCode = "profile-without-ec2"
	serverLacksDocument   messageCode = "server-lacks-document"
	versioningNotDisabled messageCode = "versioning-not-disabled"
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
	{importIncomplete, "An import could not read a required argument. Set it in the configuration."},
	{logsToItself, "The plan makes a bucket the target of its own access logs. Set `target_bucket` to another bucket."},
	{profileWithoutEC2, "The plan gives an instance profile to a role that does not trust EC2. Add `ec2.amazonaws.com` to `trusted_services`, or leave `instance_profile_name` out."},
	{serverLacksDocument, "The server is not AWS's and does not implement a setting that the configuration does not ask for. " +
		"The setting is skipped and its attribute is null. To stop the warning on a new bucket, use a server that implements the setting."},
	{versioningNotDisabled, "The plan sets `versioning = \"Disabled\"` for a bucket that has or had versioning. S3 cannot do that: use `Suspended`."},
}
