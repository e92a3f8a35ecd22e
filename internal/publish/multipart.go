package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

const (
	// partsAtATime is how many parts are under way. They are read from the
	// document's file as they are sent, and take no memory.
	partsAtATime = 4
	// mostParts is fewer than the 10,000 that S3 takes.
	mostParts = 9000
	// leastPart is more than the 5 MiB that S3 wants.
	leastPart = 16 << 20
	// patience is how long an upload may take to be begun and to be given up, both
	// of which go on after a cancellation.
	patience = 30 * time.Second
)

// partSize cuts a document into parts of one size, the last one excepted.
func partSize(size int64) int64 { return max(leastPart, (size+mostParts-1)/mostParts) }

// sendParts sends the document as a multipart upload.
//
// It is done by hand, because the SDK's transfer manager copies every part into
// memory.
func (u *upload) sendParts(ctx context.Context, size int64) (etag, versionID string, err error) {
	return u.inParts(ctx, u.document.size, size, func(ctx context.Context, id *string, number int32, from, length int64) (part types.CompletedPart, err error) {
		out, err := u.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &u.bucket, Key: &u.key, UploadId: id, PartNumber: &number,
			Body: u.document.part(from, length), ContentLength: &length,
		})
		if err != nil {
			return part, err
		}
		return types.CompletedPart{
			PartNumber: &number, ETag: out.ETag,
			ChecksumCRC32: out.ChecksumCRC32, ChecksumCRC32C: out.ChecksumCRC32C, ChecksumCRC64NVME: out.ChecksumCRC64NVME,
			ChecksumSHA1: out.ChecksumSHA1, ChecksumSHA256: out.ChecksumSHA256,
		}, nil
	})
}

// partSender makes the bytes from a place on into a part of an upload.
type partSender func(ctx context.Context, id *string, number int32, from, length int64) (types.CompletedPart, error)

// inParts makes an object in a multipart upload. It is replaced in the last request, as
// a whole. An upload that fails is aborted, also when ctx is done, so that S3 keeps no
// parts of it.
func (u *upload) inParts(ctx context.Context, total, size int64, send partSender) (etag, versionID string, err error) {
	id, err := u.begin(ctx)
	if err != nil {
		return "", "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, u.abort(ctx, id))
		}
	}()
	u.abortOrphans(ctx, id)
	parts, err := sendAll(ctx, id, total, size, send)
	if err != nil {
		return "", "", lost(err)
	}
	var out *s3.CompleteMultipartUploadOutput
	err = u.conditionally(ctx, func(ifMatch, ifNoneMatch *string) (err error) {
		out, err = u.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: &u.bucket, Key: &u.key, UploadId: id,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
			IfMatch:         ifMatch, IfNoneMatch: ifNoneMatch,
		})
		return err
	})
	if err != nil {
		return "", "", lost(err)
	}
	return s3wire.BareETag(aws.ToString(out.ETag)), aws.ToString(out.VersionId), nil
}

// lost marks the error of an upload that is no more: it was completed, and the
// answer was lost, or a later run took it for an orphan.
func lost(err error) error {
	if awserr.UploadGone(err) {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	return err
}

// begin makes an upload, and waits for the answer even when ctx is done meanwhile:
// only who knows its ID can abort it.
func (u *upload) begin(ctx context.Context) (id *string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	out, err := u.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &u.bucket, Key: &u.key, ContentType: aws.String(contentType), Metadata: u.metadata(),
	})
	if err != nil {
		return nil, err
	}
	return out.UploadId, nil
}

// detached is a context that outlives ctx by no more than patience.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// sendAll sends the parts, with numbers that follow one another from 1.
func sendAll(ctx context.Context, id *string, total, size int64, send partSender) ([]types.CompletedPart, error) {
	count := int((total + size - 1) / size)
	parts := make([]types.CompletedPart, count)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(partsAtATime)
	for i := range count {
		group.Go(func() (err error) {
			from := int64(i) * size
			parts[i], err = send(ctx, id, int32(i+1), from, min(size, total-from)) //nolint:gosec // at most mostParts
			return err
		})
	}
	return parts, group.Wait()
}

// abort gives an upload up, with its parts.
func (u *upload) abort(ctx context.Context, id *string) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := u.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &u.bucket, Key: &u.key, UploadId: id})
	if err == nil || awserr.UploadGone(err) {
		return nil
	}
	return fmt.Errorf("parts of the manifest stay behind in the bucket, in the upload %s, until a lifecycle rule clears them: %w", aws.ToString(id), err)
}
