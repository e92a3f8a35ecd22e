package s3bucket

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// ID names a document of a bucket.
type ID struct {
	Bucket string
	Name   string // "" for a document of which a bucket has one
}

// Of names the document of which a bucket has one.
func Of(bucket string) ID { return ID{Bucket: bucket} }

// Document is one kind of document that buckets have, such as the CORS
// configuration. T is what the document says.
//
// Its methods retry what passes by itself and wait until S3 shows what was changed.
// Their errors are ErrAbsent, ErrNoBucket, *UnsupportedError, those that the kind's own
// comment names, and the server's.
type Document[T any] struct {
	Kind  string // in the singular, as in the middle of a sentence: "CORS configuration"
	Equal func(a, b T) bool

	// several says that a bucket can have several of them, each with a name.
	several bool

	get    func(ctx context.Context, client *s3.Client, id ID) (T, error) // ErrAbsent if there is none
	put    func(ctx context.Context, client *s3.Client, id ID, document T) error
	remove func(ctx context.Context, client *s3.Client, id ID) error

	// judge explains why S3 has refused a put, and marks what passes by itself with
	// passingError. nil leaves every error as it is.
	judge func(ctx context.Context, s *Store, id ID, document T, err error) error

	// accepted is called when S3 has accepted a put; nil does nothing.
	accepted func(s *Store, id ID, document T)
}

// Read returns a document.
func (d *Document[T]) Read(ctx context.Context, s *Store, id ID) (T, error) {
	return attempt(ctx, s, d.part(id), func(client *s3.Client) (T, error) { return d.get(ctx, client, id) })
}

// Write makes a document or replaces it, and waits until S3 shows it. before is what
// it replaces, nil for nothing.
//
// *UnconfirmedError says that S3 has accepted the document and does not show it in
// time, *RewrittenError that it goes on to show something else. The document is written
// in both cases.
func (d *Document[T]) Write(ctx context.Context, s *Store, id ID, want T, before *T) error {
	p := d.part(id)
	err := s.change(ctx, p, func(client *s3.Client) error {
		err := d.put(ctx, client, id, want)
		if err != nil && d.judge != nil {
			return d.judge(ctx, s, id, want, err)
		}
		return err
	})
	if mistaken(err) {
		_, readErr := d.Read(ctx, s, id)
		return p.suspect(err, readErr)
	}
	if err != nil {
		return err
	}
	if d.accepted != nil {
		d.accepted(s, id, want)
	}
	return d.settle(ctx, s, id, want, before)
}

// Remove deletes a document and waits until S3 no longer shows it. It is no error if
// there is none.
//
// It deletes nothing that it has not read before: some servers ignore a subresource
// that they do not implement, and would delete the bucket. Of the documents that have
// names, some servers can store and read one, yet take its DELETE for that of the
// bucket, which works if the bucket is empty. So on a server that is not AWS's no such
// DELETE is sent while the bucket is empty: that is a *BucketAtRiskError.
func (d *Document[T]) Remove(ctx context.Context, s *Store, id ID) error {
	p := d.part(id)
	_, err := d.Read(ctx, s, id)
	if err == nil {
		err = s.change(ctx, p, func(client *s3.Client) error {
			if d.several {
				if err := s.checkBucketIsSafe(ctx, client, p); err != nil {
					return err
				}
			}
			err := d.remove(ctx, client, id)
			if d.several && awserr.Is(err, "BucketNotEmpty") {
				return p.unsupported(err)
			}
			return err
		})
	}
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.look(ctx, p, "still reads back", func() (bool, error) {
		_, err := d.Read(ctx, s, id)
		if errors.Is(err, ErrAbsent) {
			return true, nil
		}
		return false, err
	})
}

func (d *Document[T]) part(id ID) part {
	return part{document: d.Kind, bucket: id.Bucket, name: id.Name}
}

// looks are the pauses between two looks at what was changed.
var looks = wait.Pauses{First: 50 * time.Millisecond, Last: 2 * time.Second}

// steady is how long a server may answer the same other thing before it is taken for
// its way of writing what was put.
const steady = 10 * time.Second

