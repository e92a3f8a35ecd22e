package publish

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// WithdrawClient is what Withdraw needs of S3.
type WithdrawClient interface {
	header
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// Withdraw deletes a manifest. One with another ETag is read first: somebody may
// have put something else in its place, which then stays, with an error that is
// manifest.ErrNotManifest. It is no error if there is none.
func Withdraw(ctx context.Context, client WithdrawClient, bucket, key, etag string) error {
	now, err := ETag(ctx, client, bucket, key)
	if err == nil && now != etag {
		_, err = Read(ctx, client, bucket, key)
	}
	if err == nil {
		_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		err = absent(err)
	}
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	return err
}
