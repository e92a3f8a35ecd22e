package s3bucket

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go/middleware"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// UnsupportedError says that a server lacks a document of S3.
type UnsupportedError struct {
	Document string // such as "CORS configuration"
	Bucket   string
	Server   string // such as "MinIO at localhost:9000"; "" when not known
	Err      error  // what the server answered
}

// Error implements error.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s does not implement the %s of a bucket (%s): %v", e.server(), e.Document, e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *UnsupportedError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *UnsupportedError) Remedy() string {
	return fmt.Sprintf("The bucket %s is on %s, which does not implement the %s of S3, or not all of it. "+
		"Leave that part out of the configuration, or use a server that has it.", e.Bucket, e.server(), e.Document)
}

func (e *UnsupportedError) server() string {
	if e.Server == "" {
		return "a server"
	}
	return "the server " + e.Server
}

// errOtherDocument says that a server took a request for a document to be a
// request for something else.
var errOtherDocument = errors.New("the answer is not the document that was asked for")

func (p part) unsupported(err error) error {
	return &UnsupportedError{Document: p.document, Bucket: p.bucket, Server: awserr.Server(err), Err: err}
}

// otherDocument is the error for an answer that is a success, yet not the
// document.
func (p part) otherDocument(metadata middleware.Metadata) error {
	return &UnsupportedError{Document: p.document, Bucket: p.bucket, Server: awserr.OriginOfSuccess(metadata).String(), Err: errOtherDocument}
}

// mistaken reports whether a put may have been refused because the server took
// it for a request to make a bucket.
func mistaken(err error) bool {
	return awserr.Is(err, "MalformedXML", "BucketAlreadyOwnedByYou", "BucketAlreadyExists")
}

// suspect judges such a put by what a read of the same document answered. The
// server lacks the document if it cannot read it either; a server other than
// AWS's probably does if it only says that there is none.
func (p part) suspect(putErr, readErr error) error {
	var unsupported *UnsupportedError
	if errors.As(readErr, &unsupported) || errors.Is(readErr, ErrAbsent) && !awserr.OriginOf(putErr).IsAWS() {
		return p.unsupported(putErr)
	}
	return putErr
}
