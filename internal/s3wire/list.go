// Package s3wire has the parts of S3's protocol that its SDK leaves to the caller:
// how to list so that any key arrives whole, what an ETag is good for, and how a copy
// names its source.
package s3wire

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Errors of listings that cannot be trusted. Package keyscan, which decodes pages on
// its own, returns them too.
var (
	// ErrNoToken says that a page is truncated and has no token to continue with.
	ErrNoToken = errors.New("the server says that there are more keys and gives no token to go on with")
	// ErrNoProgress says that the server returns the same page again and again.
	ErrNoProgress = errors.New("the server's listing does not move on")
	// ErrIncomplete says that a listing ended with a page without a key although more
	// was promised, and that the server does not say what follows the last key.
	ErrIncomplete = errors.New("the server's listing ends with an empty page although the page before it promised more keys")
	// ErrNotListing says that an answer is not a listing.
	ErrNotListing = errors.New("the server's answer is not a listing")
	// ErrOtherBucket says that an answer lists another bucket.
	ErrOtherBucket = errors.New("the server's answer lists another bucket")
)

// MaxKey is the length of the longest key that S3 accepts, in bytes.
const MaxKey = 1024

// CheckName fails with ErrOtherBucket if a listing of a bucket has another name in
// it. Some servers leave the name out.
func CheckName(bucket, name string) error {
	if name == "" || bucket == "" || name == bucket {
		return nil
	}
	return fmt.Errorf("%w: %.80q, and the request was for %s", ErrOtherBucket, name, bucket)
}

// CheckKey fails with ErrNotListing if no object can have the key.
func CheckKey[Key string | []byte](key Key) error {
	if len(key) == 0 || len(key) > MaxKey {
		return fmt.Errorf("%w: it has a key of %d bytes, and S3 allows 1 to %d: %.80q", ErrNotListing, len(key), MaxKey, key)
	}
	return nil
}

// CheckSize fails with ErrNotListing if no object can have the size.
func CheckSize(key string, size int64) error {
	if size < 0 {
		return fmt.Errorf("%w: the size of %q is %d", ErrNotListing, key, size)
	}
	return nil
}

// MaxEmpties is how many pages without a key may follow one another. Servers that list
// past deleted objects send some.
const MaxEmpties = 1000

// ObjectLister lists objects. *s3.Client does.
type ObjectLister interface {
	ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
}

// VersionLister lists versions. *s3.Client does.
type VersionLister interface {
	ListObjectVersions(context.Context, *s3.ListObjectVersionsInput, ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error)
}

// UploadLister lists multipart uploads. *s3.Client does.
type UploadLister interface {
	ListMultipartUploads(context.Context, *s3.ListMultipartUploadsInput, ...func(*s3.Options)) (*s3.ListMultipartUploadsOutput, error)
}

