package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Every object that publishing writes carries a mark in its user metadata, so that
// it is recognized without being downloaded: x-amz-meta-fovea-manifest. An object
// without the mark may still be a manifest, from before there were marks or from
// another program; its content decides then.
const (
	markName     = "fovea-manifest"
	markList     = "list"     // a manifest: it follows from the bucket, so nothing is lost with it
	markSnapshot = "snapshot" // a copy of an earlier manifest, which may be the only record of a list
)

// Content is something in a bucket that is not a manifest, and so would be lost with
// the bucket.
type Content struct {
	Key string
	// OnlyDeleteMarkers says that all versions of the key are gone and only delete
	// markers are left, which also keep S3 from deleting the bucket.
	OnlyDeleteMarkers bool
	// Deleted says that a delete marker hides the object.
	Deleted bool
	// Snapshot says that it is a copy of an earlier manifest.
	Snapshot bool
	// Unread says that the caller may not read the object, so that it could not be
	// recognized as a manifest.
	Unread bool
}

// String names the content in the middle of a sentence.
func (c Content) String() string {
	switch {
	case c.OnlyDeleteMarkers:
		return fmt.Sprintf("a delete marker of %q", c.Key)
	case c.Deleted:
		return fmt.Sprintf("an old version of %q", c.Key)
	case c.Snapshot:
		return fmt.Sprintf("the manifest snapshot %q", c.Key)
	}
	return fmt.Sprintf("%q", c.Key)
}

// Contents is what FirstContent finds.
type Contents struct {
	// Content is the first thing that is not a manifest; nil if there is none.
	Content *Content
	// Manifests has the keys of the manifests in front of it.
	Manifests []string
}

// ContentClient is what FirstContent needs of S3.
type ContentClient interface {
	header
	getter
	s3wire.VersionLister
	s3wire.ObjectLister
}

// ContentDeniedError says that the caller may not list a bucket at all.
type ContentDeniedError struct {
	Bucket string
	Err    error
}

// Error implements error.
func (e *ContentDeniedError) Error() string {
	return fmt.Sprintf("listing the bucket %s is denied: %v", e.Bucket, e.Err)
}

// Unwrap returns the server's answer.
func (e *ContentDeniedError) Unwrap() error { return e.Err }

// FirstContent looks for the first thing in a bucket that is not a manifest. A manifest is recognized by its mark, or else by its content. The
// newest version of a key that is not a delete marker decides what the key is.
//
// It lists versions, or objects where the server has no versions or the caller may
// not list them. It fails with a *ContentDeniedError when the caller may list
// neither, with ErrAbsent when there is no such bucket, and with the server's error.
func FirstContent(ctx context.Context, client ContentClient, bucket string) (found Contents, err error) {
	in := s3.ListObjectVersionsInput{Bucket: &bucket}
	var pending *keyVersions // a key at the end of a page that has only markers so far
	for more := true; more; {
		more = false
		for page, err := range s3wire.Versions(ctx, client, in) {
			switch {
			case awserr.Unsupported(err), awserr.Denied(err):
				return firstObject(ctx, client, bucket)
			case err != nil:
				return found, absent(err)
			}
			keys := keysOf(page)
			if pending != nil && (len(keys) == 0 || keys[0].key != pending.key) {
				found.Content = pending.markers()
				return found, nil
			}
			pending = nil
			truncated := aws.ToBool(page.IsTruncated)
			if n := len(keys); truncated && n > 0 && keys[n-1].newest == nil {
				pending, keys = &keys[n-1], keys[:n-1] // its versions may follow on the next page
			} else if truncated && n > 0 {
				// Begin again behind the last key, however many versions it has.
				in.KeyMarker, more = &keys[n-1].key, true
			}
			for _, k := range keys {
				if err := found.judge(ctx, client, bucket, k); found.Content != nil || err != nil {
					return found, err
				}
			}
			if more {
				break
			}
		}
	}
	if pending != nil {
		found.Content = pending.markers()
	}
	return found, nil
}

// keyVersions is a key with its newest version that is not a delete marker, nil for
// a key that has none on the page.
type keyVersions struct {
	key    string
	newest *types.ObjectVersion
}

