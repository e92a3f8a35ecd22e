package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const tieringDocument = "Intelligent-Tiering configuration"

// IntelligentTiering returns one of a bucket's Intelligent-Tiering configurations
// by name, which is its Id.
func (s *Store) IntelligentTiering(ctx context.Context, bucket, name string) (types.IntelligentTieringConfiguration, error) {
	p := part{tieringDocument, bucket}
	return read(ctx, s, p, func(client *s3.Client) (types.IntelligentTieringConfiguration, error) {
		out, err := client.GetBucketIntelligentTieringConfiguration(ctx, &s3.GetBucketIntelligentTieringConfigurationInput{Bucket: &bucket, Id: &name})
		if err != nil {
			return types.IntelligentTieringConfiguration{}, err
		}
		if c := out.IntelligentTieringConfiguration; c != nil && aws.ToString(c.Id) == name {
			return *c, nil
		}
		return types.IntelligentTieringConfiguration{}, p.otherDocument(out.ResultMetadata)
	})
}

// PutIntelligentTiering makes or replaces the configuration of that Id.
func (s *Store) PutIntelligentTiering(ctx context.Context, bucket string, tiering types.IntelligentTieringConfiguration) error {
	reread := named(s.IntelligentTiering, aws.ToString(tiering.Id))
	return write(ctx, s, part{tieringDocument, bucket}, tiering, reread, equalTiering, func(client *s3.Client) error {
		_, err := client.PutBucketIntelligentTieringConfiguration(ctx, &s3.PutBucketIntelligentTieringConfigurationInput{
			Bucket: &bucket, Id: tiering.Id, IntelligentTieringConfiguration: &tiering,
		})
		return err
	})
}

// DeleteIntelligentTiering removes a configuration by name. It is no error if
// there is none.
func (s *Store) DeleteIntelligentTiering(ctx context.Context, bucket, name string) error {
	return removeNamed(ctx, s, part{tieringDocument, bucket}, named(s.IntelligentTiering, name), func(client *s3.Client) error {
		_, err := client.DeleteBucketIntelligentTieringConfiguration(ctx, &s3.DeleteBucketIntelligentTieringConfigurationInput{Bucket: &bucket, Id: &name})
		return err
	})
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