// Objects yields the pages of a listing, with keys and common prefixes decoded. It
// asks for URL-encoded keys, because XML cannot carry every key. An error ends it;
// it is the client's, or one of this package. The order is the server's.
//
// A last page without a key does not end it unless the server has nothing after the
// last key either: some servers lose their place between two pages.
func Objects(ctx context.Context, client ObjectLister, in s3.ListObjectsV2Input) iter.Seq2[*s3.ListObjectsV2Output, error] {
	in.EncodingType = types.EncodingTypeUrl
	return func(yield func(*s3.ListObjectsV2Output, error) bool) {
		last, verifying, empties := "", false, 0
		for {
			page, err := client.ListObjectsV2(ctx, &in)
			if err == nil {
				err = decodeObjects(page, &in)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			continued := in.ContinuationToken != nil
			if verifying {
				page.Contents, page.CommonPrefixes = after(page.Contents, last, keyOf), after(page.CommonPrefixes, last, prefixOf)
			}
			empty := len(page.Contents) == 0 && len(page.CommonPrefixes) == 0
			for _, o := range page.Contents {
				last = max(last, *o.Key)
			}
			for _, p := range page.CommonPrefixes {
				last = max(last, *p.Prefix)
			}
			if !yield(page, nil) {
				return
			}
			empties++
			if !empty {
				empties = 0
			}
			switch {
			case *page.IsTruncated:
				if aws.ToString(in.ContinuationToken) == *page.NextContinuationToken || empties > MaxEmpties {
					yield(nil, fmt.Errorf("%w: it continues with the token %.80q after %d pages without a key", ErrNoProgress, *page.NextContinuationToken, empties))
					return
				}
				in.ContinuationToken, in.StartAfter = page.NextContinuationToken, nil
			case empty && continued && last != "":
				in.ContinuationToken, in.StartAfter, verifying = nil, &last, true
			default:
				return
			}
		}
	}
}

func keyOf(o types.Object) *string          { return o.Key }
func prefixOf(p types.CommonPrefix) *string { return p.Prefix }

// after drops what lies at or before a key.
func after[T any](list []T, last string, key func(T) *string) []T {
	var rest []T
	for _, v := range list {
		if *key(v) > last {
			rest = append(rest, v)
		}
	}
	return rest
}

func decodeObjects(page *s3.ListObjectsV2Output, in *s3.ListObjectsV2Input) error {
	if err := check(page != nil && page.IsTruncated != nil, in.Bucket, page.Name); err != nil {
		return err
	}
	d := decoder{encoded: page.EncodingType == types.EncodingTypeUrl, prefix: aws.ToString(in.Prefix)}
	for i := range page.Contents {
		o := &page.Contents[i]
		d.key(&o.Key)
		d.size(o.Key, o.Size)
	}
	for i := range page.CommonPrefixes {
		d.key(&page.CommonPrefixes[i].Prefix)
	}
	if *page.IsTruncated && aws.ToString(page.NextContinuationToken) == "" {
		d.fail(ErrNoToken)
	}
	return d.err
}

// Versions yields the pages of a listing of versions and delete markers, like
// Objects.
func Versions(ctx context.Context, client VersionLister, in s3.ListObjectVersionsInput) iter.Seq2[*s3.ListObjectVersionsOutput, error] {
	in.EncodingType = types.EncodingTypeUrl
	return func(yield func(*s3.ListObjectVersionsOutput, error) bool) {
		for {
			page, err := client.ListObjectVersions(ctx, &in)
			if err == nil {
				err = decodeVersions(page, &in)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || !*page.IsTruncated {
				return
			}
			if aws.ToString(in.KeyMarker) == *page.NextKeyMarker && aws.ToString(in.VersionIdMarker) == aws.ToString(page.NextVersionIdMarker) {
				yield(nil, fmt.Errorf("%w: it repeats the marker %q", ErrNoProgress, *page.NextKeyMarker))
				return
			}
			in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
		}
	}
}

func decodeVersions(page *s3.ListObjectVersionsOutput, in *s3.ListObjectVersionsInput) error {
	if err := check(page != nil && page.IsTruncated != nil, in.Bucket, page.Name); err != nil {
		return err
	}
	d := decoder{encoded: page.EncodingType == types.EncodingTypeUrl, prefix: aws.ToString(in.Prefix)}
	for i := range page.Versions {
		v := &page.Versions[i]
		d.key(&v.Key)
		d.size(v.Key, v.Size)
	}
	for i := range page.DeleteMarkers {
		d.key(&page.DeleteMarkers[i].Key)
	}
	for i := range page.CommonPrefixes {
		d.key(&page.CommonPrefixes[i].Prefix)
	}
	d.marker(*page.IsTruncated, &page.NextKeyMarker)
	return d.err
}

// Uploads yields the pages of a listing of multipart uploads, like Objects.
func Uploads(ctx context.Context, client UploadLister, in s3.ListMultipartUploadsInput) iter.Seq2[*s3.ListMultipartUploadsOutput, error] {
	in.EncodingType = types.EncodingTypeUrl
	return func(yield func(*s3.ListMultipartUploadsOutput, error) bool) {
		for {
			page, err := client.ListMultipartUploads(ctx, &in)
			if err == nil {
				err = decodeUploads(page, &in)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || !aws.ToBool(page.IsTruncated) {
				return
			}
			if aws.ToString(in.KeyMarker) == *page.NextKeyMarker && aws.ToString(in.UploadIdMarker) == aws.ToString(page.NextUploadIdMarker) {
				yield(nil, fmt.Errorf("%w: it repeats the marker %q", ErrNoProgress, *page.NextKeyMarker))
				return
			}
			in.KeyMarker, in.UploadIdMarker = page.NextKeyMarker, page.NextUploadIdMarker
		}
	}
}

func decodeUploads(page *s3.ListMultipartUploadsOutput, in *s3.ListMultipartUploadsInput) error {
	// Servers that never cut this list may not say so.
	if err := check(page != nil, in.Bucket, page.Bucket); err != nil {
		return err
	}
	d := decoder{encoded: page.EncodingType == types.EncodingTypeUrl, prefix: aws.ToString(in.Prefix)}
	for i := range page.Uploads {
		d.key(&page.Uploads[i].Key)
	}
	d.marker(aws.ToBool(page.IsTruncated), &page.NextKeyMarker)
	return d.err
}

func check(complete bool, bucket, name *string) error {
	if !complete {
		return fmt.Errorf("%w: it does not say whether there is more", ErrNotListing)
	}
	return CheckName(aws.ToString(bucket), aws.ToString(name))
}

// decoder decodes the keys of a page in place and keeps the first error.
type decoder struct {
	encoded bool // the server says so; some servers ignore that it was asked for
	prefix  string
	err     error
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

func (d *decoder) key(key **string) {
	d.decode(key)
	if d.err != nil {
		return
	}
	if err := CheckKey(**key); err != nil {
		d.fail(err)
	} else if !strings.HasPrefix(**key, d.prefix) {
		d.fail(fmt.Errorf("%w: it has the key %q, and the request was for keys with the prefix %q", ErrNotListing, **key, d.prefix))
	}
}

func (d *decoder) size(key *string, size *int64) {
	if d.err == nil {
		d.err = CheckSize(*key, aws.ToInt64(size))
	}
}

func (d *decoder) marker(truncated bool, marker **string) {
	d.decode(marker)
	if truncated && **marker == "" {
		d.fail(ErrNoToken)
	}
}

// decode leaves a pointer that is not nil, unless it fails.
func (d *decoder) decode(text **string) {
	plain := aws.ToString(*text)
	if d.encoded {
		var err error
		if plain, err = url.QueryUnescape(plain); err != nil {
			d.fail(fmt.Errorf("%w: the key %.80q: %w", ErrNotListing, aws.ToString(*text), err))
		}
	}
	*text = &plain
}
