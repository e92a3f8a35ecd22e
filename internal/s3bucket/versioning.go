package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const versioningDocument = "versioning configuration"

// Versioning returns a bucket's versioning status, "" when it was never set. Its
// only ErrAbsent is ErrNoBucket.
func (s *Store) Versioning(ctx context.Context, bucket string) (types.BucketVersioningStatus, error) {
	return read(ctx, s, part{versioningDocument, bucket}, func(client *s3.Client) (types.BucketVersioningStatus, error) {
		out, err := client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &bucket})
		if err != nil {
			return "", err
		}
		return out.Status, nil
	})
}

// PutVersioning enables or suspends versioning. A bucket never goes back to "".
func (s *Store) PutVersioning(ctx context.Context, bucket string, status types.BucketVersioningStatus) error {
	equal := func(a, b types.BucketVersioningStatus) bool { return a == b }
	return write(ctx, s, part{versioningDocument, bucket}, status, s.Versioning, equal, func(client *s3.Client) error {
		_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
			Bucket:                  &bucket,
			VersioningConfiguration: &types.VersioningConfiguration{Status: status},
		})
		if err == nil && status == types.BucketVersioningStatusEnabled {
			s.note(s.versioned, bucket)
		}
		return err
	})
}
