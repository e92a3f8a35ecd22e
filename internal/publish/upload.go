package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// uploader is what sending a document of any size needs of S3.
type uploader interface {
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	CreateMultipartUpload(context.Context, *s3.CreateMultipartUploadInput, ...func(*s3.Options)) (*s3.CreateMultipartUploadOutput, error)
	UploadPart(context.Context, *s3.UploadPartInput, ...func(*s3.Options)) (*s3.UploadPartOutput, error)
	CompleteMultipartUpload(context.Context, *s3.CompleteMultipartUploadInput, ...func(*s3.Options)) (*s3.CompleteMultipartUploadOutput, error)
	AbortMultipartUpload(context.Context, *s3.AbortMultipartUploadInput, ...func(*s3.Options)) (*s3.AbortMultipartUploadOutput, error)
	ListMultipartUploads(context.Context, *s3.ListMultipartUploadsInput, ...func(*s3.Options)) (*s3.ListMultipartUploadsOutput, error)
}

const contentType = "application/json"

// upload sends a document, on the condition that it replaces what it is made to
// replace.
type upload struct {
	client      uploader
	bucket, key string
	mark        string // goes into the metadata; see markName
	document    *spooled
	replaces    *Head     // nil when there must be no object
	anything    bool      // it replaces whatever is there
	began       time.Time // the run that this upload ends
	// unconditional says that the server's conditional writes do not work, so that the
	// document is sent without the condition, right after unchanged.
	unconditional bool
	// unchanged fails with errChanged if the object is not the one to replace.
	unchanged func(context.Context) error
}

// singlePut is the size in bytes up to which a document goes in one request. S3
// takes larger ones, but a request that breaks off has to begin again.
const singlePut = 64 << 20

// send sends the document. It fails with an error that is errChanged, or
// awserr.PreconditionFailed, when the condition does not hold.
func (u *upload) send(ctx context.Context) (etag, versionID string, err error) {
	if u.document.size > singlePut {
		return u.sendParts(ctx, partSize(u.document.size))
	}
	var out *s3.PutObjectOutput
	err = u.conditionally(ctx, func(ifMatch, ifNoneMatch *string) (err error) {
		out, err = u.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &u.bucket, Key: &u.key, ContentType: aws.String(contentType), Metadata: u.metadata(),
			Body: u.document.part(0, u.document.size), ContentLength: &u.document.size,
			IfMatch: ifMatch, IfNoneMatch: ifNoneMatch,
		})
		return err
	})
	if err != nil {
		return "", "", err
	}
	return s3wire.BareETag(aws.ToString(out.ETag)), aws.ToString(out.VersionId), nil
}

func (u *upload) metadata() map[string]string { return map[string]string{markName: u.mark} }

// conditionally makes a write with the condition, and then, if the server does not
// know conditions, without.
func (u *upload) conditionally(ctx context.Context, write func(ifMatch, ifNoneMatch *string) error) error {
	var err error
	switch {
	case u.anything:
		return write(nil, nil)
	case u.replaces == nil:
		err = write(nil, aws.String("*"))
	case u.replaces.Condition == "":
		u.unconditional = true
	case !u.unconditional:
		err = write(&u.replaces.Condition, nil)
	}
	if awserr.Unsupported(err) {
		u.unconditional = true
	}
	if u.unconditional {
		if err = u.unchanged(ctx); err == nil {
			err = write(nil, nil)
		}
	}
	if awserr.ObjectGone(err) && !awserr.BucketGone(err) && u.replaces != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	return err
}

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

// abortOrphans aborts uploads of the manifest that were begun before this run, or in
// the same second, since S3 tells seconds only; but not its own. One whose process was
// killed stays behind like that, and its parts are paid for. That of a run that is
// still going is aborted too, and that run begins again; it leaves ours alone, which
// began later than it did.
//
// What cannot be cleared does no harm to the manifest and waits for the next run,
// or for a lifecycle rule, so errors are ignored.
func (u *upload) abortOrphans(ctx context.Context, own *string) {
	var out *s3.ListMultipartUploadsOutput
	var err error
	// One page is enough: what has the very key comes before what begins with it.
	for out, err = range s3wire.Uploads(ctx, u.client, s3.ListMultipartUploadsInput{Bucket: &u.bucket, Prefix: &u.key}) {
		break
	}
	if err != nil {
		return
	}
	for _, other := range out.Uploads {
		later := aws.ToTime(other.Initiated).Truncate(time.Second).After(u.began) // ours may not seem so when our clock is ahead
		if aws.ToString(other.Key) == u.key && !later && aws.ToString(other.UploadId) != aws.ToString(own) {
			_ = u.abort(ctx, other.UploadId)
		}
	}
}

// spooled is a whole document in a temporary file.
type spooled struct {
	file    *tempfile.File
	size    int64 // bytes
	summary manifest.Summary
}

// spool writes the document of a list. No file is left when the list fails.
func spool(dir string, list iter.Seq2[manifest.Video, error], now time.Time) (_ *spooled, err error) {
	file, err := tempfile.New(dir, "fovea-manifest-*.json")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for the manifest: %w", err)
	}
	s := &spooled{file: file}
	defer func() {
		if err != nil {
			s.remove()
		}
	}()
	encoder := manifest.NewEncoder(file)
	for v, err := range list {
		if err != nil {
			return nil, err
		}
		if err := encoder.Add(v); err != nil {
			return nil, spoolError(err)
		}
	}
	if s.summary, err = encoder.Close(now); err != nil {
		return nil, spoolError(err)
	}
	if s.size, err = file.Seek(0, io.SeekCurrent); err != nil {
		return nil, spoolError(err)
	}
	return s, nil
}

func spoolError(err error) error {
	if errors.Is(err, manifest.ErrUnsorted) {
		return err
	}
	return fmt.Errorf("writing the manifest to a temporary file: %w", err)
}

// part returns some bytes of the document, which do not move with other reads.
func (s *spooled) part(from, size int64) *io.SectionReader {
	return io.NewSectionReader(s.file, from, size)
}

// videos yields the list again, as often as it is asked for.
func (s *spooled) videos() iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		manifest.NewDecoder(s.part(0, s.size)).Videos()(yield)
	}
}

// remove deletes the file.
func (s *spooled) remove() { s.file.Discard() }
