package s3bucket

import (
	"context"
	"errors"
	"fmt"
)

// InterruptedError says that emptying a bucket was cancelled, or took too long,
// when a part of it was deleted.
type InterruptedError struct {
	Bucket  string
	Deleted int64 // versions, delete markers and unfinished uploads that surely are gone
	Err     error
}

// Error implements error.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("emptying the bucket %s ended after %d deletions: %v", e.Bucket, e.Deleted, e.Err)
}

// Unwrap gives what ended it.
func (e *InterruptedError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *InterruptedError) Remedy() string {
	text, next := "It was cancelled.", "the next destroy goes on from there."
	if errors.Is(e.Err, context.DeadlineExceeded) {
		text, next = "It took longer than delete in the timeouts block allows.", "the next destroy goes on from there. Raise the timeout to let it end."
	}
	return fmt.Sprintf("%s By then %d versions of objects, delete markers and unfinished uploads were deleted from the bucket %s, perhaps a few more, and %s "+
		"To keep the rest, set force_destroy to false, and apply that before anything else.", text, e.Deleted, e.Bucket, next)
}

// interrupted makes an *InterruptedError of an error by which the context ended.
func (e *emptier) interrupted(err error) error {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return &InterruptedError{Bucket: e.bucket, Deleted: e.deleted, Err: err}
}
