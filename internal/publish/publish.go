package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Client is what publishing needs of S3. *s3.Client has it.
type Client interface {
	header
	getter
	keyscan.Lister
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// Order says what to publish, and when not to.
type Order struct {
	Selection
	Key               string    // of the manifest
	MaxRemovedPercent int64     // of the videos that the manifest had
	Now               time.Time // goes into the document
	TempDir           string    // for the document before it is sent; "" means os.TempDir
}

// Result says what was published.
type Result struct {
	Current
	Report
	Diff manifest.Diff // to the manifest before
	// Unchanged says that the manifest held these very videos already, so that
	// nothing was written.
	Unchanged bool
	// Unconditional says that the server has no conditional writes: an update by
	// somebody else at the same moment could have been overwritten.
	Unconditional bool
}

// Inspect lists the videos for their Report alone.
func Inspect(ctx context.Context, client keyscan.Lister, s Selection) (Report, error) {
	c := &census{}
	for _, err := range videos(ctx, client, s, c) {
		if err != nil {
			return Report{}, err
		}
	}
	return c.report(), nil
}

// attempts bounds how often somebody else's update may come in between.
const attempts = 10

// Publish lists the videos and writes the manifest, on the condition that it is
// still what it was before the listing. When it is not, it begins again: whoever
// wrote it may have known of other videos.
//
// It fails with an error that is manifest.ErrNotManifest when the key holds
// something else, with a *ShrinkError when too many videos are gone, and leaves
// the manifest as it was after any error.
func Publish(ctx context.Context, client Client, o Order) (Result, error) {
	var err error
	for range attempts {
		var result Result
		result, err = o.once(ctx, client)
		if err == nil || !awserr.PreconditionFailed(err) && !errors.Is(err, errChanged) {
			return result, err
		}
	}
	return Result{}, fmt.Errorf("somebody else wrote the manifest %d times while it was being published: %w", attempts, err)
}

func (o Order) once(ctx context.Context, client Client) (Result, error) {
	// The ETag is taken before the listing: a condition on a later one could
	// overwrite a list that is newer than ours.
	etag, err := ETag(ctx, client, o.Bucket, o.Key)
	if err != nil && !errors.Is(err, ErrAbsent) {
		return Result{}, err
	}
	c := &census{}
	document, err := spool(o.TempDir, videos(ctx, client, o.Selection, c), o.Now)
	if err != nil {
		return Result{}, err
	}
	defer document.remove()

	result := Result{Report: c.report()}
	before, err := o.compare(ctx, client, etag, document, &result.Diff)
	if err != nil {
		return Result{}, err
	}
	if etag != "" && before.Summary.Digest == document.summary.Digest {
		result.Current, result.Unchanged = before, true
		return result, nil
	}
	if err := CheckShrink(o.Selection, o.Key, before.Summary.Count, result.Diff, o.MaxRemovedPercent); err != nil {
		return Result{}, err
	}
	out, unconditional, err := put(ctx, client, o, document, etag)
	if err != nil {
		return Result{}, err
	}
	result.Current = Current{
		Summary: document.summary, GeneratedAt: o.Now,
		ETag: bare(out.ETag), VersionID: aws.ToString(out.VersionId),
	}
	result.Unconditional = unconditional
	return result, nil
}

// compare sets diff to what the document changes in the manifest that has the
// ETag, "" for none, and returns that manifest. It fails with errChanged when
// the manifest has another ETag by now.
func (o Order) compare(ctx context.Context, client Client, etag string, document *spooled, diff *manifest.Diff) (before Current, err error) {
	if etag == "" {
		*diff, err = manifest.Compare(none, document.videos())
		return Current{}, err
	}
	*diff, before, err = compare(ctx, client, o.Bucket, o.Key, document.videos())
	if errors.Is(err, ErrAbsent) || err == nil && before.ETag != etag {
		return Current{}, errChanged
	}
	return before, err
}

// put sends the document, on the condition that the manifest still has the ETag,
// or that there still is none if the ETag is "".
func put(ctx context.Context, client Client, o Order, document *spooled, etag string) (out *s3.PutObjectOutput, unconditional bool, err error) {
	send := func(condition func(*s3.PutObjectInput)) (*s3.PutObjectOutput, error) {
		body, err := document.open()
		if err != nil {
			return nil, err
		}
		in := &s3.PutObjectInput{
			Bucket: &o.Bucket, Key: &o.Key, Body: body, ContentLength: &document.size,
			ContentType: aws.String("application/json"),
		}
		condition(in)
		return client.PutObject(ctx, in)
	}
	out, err = send(func(in *s3.PutObjectInput) {
		if etag == "" {
			in.IfNoneMatch = aws.String("*")
		} else {
			in.IfMatch = aws.String(`"` + etag + `"`)
		}
	})
	if awserr.Unsupported(err) {
		out, err = send(func(*s3.PutObjectInput) {})
		return out, true, err
	}
	if awserr.Is(err, "NoSuchKey") && etag != "" {
		return nil, false, fmt.Errorf("%w: %w", errChanged, err)
	}
	return out, false, err
}

// errChanged says that the manifest is another one, or gone, since its ETag was
// asked for.
var errChanged = errors.New("the manifest changed while it was being published")
