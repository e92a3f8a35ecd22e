package publish

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// WithdrawClient is what Withdraw needs of S3.
type WithdrawClient interface {
	header
	deleter
	s3wire.VersionLister
}

type deleter interface {
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// Withdraw deletes a manifest, and then the old versions of its key, so that
// nothing of it is left in the bucket.
//
// The current object is deleted if it has the ETag, or else reads as a manifest:
// somebody may have put something else in its place, which then stays, with an error
// that is manifest.ErrNotManifest. It is no error if there is none, and then nothing
// is deleted. What is left of the older versions is in Remains, see there.
func Withdraw(ctx context.Context, client WithdrawClient, bucket, key, etag string) (Remains, error) {
	w := &withdrawal{client: client, bucket: bucket, key: key}
	deleted, err := w.deleteCurrent(ctx, etag)
	if err != nil || !deleted || w.version == "" || w.answered && w.marker == "" {
		return Remains{}, err
	}
	return w.deleteVersions(ctx)
}

// withdrawal is the deletion of one manifest.
type withdrawal struct {
	client      WithdrawClient
	bucket, key string
	version     string // that was deleted, as HeadObject named it; "" in an unversioned bucket
	marker      string // delete marker that the deletion made; "" if it made none, or that is not known
	answered    bool   // the server said what the deletion made
}

// withdrawAttempts bounds how often somebody else's write may come in between.
const withdrawAttempts = 5

// deleteCurrent deletes the current object and reports whether there was one.
func (w *withdrawal) deleteCurrent(ctx context.Context, known string) (deleted bool, err error) {
	refused := "" // the ETag with which the server refused the condition last
	for range withdrawAttempts {
		var head *s3.HeadObjectOutput
		head, err = w.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &w.bucket, Key: &w.key})
		if err != nil {
			err = absent(awserr.ConfirmObjectGone(ctx, w.client, w.bucket, w.key, nil, err))
		}
		if errors.Is(err, ErrAbsent) {
			// After a refused condition this may be our own deletion, whose answer
			// was lost and which the SDK sent again.
			return refused != "", nil
		}
		if err != nil {
			return false, err
		}
		etag := s3wire.BareETag(aws.ToString(head.ETag))
		if etag != known {
			current, err := Read(ctx, w.client, w.bucket, w.key)
			if errors.Is(err, ErrAbsent) {
				continue
			}
			if err != nil {
				return false, err
			}
			etag, known = current.ETag, current.ETag
			if current.ETag != s3wire.BareETag(aws.ToString(head.ETag)) {
				continue // the version is that of another object
			}
		}
		w.version = aws.ToString(head.VersionId)
		// A server that refuses the ETag that it has just named, or every condition,
		// gets none: the HEAD was right before.
		conditional := etag != "" && etag != refused
		if err = w.delete(ctx, s3wire.IfMatch(aws.ToString(head.ETag)), conditional); err == nil {
			return true, nil
		}
		switch {
		case awserr.PreconditionFailed(err), awserr.Unsupported(err) && conditional:
			refused = etag
		case errors.Is(absent(err), ErrAbsent) && !awserr.BucketGone(err):
			return true, nil
		case errors.Is(absent(err), ErrAbsent):
			return false, nil
		default:
			return false, err
		}
	}
	return false, fmt.Errorf("somebody else wrote the manifest %d times while it was being deleted: %w", withdrawAttempts, err)
}

// delete deletes the current object, if conditional only while it has the ETag, in
// the form that the server gave.
func (w *withdrawal) delete(ctx context.Context, ifMatch string, conditional bool) error {
	in := &s3.DeleteObjectInput{Bucket: &w.bucket, Key: &w.key}
	if conditional {
		in.IfMatch = &ifMatch
	}
	out, err := w.client.DeleteObject(ctx, in)
	if err != nil {
		return err
	}
	w.answered = true
	if aws.ToBool(out.DeleteMarker) {
		w.marker = aws.ToString(out.VersionId)
	}
	return nil
}

// provesManifest is how many bytes of an unmarked version are read at most.
const provesManifest = 1 << 20

// errEnough says that as much of a version was read as is ever read of one.
var errEnough = errors.New("enough was read")

// isManifest reports whether an old version is a manifest: it has the mark, or its
// first bytes read as one, with a video in them if they are not all.
func (w *withdrawal) isManifest(ctx context.Context, version string) (bool, error) {
	head, err := w.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &w.bucket, Key: &w.key, VersionId: &version})
	if err != nil {
		return false, awserr.ConfirmObjectGone(ctx, w.client, w.bucket, w.key, &version, err)
	}
	if mark, marked := head.Metadata[markName]; marked {
		return mark == markList, nil
	}
	out, err := w.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &w.bucket, Key: &w.key, VersionId: &version})
	if err != nil {
		return false, err
	}
	defer func() { _ = out.Body.Close() }() // read or given up: nothing can be lost
	videos := 0
	for _, err := range manifest.NewDecoder(&cappedReader{out.Body, provesManifest}).Videos() {
		switch {
		case errors.Is(err, manifest.ErrNotManifest):
			return false, nil
		case errors.Is(err, errEnough):
			return videos > 0, nil
		case err != nil:
			return false, err
		}
		videos++
	}
	return true, nil
}

// cappedReader fails with errEnough where it was told to end.
type cappedReader struct {
	from interface{ Read([]byte) (int, error) }
	left int
}

// Read implements io.Reader.
func (r *cappedReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, errEnough
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
