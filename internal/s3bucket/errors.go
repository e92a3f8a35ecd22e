package s3bucket

import (
	"errors"
	"fmt"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

var (
	// ErrAbsent says that the document asked for, or its bucket, does not exist.
	// A denied caller never gets it. The server's error, if it sent one, is
	// wrapped beside it.
	ErrAbsent = errors.New("it does not exist")

	// ErrNoBucket is the ErrAbsent of the bucket itself: errors.Is finds both.
	ErrNoBucket = fmt.Errorf("there is no such bucket: %w", ErrAbsent)
)

// absent marks a server's error that says that something is not there. It
// returns every other error as it is.
func absent(err error) error {
	switch {
	case awserr.BucketGone(err):
		return fmt.Errorf("%w: %w", ErrNoBucket, err)
	case awserr.DocumentGone(err):
		return fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	return err
}

// UnsupportedError says that a server lacks a document of S3.
type UnsupportedError struct {
	Document string // such as "CORS configuration"
	Bucket   string
	Server   string // such as "MinIO at localhost:9000"; "" when not known
	Err      error  // what the server answered
}

// Error implements error.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s does not implement the %s of a bucket (%s): %v", e.ServerName(), e.Document, e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *UnsupportedError) Unwrap() error { return e.Err }

// ServerName names the server in the middle of a sentence.
func (e *UnsupportedError) ServerName() string {
	if e.Server == "" {
		return "a server"
	}
	return "the server " + e.Server
}

// BucketAtRiskError says that a document was not removed, because the server might
// have deleted the bucket in its place.
type BucketAtRiskError struct {
	Document string // such as "metrics configuration"
	Bucket   string
	Server   string // such as "MinIO at localhost:9000"
}

// Error implements error.
func (e *BucketAtRiskError) Error() string {
	return fmt.Sprintf("the %s of the bucket %s was not removed: the server %s is not AWS's, and the bucket is empty", e.Document, e.Bucket, e.Server)
}

// UnconfirmedError says that the server has accepted a change and did not show it in
// time.
type UnconfirmedError struct {
	Document string // such as "CORS configuration"; "" for the bucket itself
	Bucket   string
	Trouble  string // what was the case to the end: "does not read back yet"
	Waited   time.Duration
	Err      error // that ended the wait, if it was not the timeout
}

// Error implements error.
func (e *UnconfirmedError) Error() string {
	what := "the bucket " + e.Bucket
	if e.Document != "" {
		what = "the " + e.Document + " of " + what
	}
	text := fmt.Sprintf("the server accepted the change, but %s %s after %s", what, e.Trouble, e.Waited.Round(time.Second))
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives what ended the wait.
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// RewrittenError says that the server has accepted a document, and that it shows
// another one that stays the same.
type RewrittenError struct {
	Document string // such as "CORS configuration"
	Bucket   string
}

// Error implements error.
func (e *RewrittenError) Error() string {
	return fmt.Sprintf("the server accepted the %s of the bucket %s and shows another one", e.Document, e.Bucket)
}

// ExistsError says that a bucket cannot be made because the caller has it
// already.
type ExistsError struct {
	Bucket string
	Region string
	Err    error // the server's answer; nil when it only showed the bucket
}

// Error implements error.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("the bucket %s exists already, in %s, and belongs to this account", e.Bucket, e.Region)
}

// Unwrap gives the server's answer.
func (e *ExistsError) Unwrap() error { return e.Err }

// TakenError says that a bucket cannot be made because another account has it, or
// because the caller may not see it.
type TakenError struct {
	Bucket string
	Err    error
}

// Error implements error.
func (e *TakenError) Error() string {
	return fmt.Sprintf("the name %s is taken: %v", e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *TakenError) Unwrap() error { return e.Err }

// LocationError says that a server refuses the location of a new bucket, and a bucket
// without a location too, unless the location was chosen.
type LocationError struct {
	Region string // that was sent as the location
	Chosen bool   // it is not the region of the provider
	Err    error
}

// Error implements error.
func (e *LocationError) Error() string {
	return fmt.Sprintf("the server refuses the location %s: %v", e.Region, e.Err)
}

// Unwrap gives the server's answers.
func (e *LocationError) Unwrap() error { return e.Err }

// NotEmptyError says that a bucket was not deleted because it holds something.
type NotEmptyError struct {
	Bucket  string
	Emptied bool // it was emptied, and then filled again
	Err     error
}

// Error implements error.
func (e *NotEmptyError) Error() string {
	return fmt.Sprintf("the bucket %s is not empty: %v", e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *NotEmptyError) Unwrap() error { return e.Err }

// UnversionedError says that replication was refused because a bucket has no
// versioning.
type UnversionedError struct {
	Source  string
	Buckets []string // the one, or those of which S3 does not say which one
	Err     error
}

// Error implements error.
func (e *UnversionedError) Error() string {
	return fmt.Sprintf("versioning is not enabled on %s: %v", oneOf(e.Buckets), e.Err)
}

// Unwrap gives the server's answer.
func (e *UnversionedError) Unwrap() error { return e.Err }

// NoDestinationError says that replication was refused because a bucket that is to
// take the copies does not exist.
type NoDestinationError struct {
	Source  string
	Buckets []string // the one, or those of which S3 does not say which one
	Err     error
}

// Error implements error.
func (e *NoDestinationError) Error() string {
	return fmt.Sprintf("%s does not exist: %v", oneOf(e.Buckets), e.Err)
}

// Unwrap gives the server's answer.
func (e *NoDestinationError) Unwrap() error { return e.Err }

// ReplicationRoleError says that replication was refused because of its role: S3
// cannot assume it, or the caller may not hand it to S3.
type ReplicationRoleError struct {
	Source string
	Role   string // ARN
	Denied bool   // the caller lacks a permission
	Err    error
}

// Error implements error.
func (e *ReplicationRoleError) Error() string {
	return fmt.Sprintf("replication as the role %s: %v", e.Role, e.Err)
}

// Unwrap gives the server's answer.
func (e *ReplicationRoleError) Unwrap() error { return e.Err }
