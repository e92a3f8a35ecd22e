package provider

import "fmt"

// messageCode ends the summary of a refusal or a warning, so that it can be looked up
// and searched for. Terraform folds messages with equal summaries and prints no
// address for a block that is gone, so every summary also names what it is about.
// A code never changes its meaning; docs/guides/messages.md lists all of them.
type messageCode string

const (
	accountNotAllowed messageCode = "account-not-allowed"
	accountUnknown    messageCode = "account-unknown"
	bucketNotEmpty    messageCode = "bucket-not-empty"
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
	{bucketNotEmpty, "The plan destroys or replaces a bucket that holds something other than a manifest of this provider. " +
		"Destroy the objects first, or keep the bucket: see the message."},
}
