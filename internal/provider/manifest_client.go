package provider

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// s3Of gives the client for a bucket that may not exist: then it fails with
// s3bucket.ErrNoBucket.
func (p *providerData) s3Of(ctx context.Context, bucket string) (*s3.Client, error) {
	region, err := p.buckets.Region(ctx, bucket)
	if err != nil {
		return nil, err
	}
	return p.clients.S3(region), nil
}
