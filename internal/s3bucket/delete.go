package s3bucket

import (
	"context"
	"errors"

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
	client, err := s.Client(ctx, bucket)
	if err == nil {
		err = s.change(ctx, part{document: "deletion", bucket: bucket}, func(client *s3.Client) error {
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
	return s.look(ctx, part{bucket: bucket}, "is still there", func() (bool, error) {
		_, err := s.find(ctx, client, bucket)
		// A server that will not tell, or has another bucket of that name elsewhere,
		// ends the wait as well.
		if awserr.BucketGone(err) || awserr.Denied(err) || awserr.WrongRegion(err) {
			return true, nil
		}
		return false, err
	})
}