// settle waits until a document that was put reads back as an equal one. S3 does not
// tell when that is, so it looks at once, then ever less often.
//
// A server that rewrites documents never answers an equal one, but always the same.
// That is a *RewrittenError, unless the answer is what was there before: then the
// server has not made the change known yet.
func (d *Document[T]) settle(ctx context.Context, s *Store, id ID, want T, before *T) error {
	var (
		other *T // the last answer, when it is neither equal nor what was there before
		since time.Time
		began = s.clock.Now()
	)
	return s.look(ctx, d.part(id), "does not read back yet", func() (bool, error) {
		got, err := d.Read(ctx, s, id)
		switch {
		case errors.Is(err, ErrAbsent):
			other = nil
			return false, nil
		case err != nil: // which does not undo the write
			return false, &UnconfirmedError{Document: d.Kind, Bucket: id.Bucket, Trouble: "cannot be read back", Waited: s.clock.Now().Sub(began), Err: err}
		case d.Equal(want, got):
			return true, nil
		case before != nil && d.Equal(*before, got):
			other = nil
			return false, nil
		case other == nil || !d.Equal(*other, got):
			other, since = &got, s.clock.Now()
			return false, nil
		}
		if s.clock.Now().Sub(since) < steady {
			return false, nil
		}
		return true, &RewrittenError{Document: d.Kind, Bucket: id.Bucket}
	})
}

// look calls check until it is content. After the time that the context allows it
// gives up with an *UnconfirmedError, which says that trouble goes on.
func (s *Store) look(ctx context.Context, p part, trouble string, check func() (bool, error)) error {
	err := looks.Until(ctx, s.clock, limit(ctx), func(time.Duration) (bool, error) { return check() })
	var timeout *wait.TimeoutError
	if !errors.As(err, &timeout) {
		return err
	}
	return &UnconfirmedError{Document: p.document, Bucket: p.bucket, Trouble: trouble, Waited: timeout.Waited, Err: timeout.Err}
}

// part is one document of one bucket, in messages and errors.
type part struct {
	document     string // in the singular, as messages call it: "CORS configuration"
	bucket, name string
}

// change is call for a request that writes: one at a time for each bucket.
func (s *Store) change(ctx context.Context, p part, do func(*s3.Client) error) error {
	release, err := s.writes.Acquire(ctx, p.bucket)
	if err != nil {
		return err
	}
	defer release()
	return s.call(ctx, p, do)
}

// attempt is call for a request that reads.
func attempt[T any](ctx context.Context, s *Store, p part, get func(*s3.Client) (T, error)) (T, error) {
	var got T
	err := s.call(ctx, p, func(client *s3.Client) (err error) {
		got, err = get(client)
		return err
	})
	return got, err
}

// call sends a request to where the bucket is, again while the error is one that
// passes, and explains the error that is left.
func (s *Store) call(ctx context.Context, p part, do func(*s3.Client) error) error {
	client, err := s.Client(ctx, p.bucket)
	if err != nil {
		return err
	}
	err = s.retry(ctx, p.bucket, limit(ctx), func() error { return do(client) })
	var other *otherDocumentError
	switch {
	case errors.As(err, &other):
		return &UnsupportedError{Document: p.document, Bucket: p.bucket, Server: other.server, Err: err}
	case awserr.Unsupported(err):
		return p.unsupported(err)
	}
	return absent(err)
}

// checkBucketIsSafe returns nil if no misunderstanding can delete the bucket.
func (s *Store) checkBucketIsSafe(ctx context.Context, client *s3.Client, p part) error {
	if s.clients.AtAWS() {
		return nil
	}
	out, err := client.ListObjectsV2(ctx, awserr.ListOne(p.bucket))
	server := awserr.OriginOf(err)
	if err == nil {
		server = awserr.OriginOfSuccess(out.ResultMetadata)
	}
	switch {
	case server.IsAWS():
		return nil // AWS by another name
	case err != nil:
		return err
	case len(out.Contents) == 0:
		return &BucketAtRiskError{Document: p.document, Bucket: p.bucket, Server: server.String()}
	}
	return nil
}

// otherDocument is the error for an answer that is a success, yet not the document
// that was asked for: the server took the request for another one.
func otherDocument(metadata middleware.Metadata) error {
	return &otherDocumentError{server: awserr.OriginOfSuccess(metadata).String()}
}

type otherDocumentError struct{ server string }

func (*otherDocumentError) Error() string {
	return "the answer is not the document that was asked for"
}

func (p part) unsupported(err error) error {
	return &UnsupportedError{Document: p.document, Bucket: p.bucket, Server: awserr.Server(err), Err: err}
}

// mistaken reports whether a put may have been refused because the server took
// it for a request to make a bucket.
func mistaken(err error) bool {
	return awserr.Is(err, "MalformedXML", "BucketAlreadyOwnedByYou", "BucketAlreadyExists")
}

// suspect judges such a put by what a read of the same document answered. The
// server lacks the document if it cannot read it either; a server other than
// AWS's probably does if it only says that there is none.
func (p part) suspect(putErr, readErr error) error {
	var unsupported *UnsupportedError
	if errors.As(readErr, &unsupported) || errors.Is(readErr, ErrAbsent) && !awserr.OriginOf(putErr).IsAWS() {
		return p.unsupported(putErr)
	}
	return putErr
}
