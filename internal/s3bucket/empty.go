package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const (
	// sweeps is how often a bucket is gone through before what is left in it
	// counts as something that stays.
	sweeps = 5
	// deleters is how many requests that delete are under way at once.
	deleters = 8
)

// Empty deletes every object of a bucket, with all versions and delete markers,
// and aborts unfinished uploads as far as the caller may see them. What could not
// be deleted is an *EmptyError; everything else has been deleted. When the context
// ends first, the error is an *InterruptedError. Called again, it continues where it
// stopped.
//
// progress, which may be nil, is told from time to time how many versions and
// uploads are gone so far, by one goroutine at a time.
func (s *Store) Empty(ctx context.Context, bucket string, progress func(deleted int64)) error {
	e := &emptier{store: s, bucket: bucket, progress: progress}
	return e.interrupted(e.empty(ctx))
}

// empty sweeps until nothing is left that may yet be deleted.
func (e *emptier) empty(ctx context.Context) error {
	var err error
	if e.client, err = e.store.Client(ctx, e.bucket); err != nil {
		return err
	}
	var outcome error
	done := 0
	err = retries.Until(ctx, e.store.clock, limit(ctx), func(time.Duration) (bool, error) {
		outcome = e.sweep(ctx)
		done++
		var failed *EmptyError
		return done == sweeps || !errors.As(outcome, &failed) || !failed.passing, nil
	})
	if ctx.Err() != nil && err != nil {
		return ctx.Err()
	}
	return outcome
}

// emptier empties one bucket.
type emptier struct {
	store    *Store
	client   *s3.Client
	bucket   string
	progress func(int64)

	mu      sync.Mutex
	deleted int64       // in all sweeps
	failed  *EmptyError // in this sweep; nil for none
}

// sweep goes through the bucket once.
func (e *emptier) sweep(ctx context.Context) error {
	e.failed = nil
	err := e.concurrently(ctx, func(ctx context.Context, group *errgroup.Group) error {
		return e.versions(ctx, func(page []types.ObjectIdentifier) {
			group.Go(func() error { return e.deletePage(ctx, page) })
		})
	})
	if err != nil {
		return err
	}
	err = e.concurrently(ctx, func(ctx context.Context, group *errgroup.Group) error {
		return e.uploads(ctx, func(upload types.MultipartUpload) {
			group.Go(func() error { return e.abort(ctx, upload) })
		})
	})
	if err != nil {
		return err
	}
	if e.failed != nil {
		return e.failed
	}
	return nil
}

// concurrently runs a listing that hands its findings to the group. The group's
// error counts first: it is what ended the listing.
func (e *emptier) concurrently(ctx context.Context, list func(context.Context, *errgroup.Group) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(deleters)
	listErr := list(ctx, group)
	if err := group.Wait(); err != nil {
		return err
	}
	return listErr
}

// deletePage deletes at most 1,000 versions.
func (e *emptier) deletePage(ctx context.Context, page []types.ObjectIdentifier) error {
	batch, alone := split(page)
	if len(batch) > 0 {
		out, err := e.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: &e.bucket,
			Delete: &types.Delete{Objects: batch, Quiet: aws.Bool(true)},
		})
		switch {
		case awserr.Unsupported(err):
			alone = page
		case err != nil:
			return err
		default:
			e.count(int64(len(batch)-len(out.Errors)), out.Errors...)
		}
	}
	for _, object := range alone {
		_, err := e.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &e.bucket, Key: object.Key, VersionId: object.VersionId})
		if err := e.countOne(object.Key, err); err != nil {
			return err
		}
	}
	return nil
}

func (e *emptier) abort(ctx context.Context, upload types.MultipartUpload) error {
	_, err := e.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &e.bucket, Key: upload.Key, UploadId: upload.UploadId})
	if awserr.UploadGone(err) {
		return nil
	}
	return e.countOne(upload.Key, err)
}

// countOne counts one key as deleted or as failed. It returns only errors that
// are not about the key.
func (e *emptier) countOne(key *string, err error) error {
	switch code := awserr.Code(err); {
	case err == nil, awserr.ObjectGone(err):
		e.count(1)
	case code == "":
		return err
	default:
		e.count(0, types.Error{Key: key, Code: &code, Message: aws.String(awserr.Message(err))})
	}
	return nil
}

func (e *emptier) count(deleted int64, failures ...types.Error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, failure := range failures {
		if e.failed == nil {
			e.failed = &EmptyError{Bucket: e.bucket, passing: true}
		}
		e.failed.add(failure)
	}
	e.deleted += deleted
	if e.progress != nil && deleted > 0 {
		e.progress(e.deleted)
	}
}

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
	versions := "versions"
	if e.Failed == 1 {
		versions = "version"
	}
	fmt.Fprintf(&text, "%d %s in the bucket %s could not be deleted (%d denied, %d locked):", e.Failed, versions, e.Bucket, e.Denied, e.Locked)
	for _, failure := range e.First {
		fmt.Fprintf(&text, " %q %s: %s;", aws.ToString(failure.Key), aws.ToString(failure.Code), aws.ToString(failure.Message))
	}
	if more := e.Failed - int64(len(e.First)); more > 0 {
		fmt.Fprintf(&text, " and %d more", more)
	}
	return strings.TrimSuffix(text.String(), ";")
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

// interrupted makes an *InterruptedError of an error by which the context ended.
func (e *emptier) interrupted(err error) error {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return &InterruptedError{Bucket: e.bucket, Deleted: e.deleted, Err: err}
}
