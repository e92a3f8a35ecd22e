package s3bucket

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// namedKeys is how many of the keys that could not be deleted an EmptyError tells.
const namedKeys = 5

// EmptyError says what Empty could not delete.
type EmptyError struct {
	Bucket string
	Failed int64 // versions and unfinished uploads in all
	Denied int64 // of these, those that the caller lacks a permission for
	Locked int64 // of these, those under S3 Object Lock
	First  []types.Error

	passing bool // all of them may work if tried again
}

// Error implements error.
func (e *EmptyError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d versions in the bucket %s could not be deleted (%d denied, %d locked):", e.Failed, e.Bucket, e.Denied, e.Locked)
	for _, failure := range e.First {
		fmt.Fprintf(&text, " %q %s: %s;", aws.ToString(failure.Key), aws.ToString(failure.Code), aws.ToString(failure.Message))
	}
	if more := e.Failed - int64(len(e.First)); more > 0 {
		fmt.Fprintf(&text, " and %d more", more)
	}
	return strings.TrimSuffix(text.String(), ";")
}

// Remedy implements awsdiag.Remedied.
func (e *EmptyError) Remedy() string {
	rest := "Everything else in the bucket was deleted; the next attempt goes on from there."
	switch {
	case e.Locked > 0:
		return "Some objects are under S3 Object Lock until their retention ends or their legal hold is lifted. " + rest
	case e.Denied > 0:
		return "The credentials need s3:DeleteObject and s3:DeleteObjectVersion on the bucket's objects, and no policy may deny them. " + rest
	}
	return "The server could not delete some objects, however often it was asked. " + rest
}

func (e *EmptyError) add(failure types.Error) {
	e.Failed++
	code := aws.ToString(failure.Code)
	switch {
	case code == "ObjectLocked", strings.Contains(strings.ToLower(aws.ToString(failure.Message)), "object lock"):
		e.Locked++
	case code == "AccessDenied":
		e.Denied++
	}
	e.passing = e.passing && slices.Contains([]string{"InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted"}, code)
	if len(e.First) < namedKeys {
		e.First = append(e.First, failure)
	}
}
