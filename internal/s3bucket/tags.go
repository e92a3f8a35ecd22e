package s3bucket

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const tagsDocument = "tag set"

// Tags returns all of a bucket's tags, AWS's own included; none is an empty map.
// Its only ErrAbsent is ErrNoBucket.
func (s *Store) Tags(ctx context.Context, bucket string) (map[string]string, error) {
	return read(ctx, s, part{tagsDocument, bucket}, func(client *s3.Client) (map[string]string, error) {
		out, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket})
		if awserr.DocumentGone(err) {
			return map[string]string{}, nil
		}
		if err != nil {
			return nil, err
		}
		return tagMap(out.TagSet), nil
	})
}

// PutTags replaces all of a bucket's tags; none clears them. The caller passes
// on the tags of others, such as AWS's own, which S3 does not let anyone remove.
func (s *Store) PutTags(ctx context.Context, bucket string, tags map[string]string) error {
	p := part{tagsDocument, bucket}
	if len(tags) == 0 {
		return remove(ctx, s, p, s.someTags, func(client *s3.Client) error {
			_, err := client.DeleteBucketTagging(ctx, &s3.DeleteBucketTaggingInput{Bucket: &bucket})
			return err
		})
	}
	var set []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		set = append(set, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return write(ctx, s, p, tags, s.Tags, maps.Equal[map[string]string, map[string]string], func(client *s3.Client) error {
		_, err := client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &bucket, Tagging: &types.Tagging{TagSet: set}})
		return err
	})
}

// someTags is Tags with ErrAbsent for none.
func (s *Store) someTags(ctx context.Context, bucket string) (map[string]string, error) {
	tags, err := s.Tags(ctx, bucket)
	if err == nil && len(tags) == 0 {
		err = ErrAbsent
	}
	return tags, err
}
