package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const publicAccessBlockDocument = "public access block"

// PublicAccessBlock says which ways of making a bucket public do not work. Its
// zero value blocks nothing.
type PublicAccessBlock struct {
	BlockPublicACLs       bool
	BlockPublicPolicy     bool
	IgnorePublicACLs      bool
	RestrictPublicBuckets bool
}

// PublicAccessBlock returns a bucket's own block; the account's may block more.
func (s *Store) PublicAccessBlock(ctx context.Context, bucket string) (PublicAccessBlock, error) {
	return read(ctx, s, part{publicAccessBlockDocument, bucket}, func(client *s3.Client) (PublicAccessBlock, error) {
		out, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket})
		if err != nil {
			return PublicAccessBlock{}, err
		}
		c := out.PublicAccessBlockConfiguration
		if c == nil || *c == (types.PublicAccessBlockConfiguration{}) {
			return PublicAccessBlock{}, ErrAbsent
		}
		return PublicAccessBlock{
			BlockPublicACLs:       aws.ToBool(c.BlockPublicAcls),
			BlockPublicPolicy:     aws.ToBool(c.BlockPublicPolicy),
			IgnorePublicACLs:      aws.ToBool(c.IgnorePublicAcls),
			RestrictPublicBuckets: aws.ToBool(c.RestrictPublicBuckets),
		}, nil
	})
}

// PutPublicAccessBlock sets a bucket's own block.
func (s *Store) PutPublicAccessBlock(ctx context.Context, bucket string, block PublicAccessBlock) error {
	equal := func(a, b PublicAccessBlock) bool { return a == b }
	return write(ctx, s, part{publicAccessBlockDocument, bucket}, block, s.PublicAccessBlock, equal, func(client *s3.Client) error {
		_, err := client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
			Bucket: &bucket,
			PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
				BlockPublicAcls:       &block.BlockPublicACLs,
				BlockPublicPolicy:     &block.BlockPublicPolicy,
				IgnorePublicAcls:      &block.IgnorePublicACLs,
				RestrictPublicBuckets: &block.RestrictPublicBuckets,
			},
		})
		return err
	})
}

// DeletePublicAccessBlock removes a bucket's own block. It is no error if there
// is none.
func (s *Store) DeletePublicAccessBlock(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{publicAccessBlockDocument, bucket}, s.PublicAccessBlock, func(client *s3.Client) error {
		_, err := client.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: &bucket})
		return err
	})
}
