package s3bucket

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// named makes a reader of one document out of a reader of any of its kind.
func named[T any](read func(ctx context.Context, bucket, name string) (T, error), name string) reader[T] {
	return func(ctx context.Context, bucket string) (T, error) { return read(ctx, bucket, name) }
}

// removeNamed is remove for documents of which a bucket can have several. Of
// these, some servers can store and read one, yet take its DELETE for that of the
// bucket, which works if the bucket is empty. So on a server that is not AWS's
// nothing is sent until there is an object in the bucket.
func removeNamed[T any](ctx context.Context, s *Store, p part, reread reader[T], clearIt func(*s3.Client) error) error {
	return remove(ctx, s, p, reread, func(client *s3.Client) error {
		if err := s.checkBucketIsSafe(ctx, client, p); err != nil {
			return err
		}
		err := clearIt(client)
		if awserr.Is(err, "BucketNotEmpty") {
			return p.unsupported(err)
		}
		return err
	})
}

// checkBucketIsSafe returns nil if no misunderstanding can delete the bucket.
func (s *Store) checkBucketIsSafe(ctx context.Context, client *s3.Client, p part) error {
	if s.clients.AtAWS() {
		return nil
	}
	out, err := client.ListObjectsV2(ctx, awserr.ListOne(p.bucket))
	server := awserr.OriginOf(err)
	if err == nil {
		server = awserr.OriginOfSuccess(out.ResultMetadata)
	}
	switch {
	case server.IsAWS():
		return nil // AWS by another name
	case err != nil:
		return err
	case len(out.Contents) == 0:
		return &BucketAtRiskError{Document: p.document, Bucket: p.bucket, Server: server.String()}
	}
	return nil
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

// Remedy implements awsdiag.Remedied.
func (e *BucketAtRiskError) Remedy() string {
	return fmt.Sprintf("Some servers that speak S3's protocol delete an empty bucket when they are asked to remove its %[1]s, so that was not asked. "+
		"Take the %[1]s out of the state with a removed block or \"terraform state rm\"; it goes with the bucket %[2]s when that is deleted.", e.Document, e.Bucket)
}
