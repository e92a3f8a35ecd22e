// Package usage counts what a bucket holds, by storage class, and estimates what
// that costs.
package usage

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
)

// Client has the S3 operations that counting needs. *s3.Client has them.
type Client interface {
	keyscan.Lister
	s3.ListObjectVersionsAPIClient
}

// Count is a number of objects or versions, and their size together in bytes.
type Count struct{ Objects, Bytes int64 }

func (c *Count) add(bytes int64) {
	c.Objects++
	c.Bytes += bytes
}

// Class is what a bucket holds in one storage class.
type Class struct {
	Current    Count // what a listing shows
	Noncurrent Count // versions that were overwritten or deleted; zero when not asked for
}

// Usage is what a bucket holds.
type Usage struct {
	Current    Count
	Noncurrent Count
	Videos     Count
	Classes    map[string]Class // by the name of the storage class, such as "STANDARD"
}

// Options says what to count.
type Options struct {
	Bucket string
	Prefix string // of the keys; "" for all
	// IsVideo says which keys are those of videos.
	IsVideo func(key string) bool
	// Noncurrent also counts the versions that a listing does not show. They are
	// listed 1,000 a request, one request after another.
	Noncurrent bool
}

// standard is the class of what has none in a listing.
const standard = "STANDARD"

// Measure lists the bucket and counts. The error is the server's.
func Measure(ctx context.Context, client Client, o Options) (Usage, error) {
	u := Usage{Classes: map[string]Class{}}
	for object, err := range keyscan.Scan(ctx, client, keyscan.Options{Bucket: o.Bucket, Prefix: o.Prefix, OmitETags: true}) {
		if err != nil {
			return Usage{}, err
		}
		u.Current.add(object.Size)
		if o.IsVideo(object.Key) {
			u.Videos.add(object.Size)
		}
		u.class(object.StorageClass, func(c *Class) { c.Current.add(object.Size) })
	}
	if !o.Noncurrent {
		return u, nil
	}
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &o.Bucket, Prefix: optional(o.Prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Usage{}, err
		}
		for _, v := range page.Versions {
			if aws.ToBool(v.IsLatest) {
				continue
			}
			u.Noncurrent.add(aws.ToInt64(v.Size))
			u.class(string(v.StorageClass), func(c *Class) { c.Noncurrent.add(aws.ToInt64(v.Size)) })
		}
	}
	return u, nil
}

// class changes what is known of a storage class. The name that a listing gives
// shares memory with its page, so a new one is cloned.
func (u *Usage) class(name string, change func(*Class)) {
	if name == "" {
		name = standard
	}
	c, known := u.Classes[name]
	change(&c)
	if !known {
		name = strings.Clone(name)
	}
	u.Classes[name] = c
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
