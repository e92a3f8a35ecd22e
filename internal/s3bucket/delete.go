package s3bucket

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Delete deletes an empty bucket, and returns a *NotEmptyError, with the bucket
// untouched, for any other. It is no error if there is no such bucket.
func (s *Store) Delete(ctx context.Context, bucket string) error {
	err := s.delete(ctx, bucket)
	if awserr.Is(err, "BucketNotEmpty") {
		return &NotEmptyError{Bucket: bucket, Err: err}
	}
	return err
}

// DeleteWithContents empties a bucket, as Empty does, and deletes it. What others
// put there in the meantime is deleted too, unless they never stop.
func (s *Store) DeleteWithContents(ctx context.Context, bucket string, progress func(deleted int64)) error {
	e := &emptier{store: s, bucket: bucket, progress: progress}
	var err error
	for range sweeps {
		err = e.empty(ctx)
		if errors.Is(err, ErrNoBucket) {
			return nil
		}
		if err != nil {
			return e.interrupted(err)
		}
		if err = s.delete(ctx, bucket); !awserr.Is(err, "BucketNotEmpty") {
			return err
		}
	}
	return &NotEmptyError{Bucket: bucket, Emptied: true, Err: err}
}

// delete deletes a bucket and waits until its name is free.
func (s *Store) delete(ctx context.Context, bucket string) error {
	client, err := s.client(ctx, bucket)
	if err == nil {
		err = s.change(ctx, part{"deletion", bucket}, func(client *s3.Client) error {
			_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
			return err
		})
	}
	if err != nil && !errors.Is(err, ErrNoBucket) {
		return err
	}
	s.clients.ForgetRegion(bucket)
	s.forget(bucket)
	if err != nil {
		return nil //nolint:nilerr // it was gone already
	}
	return s.look(ctx, "the bucket "+bucket+" is still there", func() (bool, error) {
		_, err := s.find(ctx, client, bucket)
		// A server that will not tell, or has another bucket of that name elsewhere,
		// ends the wait as well.
		if awserr.BucketGone(err) || awserr.Denied(err) || awserr.WrongRegion(err) {
			return true, nil
		}
		return false, err
	})
}

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

// Remedy implements awsdiag.Remedied.
func (e *NotEmptyError) Remedy() string {
	if e.Emptied {
		return fmt.Sprintf("The bucket %s was emptied, but each time something was in it again. Stop what writes to it, such as access logging, replication or an upload, and try again.", e.Bucket)
	}
	return fmt.Sprintf("The bucket %s holds objects, old versions or delete markers, and nothing was deleted. "+
		"To keep them, take the bucket out of the state with a removed block. To delete them for good, set force_destroy to true, apply, and destroy again. "+
		"A bucket that create_before_destroy has replaced is deposed and keeps the force_destroy that it had: empty it by other means, and apply again.", e.Bucket)
}
