package s3bucket

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// part is one document of one bucket.
type part struct {
	document string // in the singular, as messages call it: "CORS configuration"
	bucket   string
}

// String says what the part is, as in the middle of a sentence.
func (p part) String() string { return "the " + p.document + " of the bucket " + p.bucket }

// read gets a document. Its errors are ErrAbsent, *UnsupportedError and the
// server's.
func read[T any](ctx context.Context, s *Store, p part, get func(*s3.Client) (T, error)) (T, error) {
	var got T
	err := s.call(ctx, p, func(client *s3.Client) (err error) {
		got, err = get(client)
		return err
	})
	return got, err
}

// write puts a document and waits until it reads back as an equal one.
func write[T any](ctx context.Context, s *Store, p part, want T, reread reader[T], equal func(a, b T) bool, put func(*s3.Client) error) error {
	err := s.change(ctx, p, put)
	if mistaken(err) {
		_, readErr := reread(ctx, p.bucket)
		return p.suspect(err, readErr)
	}
	if err != nil {
		return err
	}
	return settle(ctx, s, p, want, reread, equal)
}

// remove clears a document and waits until it is gone. It deletes nothing that it
// has not read before: some servers take no notice of a sub-resource that they do
// not implement, and would delete the bucket.
func remove[T any](ctx context.Context, s *Store, p part, reread reader[T], clearIt func(*s3.Client) error) error {
	_, err := reread(ctx, p.bucket)
	if err == nil {
		err = s.change(ctx, p, clearIt)
	}
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	return settleAbsent(ctx, s, p, reread)
}

// reader is a method of Store that reads one document of a bucket.
type reader[T any] func(ctx context.Context, bucket string) (T, error)

// change is call for a request that writes: one at a time for each bucket.
func (s *Store) change(ctx context.Context, p part, do func(*s3.Client) error) error {
	release, err := s.writes.acquire(ctx, p.bucket)
	if err != nil {
		return err
	}
	defer release()
	return s.call(ctx, p, do)
}

// call sends a request to where the bucket is, again while the error is one that
// passes, and explains the error that is left.
func (s *Store) call(ctx context.Context, p part, do func(*s3.Client) error) error {
	client, err := s.client(ctx, p.bucket)
	if err != nil {
		return err
	}
	err = s.retry(ctx, p.bucket, limit(ctx), func() error { return do(client) })
	if awserr.Unsupported(err) {
		return p.unsupported(err)
	}
	return absent(err)
}