// keysOf returns the keys of a page in the order of the page, which has versions and
// markers apart, each with the newest first.
func keysOf(page *s3.ListObjectVersionsOutput) []keyVersions {
	var keys []keyVersions
	for i := range page.Versions {
		v := &page.Versions[i]
		if n := len(keys); n == 0 || keys[n-1].key != aws.ToString(v.Key) {
			keys = append(keys, keyVersions{aws.ToString(v.Key), v})
		}
	}
	for _, m := range page.DeleteMarkers {
		keys = append(keys, keyVersions{key: aws.ToString(m.Key)})
	}
	slices.SortStableFunc(keys, func(a, b keyVersions) int { return cmp.Compare(a.key, b.key) })
	return slices.CompactFunc(keys, func(a, b keyVersions) bool { return a.key == b.key }) // a version stands before markers
}

func (k keyVersions) markers() *Content { return &Content{Key: k.key, OnlyDeleteMarkers: true} }

// judge finds out what a key is.
func (c *Contents) judge(ctx context.Context, client ContentClient, bucket string, k keyVersions) error {
	if k.newest == nil {
		c.Content = k.markers()
		return nil
	}
	var version *string
	if !aws.ToBool(k.newest.IsLatest) {
		version = k.newest.VersionId
	}
	if err := c.judgeObject(ctx, client, bucket, k.key, version); err != nil {
		return err
	}
	if c.Content != nil {
		c.Content.Deleted = version != nil
	}
	return nil
}

// firstObject is FirstContent for a caller, or a server, without versions.
func firstObject(ctx context.Context, client ContentClient, bucket string) (found Contents, err error) {
	for page, err := range s3wire.Objects(ctx, client, s3.ListObjectsV2Input{Bucket: &bucket}) {
		if awserr.Denied(err) {
			return found, &ContentDeniedError{Bucket: bucket, Err: err}
		}
		if err != nil {
			return found, absent(err)
		}
		for _, object := range page.Contents {
			if err := found.judgeObject(ctx, client, bucket, aws.ToString(object.Key), nil); found.Content != nil || err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// judgeObject finds out whether an object is a manifest. One that is gone by now is
// neither that nor content.
func (c *Contents) judgeObject(ctx context.Context, client ContentClient, bucket, key string, versionID *string) (err error) {
	mark, err := markOf(ctx, client, bucket, key, versionID)
	switch {
	case err != nil:
	case mark == markList:
		c.Manifests = append(c.Manifests, key)
		return nil
	case mark == markSnapshot:
		c.Content = &Content{Key: key, Snapshot: true}
		return nil
	default:
		err = readManifest(ctx, client, bucket, key, versionID)
	}
	switch {
	case err == nil:
		c.Manifests = append(c.Manifests, key)
		return nil
	case errors.Is(err, manifest.ErrNotManifest):
		c.Content = &Content{Key: key}
		return nil
	}
	c.Content, err = unrecognized(key, err)
	return err
}

// markOf returns the mark of an object, "" for none. It fails with ErrAbsent when there
// is no such object.
func markOf(ctx context.Context, client header, bucket, key string, versionID *string) (string, error) {
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key, VersionId: versionID})
	if err != nil {
		return "", absent(awserr.ConfirmObjectGone(ctx, client, bucket, key, versionID, err))
	}
	return head.Metadata[markName], nil
}

// unrecognized judges an object that could not be read. One that is gone by now is no
// content. One that the server refuses to show, because it is archived, encrypted with
// a key of somebody else or denied, cannot be shown to be a manifest, so it counts.
func unrecognized(key string, err error) (*Content, error) {
	status := awserr.Status(err)
	switch {
	case errors.Is(err, ErrAbsent):
		return nil, nil
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError && !awserr.Throttled(err):
		return &Content{Key: key, Unread: true}, nil
	}
	return nil, err
}

// readManifest reads one version of an object to its end, or to the first byte that
// no manifest has.
func readManifest(ctx context.Context, client getter, bucket, key string, versionID *string) error {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key, VersionId: versionID})
	if err != nil {
		return absent(err)
	}
	defer func() { _ = out.Body.Close() }()
	for _, err := range manifest.NewDecoder(io.Reader(out.Body)).Videos() {
		if err != nil {
			return err
		}
	}
	return nil
}
