// Package usage counts what a bucket holds, by storage class, and estimates what
// that costs.
package usage

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Client has the S3 operations that counting needs. *s3.Client has them.
type Client interface {
	keyscan.Lister
	s3wire.VersionLister
}

// Count is a number of objects or versions, and their size together in bytes.
type Count struct{ Objects, Bytes int64 }

// ErrOverflow says that sizes add up to more than any bucket holds: the server's
// listing is wrong.
var ErrOverflow = errors.New("the sizes in the server's listing add up to more than an int64 holds")

func (c *Count) add(bytes int64) error {
	if c.Bytes > math.MaxInt64-bytes {
		return ErrOverflow
	}
	c.Objects++
	c.Bytes += bytes
	return nil
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

// Measure lists the bucket and counts. The error is the server's, ErrOverflow, or one
// of packages keyscan and s3wire.
func Measure(ctx context.Context, client Client, o Options) (Usage, error) {
	u, err := measureCurrent(ctx, client, o, keyscan.DefaultConcurrency)
	if errors.Is(err, keyscan.ErrUnordered) {
		// Only a sequential listing takes keys in any order.
		u, err = measureCurrent(ctx, client, o, 1)
	}
	if err != nil || !o.Noncurrent {
		return u, err
	}
	for page, err := range s3wire.Versions(ctx, client, s3.ListObjectVersionsInput{Bucket: &o.Bucket, Prefix: optional(o.Prefix)}) {
		if err != nil {
			return Usage{}, err
		}
		for _, v := range page.Versions {
			if aws.ToBool(v.IsLatest) {
				continue
			}
			size := aws.ToInt64(v.Size)
			if err := u.Noncurrent.add(size); err != nil {
				return Usage{}, err
			}
			if err := u.class(string(v.StorageClass), func(c *Class) error { return c.Noncurrent.add(size) }); err != nil {
				return Usage{}, err
			}
		}
	}
	return u, nil
}

// measureCurrent counts what is not noncurrent.
func measureCurrent(ctx context.Context, client Client, o Options, concurrency int) (Usage, error) {
	u := Usage{Classes: map[string]Class{}}
	for object, err := range keyscan.Scan(ctx, client, keyscan.Options{Bucket: o.Bucket, Prefix: o.Prefix, OmitETags: true, Concurrency: concurrency}) {
		if err == nil {
			err = u.Current.add(object.Size)
		}
		if err == nil && o.IsVideo(object.Key) {
			err = u.Videos.add(object.Size)
		}
		if err == nil {
			err = u.class(object.StorageClass, func(c *Class) error { return c.Current.add(object.Size) })
		}
		if err != nil {
			return Usage{}, err
		}
	}
	return u, nil
}

// class changes what is known of a storage class. The name that a listing gives
// shares memory with its page, so a new one is cloned.
func (u *Usage) class(name string, change func(*Class) error) error {
	if name == "" {
		name = standard
	}
	c, known := u.Classes[name]
	if err := change(&c); err != nil {
		return err
	}
	if !known {
		name = strings.Clone(name)
	}
	u.Classes[name] = c
	return nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
