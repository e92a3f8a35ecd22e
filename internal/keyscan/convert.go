package keyscan

import (
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// convert fills the page from an answer that the SDK decoded.
func (p *page) convert(out *s3.ListObjectsV2Output, omitETags bool) error {
	if out == nil || out.IsTruncated == nil {
		return fmt.Errorf("%w: it does not say whether there is more", ErrNotListing)
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
		if key == "" || aws.ToInt64(o.Size) < 0 {
			return fmt.Errorf("%w: it has an object with the key %q and the size %d", ErrNotListing, key, aws.ToInt64(o.Size))
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
