package keyscan

import (
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// convert fills the page from an answer that the SDK decoded.
func (p *page) convert(out *s3.ListObjectsV2Output, bucket string, omitETags bool) error {
	if out == nil || out.IsTruncated == nil {
		return fmt.Errorf("%w: it does not say whether there is more", ErrNotListing)
	}
	if err := s3wire.CheckName(bucket, aws.ToString(out.Name)); err != nil {
		return err
	}
	p.truncated = *out.IsTruncated
	if p.truncated {
		p.token = aws.ToString(out.NextContinuationToken)
	}
	for _, o := range out.Contents {
		key := aws.ToString(o.Key)
		if out.EncodingType == types.EncodingTypeUrl {
			decoded, err := url.QueryUnescape(key)
			if err != nil {
				return fmt.Errorf("%w: key %q: %w", ErrNotListing, key, err)
			}
			key = decoded
		}
		if err := s3wire.CheckKey(key); err != nil {
			return err
		}
		if err := s3wire.CheckSize(key, aws.ToInt64(o.Size)); err != nil {
			return err
		}
		e := entry{key: []byte(key), class: []byte(o.StorageClass), size: aws.ToInt64(o.Size)}
		if !omitETags {
			e.etag = []byte(aws.ToString(o.ETag))
		}
		if o.LastModified != nil {
			e.modified = modifiedAt(*o.LastModified)
		}
		p.add(&e)
	}
	return nil
}
