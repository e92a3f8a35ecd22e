// Package awsdiag is the one bridge from errors of AWS to Terraform's
// diagnostics, so that every failure is worded alike: what was done to what, why
// it probably failed, what to do, and then the error itself.
package awsdiag

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Add reports that doing something to an object failed. The two read as a
// sentence after "Could not": Add(diags, "read the CORS rules of", "videos", err).
func Add(diags *diag.Diagnostics, operation, object string, err error) {
	diags.AddError(summary(operation, object), Detail(err))
}

// AddAttribute is Add for a failure that one attribute causes.
func AddAttribute(diags *diag.Diagnostics, at path.Path, operation, object string, err error) {
	diags.AddAttributeError(at, summary(operation, object), Detail(err))
}

func summary(operation, object string) string {
	return fmt.Sprintf("Could not %s %s", operation, object)
}

// Detail is what Add says below its first line, for a diagnostic that has more to
// say than that something failed.
func Detail(err error) string {
	if remedy := Remedy(err); remedy != "" {
		return remedy + "\n\n" + describe(err)
	}
	return describe(err)
}

// ImportBlock is the block that imports what exists, for a remedy that ends with it. A
// provider does not know the address of a resource: Terraform prints it with the message.
func ImportBlock(resource, id string) string {
	return fmt.Sprintf("  import {\n    to = %[1]s.NAME\n    id = %[2]q\n  }\n\n"+
		"In place of %[1]s.NAME, write the whole address of this resource, such as module.storage.%[1]s.videos[0]. The plan then shows what changes.", resource, id)
}

// WithRemedy gives an error the remedy that Detail says for it. It is for callers who
// know more about it than its kind says.
func WithRemedy(err error, remedy string) error { return &withRemedy{err, remedy} }

type withRemedy struct {
	error
	remedy string
}

// Unwrap returns the error itself.
func (e *withRemedy) Unwrap() error { return e.error }

// Remedy says what the error probably means and what to do, "" when nothing is known
// about it.
func Remedy(err error) string {
	var (
		given   *withRemedy
		network net.Error
	)
	if errors.As(err, &given) {
		return given.remedy
	}
	// IAM's kinds know more than the answer that they wrap, those of buckets only when a
	// server ignores the subresource of a request.
	for _, remedy := range []func(error) string{iamRemedy, answerRemedy, bucketRemedy} {
		if text := remedy(err); text != "" {
			return text
		}
	}
	switch {
	case errors.Is(err, s3wire.ErrNoToken), errors.Is(err, s3wire.ErrNoProgress), errors.Is(err, s3wire.ErrIncomplete):
		return "The server does not list as S3 does. Update it, or report the fault to its maintainers."
	case errors.Is(err, s3wire.ErrNotListing):
		return "Check that the endpoint is the address of an S3 API, and not of a proxy or a web page."
	case errors.Is(err, s3wire.ErrOtherBucket):
		return "Check the endpoint and s3_use_path_style: a proxy or a cache in between may have answered for another bucket."
	case awserr.MissingService(err) != "":
		return missingService(err)
	case errors.Is(err, context.Canceled):
		return "It was cancelled."
	case errors.Is(err, context.DeadlineExceeded):
		return "It took longer than the timeouts block allows. If the server is only slow, raise the timeout and apply again."
	case awserr.Is(err, "RequestTimeTooSkewed"):
		return "This machine's clock is more than 15 minutes off. Set it, for example with NTP, and try again."
	case awserr.Is(err, "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"):
		return "The session's credentials have expired. Get new ones and try again."
	case awserr.Is(err, "InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch", "InvalidToken"):
		return "The server does not accept the credentials. Check that the access key exists there, is active, and belongs to the secret key."
	case awserr.Denied(err) && awserr.ExpectedOwner(err) != "":
		return "The credentials belong to account " + awserr.ExpectedOwner(err) + ". If the bucket belongs to another account, use credentials of that account: " +
			"fovea_video_bucket manages only buckets of the caller's own account. " +
			"Otherwise the credentials lack a permission for this, or a policy denies it. The bucket may still exist, so it stays in the state."
	case awserr.Denied(err):
		return "The credentials in use lack a permission for this, or a bucket policy or a service control policy denies it." + mayStillExist(err)
	case awserr.WrongRegion(err):
		return "The bucket is in another region than the request was sent to. Check the provider's region and endpoints."
	case awserr.Unsupported(err):
		return "The server at this endpoint does not implement this part of S3. Leave the part out of the configuration, or use a server that has it."
	case awserr.NotFound(err):
		return missing(err) + " does not exist (it may have been deleted)."
	case awserr.Throttled(err):
		return "The server asked for fewer requests, until the attempts that max_retries allows were used up. Try again later."
	case awserr.Conflict(err):
		return "Another operation on the same bucket was running all the while. Try again when it has ended."
	case notXML(err):
		return "The answer was not one of S3, IAM or STS. Check the endpoint: a web page, a proxy or a console may answer there."
	case errors.As(err, &network):
		return "The server could not be reached. Check the endpoint, the proxy settings and the network."
	}
	return ""
}

// missing names, in front of "does not exist", what a service did not find. That is
// not always what the summary names last: a bucket without a policy is there.
func missing(err error) string {
	operation := awserr.Operation(err)
	switch {
	case awserr.Is(err, "NoSuchBucket"), operation == "HeadBucket":
		return "The bucket"
	case awserr.Is(err, "NoSuchVersion"):
		return "The version of the object"
	case awserr.Is(err, "NoSuchKey"), operation == "HeadObject":
		return "The object"
	case awserr.Is(err, "NoSuchUpload"):
		return "The multipart upload"
	case awserr.Is(err, "NoSuchEntity"):
		return "The user, role, policy or key that the error below names"
	}
	return "This part of the bucket's configuration"
}

// missingService is the hint for a server without IAM or STS.
func missingService(err error) string {
	service, server := awserr.MissingService(err), awserr.Server(err)
	if server != "" {
		server = " " + server
	}
	return fmt.Sprintf("The request went to the server%s, which does not implement %s. "+
		"Leave out of the configuration what needs %s, or name a server that has it in the endpoints block of the provider.", server, service, service)
}

// mayStillExist explains why a resource whose read or deletion is denied stays in the
// state. A write that is denied leaves no doubt.
func mayStillExist(err error) string {
	operation := awserr.Operation(err)
	for _, verb := range []string{"Create", "Put", "Upload", "Complete", "Copy", "Add", "Update", "Tag", "Untag", "Attach", "Abort"} {
		if strings.HasPrefix(operation, verb) {
			return ""
		}
	}
	return " The resource may still exist, so it stays in the state."
}

// notXML reports whether an answer could not be understood at all.
func notXML(err error) bool {
	var decoding interface{ error }
	for decoding = err; decoding != nil; decoding = errors.Unwrap(decoding) {
		if strings.HasPrefix(decoding.Error(), "deserialization failed") {
			return true
		}
	}
	return false
}

// describe gives the original error, or its parts when a service sent it.
func describe(err error) string {
	code := awserr.Code(err)
	if code == "" {
		return "Error: " + err.Error()
	}
	text := "Error: " + code
	if message := awserr.Message(err); message != "" {
		text += ": " + message
	}
	if status := awserr.Status(err); status != 0 {
		text += fmt.Sprintf(" (HTTP status %d)", status)
	}
	if id := awserr.RequestID(err); id != "" {
		text += ", request id " + id
	}
	return text
}
