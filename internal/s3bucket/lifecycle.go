package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const lifecycleDocument = "lifecycle configuration"

// Lifecycle is a bucket's lifecycle configuration.
type Lifecycle struct {
	Rules []types.LifecycleRule
	// MinimumObjectSize says which objects are too small to change their storage
	// class. "" leaves it to the server, or means that the server does not say:
	// only AWS does.
	MinimumObjectSize types.TransitionDefaultMinimumObjectSize
}

// Lifecycle returns a bucket's lifecycle configuration.
func (s *Store) Lifecycle(ctx context.Context, bucket string) (Lifecycle, error) {
	return read(ctx, s, part{lifecycleDocument, bucket}, func(client *s3.Client) (Lifecycle, error) {
		out, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &bucket})
		if err != nil {
			return Lifecycle{}, err
		}
		if len(out.Rules) == 0 {
			return Lifecycle{}, ErrAbsent
		}
		return Lifecycle{Rules: out.Rules, MinimumObjectSize: out.TransitionDefaultMinimumObjectSize}, nil
	})
}

// PutLifecycle replaces a bucket's lifecycle configuration, every rule of it.
func (s *Store) PutLifecycle(ctx context.Context, bucket string, lifecycle Lifecycle) error {
	return write(ctx, s, part{lifecycleDocument, bucket}, lifecycle, s.Lifecycle, EqualLifecycle, func(client *s3.Client) error {
		_, err := client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
			Bucket:                             &bucket,
			LifecycleConfiguration:             &types.BucketLifecycleConfiguration{Rules: lifecycle.Rules},
			TransitionDefaultMinimumObjectSize: lifecycle.MinimumObjectSize,
		})
		return err
	})
}

// DeleteLifecycle removes a bucket's lifecycle configuration. It is no error if
// there is none.
func (s *Store) DeleteLifecycle(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{lifecycleDocument, bucket}, s.Lifecycle, func(client *s3.Client) error {
		_, err := client.DeleteBucketLifecycle(ctx, &s3.DeleteBucketLifecycleInput{Bucket: &bucket})
		return err
	})
}
