package publish

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
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
