package s3bucket

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// mostUnfinished bounds how many buckets Unfinished looks into.
const mostUnfinished = 10

// Unfinished returns the caller's buckets with the prefix that match, hold nothing, and
// lack their public access block or have never had versioning: what an interrupted
// apply leaves. It looks into the first 10 that match. A bucket that the caller may
// not look into is left out.
func (s *Store) Unfinished(ctx context.Context, prefix string, match func(bucket string) bool) ([]string, error) {
	out, err := s.clients.S3("").ListBuckets(ctx, &s3.ListBucketsInput{Prefix: &prefix})
	if err != nil {
		return nil, err
	}
	var found []string
	looked := 0
	for _, b := range out.Buckets {
		bucket := aws.ToString(b.Name)
		if !match(bucket) { // some servers ignore the prefix
			continue
		}
		if looked++; looked > mostUnfinished {
			break
		}
		if s.unfinished(ctx, bucket) {
			found = append(found, bucket)
		}
	}
	return found, nil
}

func (s *Store) unfinished(ctx context.Context, bucket string) bool {
	status, err := Versioning.Read(ctx, s, Of(bucket))
	if err != nil {
		return false
	}
	if status != "" {
		if _, err := PublicAccessBlock.Read(ctx, s, Of(bucket)); !errors.Is(err, ErrAbsent) {
			return false
		}
	}
	out, err := attempt(ctx, s, part{document: "list of versions", bucket: bucket}, func(client *s3.Client) (*s3.ListObjectVersionsOutput, error) {
		return client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &bucket, MaxKeys: aws.Int32(1), EncodingType: types.EncodingTypeUrl})
	})
	return err == nil && len(out.Versions)+len(out.DeleteMarkers) == 0
}
