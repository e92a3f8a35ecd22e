package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const ownershipDocument = "object ownership"

// Ownership says who owns the objects that others put into a bucket.
func (s *Store) Ownership(ctx context.Context, bucket string) (types.ObjectOwnership, error) {
	return read(ctx, s, part{ownershipDocument, bucket}, func(client *s3.Client) (types.ObjectOwnership, error) {
		out, err := client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &bucket})
		if err != nil {
			return "", err
		}
		if out.OwnershipControls == nil || len(out.OwnershipControls.Rules) == 0 {
			return "", ErrAbsent
		}
		return out.OwnershipControls.Rules[0].ObjectOwnership, nil
	})
}

// PutOwnership sets who owns the objects that others put into a bucket.
func (s *Store) PutOwnership(ctx context.Context, bucket string, ownership types.ObjectOwnership) error {
	equal := func(a, b types.ObjectOwnership) bool { return a == b }
	return write(ctx, s, part{ownershipDocument, bucket}, ownership, s.Ownership, equal, func(client *s3.Client) error {
		_, err := client.PutBucketOwnershipControls(ctx, &s3.PutBucketOwnershipControlsInput{
			Bucket: &bucket,
			OwnershipControls: &types.OwnershipControls{
				Rules: []types.OwnershipControlsRule{{ObjectOwnership: ownership}},
			},
		})
		return err
	})
}

// DeleteOwnership goes back to the server's default. It is no error if nothing
// is set.
func (s *Store) DeleteOwnership(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{ownershipDocument, bucket}, s.Ownership, func(client *s3.Client) error {
		_, err := client.DeleteBucketOwnershipControls(ctx, &s3.DeleteBucketOwnershipControlsInput{Bucket: &bucket})
		return err
	})
}
