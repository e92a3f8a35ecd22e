package s3bucket

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const corsDocument = "CORS configuration"

// CORS returns a bucket's CORS rules in the order in which S3 tries them.
func (s *Store) CORS(ctx context.Context, bucket string) ([]types.CORSRule, error) {
	return read(ctx, s, part{corsDocument, bucket}, func(client *s3.Client) ([]types.CORSRule, error) {
		out, err := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &bucket})
		if err != nil {
			return nil, err
		}
		if len(out.CORSRules) == 0 {
			return nil, ErrAbsent
		}
		return out.CORSRules, nil
	})
}

// PutCORS replaces all of a bucket's CORS rules.
func (s *Store) PutCORS(ctx context.Context, bucket string, rules []types.CORSRule) error {
	return write(ctx, s, part{corsDocument, bucket}, rules, s.CORS, EqualCORS, func(client *s3.Client) error {
		_, err := client.PutBucketCors(ctx, &s3.PutBucketCorsInput{
			Bucket:            &bucket,
			CORSConfiguration: &types.CORSConfiguration{CORSRules: rules},
		})
		return err
	})
}

// DeleteCORS removes a bucket's CORS rules. It is no error if there are none.
func (s *Store) DeleteCORS(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{corsDocument, bucket}, s.CORS, func(client *s3.Client) error {
		_, err := client.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: &bucket})
		return err
	})
}

// EqualCORS reports whether two lists of rules allow the same. The order of the
// rules matters, since the first one that fits is used; the order within a rule
// does not. A rule without an id equals one with any id.
func EqualCORS(a, b []types.CORSRule) bool {
	return slices.EqualFunc(a, b, func(a, b types.CORSRule) bool {
		return same(aws.ToString(a.ID), aws.ToString(b.ID)) &&
			aws.ToInt32(a.MaxAgeSeconds) == aws.ToInt32(b.MaxAgeSeconds) &&
			sameStrings(a.AllowedMethods, b.AllowedMethods) &&
			sameStrings(a.AllowedOrigins, b.AllowedOrigins) &&
			sameStrings(a.AllowedHeaders, b.AllowedHeaders) &&
			sameStrings(a.ExposeHeaders, b.ExposeHeaders)
	})
}
