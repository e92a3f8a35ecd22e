package publish

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// ErrAbsent says that there is no manifest, or no bucket.
var ErrAbsent = errors.New("there is no such object")

// Current is a manifest as it is in its bucket.
type Current struct {
	Summary     manifest.Summary
	GeneratedAt time.Time
	ETag        string // without quotation marks; "" from a server that has none
	VersionID   string // "" in a bucket without versions
	Size        int64  // of the document, in bytes
	Marked      bool   // Publish has written it
}

type header interface {
	getter
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
}

// Head is what one small request says of a manifest.
type Head struct {
	ETag      string // without quotation marks; "" from a server that has none
	Condition string // the ETag as If-Match wants it; "" for none
}

// HeadOf asks for the Head of an object, which changes with its content. It fails with
// ErrAbsent when there is none.
func HeadOf(ctx context.Context, client header, bucket, key string) (Head, error) {
	out, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return Head{}, absent(awserr.ConfirmObjectGone(ctx, client, bucket, key, nil, err))
	}
	etag := aws.ToString(out.ETag)
	return Head{ETag: s3wire.BareETag(etag), Condition: s3wire.IfMatch(etag)}, nil
}

// ETag is HeadOf for the ETag alone.
func ETag(ctx context.Context, client header, bucket, key string) (string, error) {
	head, err := HeadOf(ctx, client, bucket, key)
	return head.ETag, err
}

type getter interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// Read downloads a manifest and sums it up, without keeping it. It fails with
// ErrAbsent, and with an error that is manifest.ErrNotManifest.
func Read(ctx context.Context, client getter, bucket, key string) (Current, error) {
	m, err := Open(ctx, client, bucket, key)
	if err != nil {
		return Current{}, err
	}
	defer m.Close()
	digester := manifest.NewDigester()
	for _, err := range digested(m.Videos(), digester) {
		if err != nil {
			return Current{}, err
		}
	}
	return m.current(digester), nil
}

// Manifest is one that is being downloaded.
type Manifest struct {
	ETag, VersionID string

	size    int64
	marked  bool
	body    io.Closer
	decoder *manifest.Decoder
}

// Open begins to download a manifest. It fails with ErrAbsent.
func Open(ctx context.Context, client getter, bucket, key string) (*Manifest, error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, absent(err)
	}
	return &Manifest{
		ETag: s3wire.BareETag(aws.ToString(out.ETag)), VersionID: aws.ToString(out.VersionId),
		size: aws.ToInt64(out.ContentLength), marked: out.Metadata[markName] == markList,
		body: out.Body, decoder: manifest.NewDecoder(out.Body),
	}, nil
}

// Videos yields the videos once. See [manifest.Decoder.Videos].
func (m *Manifest) Videos() iter.Seq2[manifest.Video, error] { return m.decoder.Videos() }

// GeneratedAt is when the manifest was made, known once Videos has ended.
func (m *Manifest) GeneratedAt() time.Time { return m.decoder.GeneratedAt() }

// current describes the manifest once all its videos went through the digester.
func (m *Manifest) current(d *manifest.Digester) Current {
	return Current{Summary: d.Sum(), GeneratedAt: m.GeneratedAt(), ETag: m.ETag, VersionID: m.VersionID, Size: m.size, Marked: m.marked}
}

// Close ends the download.
func (m *Manifest) Close() { _ = m.body.Close() } // it was read or given up: nothing can be lost

// absent marks an answer that says that the object, or its bucket, does not exist.
func absent(err error) error {
	if awserr.ObjectGone(err) {
		return errors.Join(ErrAbsent, err)
	}
	return err
}
