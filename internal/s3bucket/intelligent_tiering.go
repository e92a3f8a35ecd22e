package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// IntelligentTiering is one of the Intelligent-Tiering configurations of a bucket, by
// its Id.
var IntelligentTiering = &Document[types.IntelligentTieringConfiguration]{
	Kind:    "Intelligent-Tiering configuration",
	Equal:   equalTiering,
	several: true,
	get:     getTiering,
	put:     putTiering,
	remove:  removeTiering,
}

func getTiering(ctx context.Context, client *s3.Client, id ID) (types.IntelligentTieringConfiguration, error) {
	out, err := client.GetBucketIntelligentTieringConfiguration(ctx, &s3.GetBucketIntelligentTieringConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	if err != nil {
		return types.IntelligentTieringConfiguration{}, err
	}
	if c := out.IntelligentTieringConfiguration; c != nil && aws.ToString(c.Id) == id.Name {
		return *c, nil
	}
	return types.IntelligentTieringConfiguration{}, otherDocument(out.ResultMetadata)
}

func putTiering(ctx context.Context, client *s3.Client, id ID, tiering types.IntelligentTieringConfiguration) error {
	_, err := client.PutBucketIntelligentTieringConfiguration(ctx, &s3.PutBucketIntelligentTieringConfigurationInput{
		Bucket: &id.Bucket, Id: &id.Name, IntelligentTieringConfiguration: &tiering,
	})
	return err
}

func removeTiering(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketIntelligentTieringConfiguration(ctx, &s3.DeleteBucketIntelligentTieringConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	return err
}

func equalTiering(a, b types.IntelligentTieringConfiguration) bool {
	return aws.ToString(a.Id) == aws.ToString(b.Id) && a.Status == b.Status &&
		tieringFilter(a.Filter).equal(tieringFilter(b.Filter)) &&
		sameElements(a.Tierings, b.Tierings, func(a, b types.Tiering) bool {
			return a.AccessTier == b.AccessTier && aws.ToInt32(a.Days) == aws.ToInt32(b.Days)
		})
}

func tieringFilter(f *types.IntelligentTieringFilter) filter {
	switch {
	case f == nil:
		return filter{}
	case f.And != nil:
		return filter{prefix: aws.ToString(f.And.Prefix), tags: tagMap(f.And.Tags)}
	}
	return filter{prefix: aws.ToString(f.Prefix), tags: tagMap(oneTag(f.Tag))}
}
