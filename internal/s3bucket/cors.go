package s3bucket

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// CORS is the CORS configuration: its rules, in the order in which S3 tries them.
var CORS = &Document[[]types.CORSRule]{
	Kind:   "CORS configuration",
	Equal:  equalCORS,
	get:    getCORS,
	put:    putCORS,
	remove: removeCORS,
}

func getCORS(ctx context.Context, client *s3.Client, id ID) ([]types.CORSRule, error) {
	out, err := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &id.Bucket})
	if err != nil {
		return nil, err
	}
	if len(out.CORSRules) == 0 {
		return nil, ErrAbsent
	}
	return out.CORSRules, nil
}

func putCORS(ctx context.Context, client *s3.Client, id ID, rules []types.CORSRule) error {
	_, err := client.PutBucketCors(ctx, &s3.PutBucketCorsInput{
		Bucket:            &id.Bucket,
		CORSConfiguration: &types.CORSConfiguration{CORSRules: rules},
	})
	return err
}

func removeCORS(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: &id.Bucket})
	return err
}

// equalCORS reports whether two lists of rules allow the same. The order of the
// rules matters, since the first one that fits is used; the order within a rule
// does not. A rule without an id equals one with any id.
func equalCORS(a, b []types.CORSRule) bool {
	return slices.EqualFunc(a, b, func(a, b types.CORSRule) bool {
		return same(aws.ToString(a.ID), aws.ToString(b.ID)) &&
			aws.ToInt32(a.MaxAgeSeconds) == aws.ToInt32(b.MaxAgeSeconds) &&
			sameStrings(a.AllowedMethods, b.AllowedMethods) &&
			sameStrings(a.AllowedOrigins, b.AllowedOrigins) &&
			sameStrings(a.AllowedHeaders, b.AllowedHeaders) &&
			sameStrings(a.ExposeHeaders, b.ExposeHeaders)
	})
}
