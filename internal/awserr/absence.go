package awserr

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithy "github.com/aws/smithy-go"
)

// This file is the one rule for "it does not exist". Resources leave the state, and
// deletions count as done, on its word alone, so it wants proof: a 404 that the
// service itself has sent.
//
//   - At an endpoint of AWS the answer has the header x-amz-request-id. What stands
//     between Terraform and AWS does not send it.
//   - Elsewhere the answer has a body, and the body is an S3 error document. An answer
//     to HEAD has no body and proves nothing: ConfirmBucketGone and ConfirmObjectGone
//     ask again with a request whose answer has one.
//   - The code in the document fits what was asked for. Other servers have codes of
//     their own for a missing document of a bucket, but not for buckets and objects.
//
// Clients of awsclient refuse every other 404, with a *ForeignAnswer, before the SDK
// reads it. Of a client without that middleware the SDK's own parsing is believed: out
// of text, JSON and HTML it makes the code "NotFound", which does not count then, and
// out of truncated or compressed XML none, but it does not look at the root element. An error without any HTTP response, as a test's fake returns, is
// judged by its code alone, and only by the codes of AWS.

// BucketGone reports whether S3 says that the bucket does not exist.
func BucketGone(err error) bool {
	code, ok := absence(err)
	return ok && (code == "NoSuchBucket" || code == byHEAD && Operation(err) == "HeadBucket")
}

// ObjectGone reports whether S3 says that the object, the version of it, or its bucket
// does not exist.
func ObjectGone(err error) bool {
	code, ok := absence(err)
	return ok && (slices.Contains([]string{"NoSuchKey", "NoSuchVersion", "NoSuchBucket"}, code) ||
		code == byHEAD && Operation(err) == "HeadObject")
}

// DocumentGone reports whether S3 says that a bucket, which exists, lacks a document
// such as its CORS configuration.
func DocumentGone(err error) bool {
	code, ok := absence(err)
	return ok && code != "NoSuchBucket" && code != byHEAD
}

// UploadGone reports whether S3 says that a multipart upload does not exist: it was
// completed or aborted.
func UploadGone(err error) bool {
	code, ok := absence(err)
	return ok && code == "NoSuchUpload"
}

// EntityGone reports whether IAM says that a user, role, policy or other entity does
// not exist. The SDK takes that code from an XML document only.
func EntityGone(err error) bool {
	status := Status(err)
	return Is(err, "NoSuchEntity") && !foreign(err) && (status == 0 || status == http.StatusNotFound)
}

// NotFound reports whether err says that the bucket, document, object, upload, user or
// role asked for does not exist. It is for messages: what depends on the answer asks
// for the one thing that it means.
func NotFound(err error) bool {
	_, ok := absence(err)
	return ok || EntityGone(err)
}

// inventedCode is what the SDK makes of a 404 without a code, such as one to HEAD.
const inventedCode = "NotFound"

// byHEAD stands for the code that an answer to HEAD cannot have.
const byHEAD = "HEAD"

// absenceCodes are AWS's codes for what does not exist.
var absenceCodes = []string{
	"NoSuchBucket",
	"NoSuchKey",
	"NoSuchVersion",
	"NoSuchUpload",
	"NoSuchCORSConfiguration",
	"NoSuchLifecycleConfiguration",
	"ReplicationConfigurationNotFoundError",
	"ServerSideEncryptionConfigurationNotFoundError",
	"NoSuchPublicAccessBlockConfiguration",
	"OwnershipControlsNotFoundError",
	"NoSuchBucketPolicy",
	"NoSuchTagSet",
	"NoSuchConfiguration",
}

// absence returns the code with which S3 itself says that something does not exist,
// byHEAD for a HEAD at an endpoint of AWS. A 403 never counts: a denied caller
// cannot tell whether something is there. Nor does a redirect: the bucket is elsewhere.
func absence(err error) (code string, ok bool) {
	code = Code(err)
	if code == "" || code == "UnknownError" || foreign(err) || !fromS3(err) {
		return "", false
	}
	resp := response(err)
	if resp == nil {
		return code, slices.Contains(absenceCodes, code)
	}
	if resp.StatusCode != http.StatusNotFound {
		return "", false
	}
	head := toHEAD(resp.Response, code)
	if AWSHost(originOf(resp.Response).Host) {
		if resp.Header.Get(requestIDHeader) == "" {
			return "", false
		}
		if head {
			return byHEAD, true
		}
	}
	if _, checked := resp.Body.(checkedBody); code == inventedCode && !checked {
		return "", false
	}
	return code, !head
}

const requestIDHeader = "X-Amz-Request-Id"

// toHEAD reports whether an answer is one to a HEAD request.
func toHEAD(resp *http.Response, code string) bool {
	if resp.Request == nil {
		return code == inventedCode
	}
	return isHEAD(resp)
}

func fromS3(err error) bool {
	var operation *smithy.OperationError
	return !errors.As(err, &operation) || operation.Service() == serviceS3
}

// unproven reports whether err is a 404 to HEAD that proves nothing.
func unproven(err error) bool {
	resp := response(err)
	if foreign(err) || resp == nil {
		return resp == nil && Code(err) == inventedCode
	}
	return resp.StatusCode == http.StatusNotFound && toHEAD(resp.Response, Code(err)) && !AWSHost(originOf(resp.Response).Host)
}

type objectLister interface {
	ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
}

// ConfirmBucketGone takes the error of a HeadBucket. If it is a 404 that proves
// nothing, it asks again with a listing and returns what S3 says to that: an error
// that is BucketGone, or one that does not say so. Every other error is returned as it
// is.
func ConfirmBucketGone(ctx context.Context, client objectLister, bucket string, err error) error {
	if !unproven(err) {
		return err
	}
	if _, confirmed := client.ListObjectsV2(ctx, ListOne(bucket)); confirmed != nil {
		return confirmed
	}
	return contradicted(err)
}

// ListOne is the listing that tells whether a bucket exists.
func ListOne(bucket string) *s3.ListObjectsV2Input {
	// The encoding keeps a key that XML cannot carry from spoiling the answer.
	return &s3.ListObjectsV2Input{Bucket: &bucket, MaxKeys: aws.Int32(1), EncodingType: types.EncodingTypeUrl}
}

type objectGetter interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// ConfirmObjectGone is ConfirmBucketGone for the error of a HeadObject. It reads one
// byte. versionID is nil for the newest version.
func ConfirmObjectGone(ctx context.Context, client objectGetter, bucket, key string, versionID *string, err error) error {
	if !unproven(err) {
		return err
	}
	out, confirmed := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key, VersionId: versionID, Range: aws.String("bytes=0-0")})
	if confirmed == nil {
		_ = out.Body.Close() // nothing of it is needed
		return contradicted(err)
	}
	if Status(confirmed) == http.StatusRequestedRangeNotSatisfiable { // an empty object
		return contradicted(err)
	}
	return confirmed
}

// contradicted is the error for a 404 to HEAD when the next request found the thing.
func contradicted(err error) error {
	return &ForeignAnswer{Host: OriginOf(err).Host, Status: http.StatusNotFound, What: "a 404 that the next request contradicts", Err: err}
}
