package s3bucket

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// creation is how long Create waits for another operation on the name to end,
// such as the deletion of a bucket of that name.
const creation = 20 * time.Minute

// Create makes a bucket in a region; "" means the provider's. nil says that this
// call made it, even if ctx has ended. It never takes over a bucket that
// is there already: that is an *ExistsError, or a *TakenError when it is not the
// caller's.
//
// Calls about the bucket that follow bear with servers that do not know of it
// yet.
func (s *Store) Create(ctx context.Context, bucket, region string) error {
	release, err := s.writes.Acquire(ctx, bucket)
	if err != nil {
		return err
	}
	defer release()

	// A bucket of another account that lets this one in is not the caller's: S3 then
	// denies the question whether the name is free.
	s.clients.ExpectOwner(bucket)
	if err := s.create(ctx, bucket, region); err != nil {
		s.clients.ForgetOwner(bucket)
		return err
	}
	return nil
}

func (s *Store) create(ctx context.Context, bucket, region string) error {
	client := s.clients.S3(region)
	region = client.Options().Region
	// S3 in us-east-1 answers a second creation as it does the first, so it has to
	// be asked before.
	if !s.takeFree(bucket) {
		if err := s.mustBeFree(ctx, client, bucket); err != nil {
			return err
		}
	}
	var unheard bool
	err := s.send(ctx, client, bucket, &unheard)
	switch {
	case err == nil, unheard && (awserr.Is(err, "BucketAlreadyOwnedByYou") || lost(ctx, err) && appeared(ctx, client, bucket)):
		// With the second, the name was free, and this call has made the bucket with
		// a request whose answer was lost, or not waited for.
	case awserr.Is(err, "BucketAlreadyOwnedByYou"):
		return &ExistsError{Bucket: bucket, Region: region, Err: err}
	case awserr.Is(err, "BucketAlreadyExists"):
		return &TakenError{Bucket: bucket, Err: err}
	default:
		return err
	}
	s.clients.RememberRegion(bucket, region)
	s.note(s.made, bucket)
	return nil
}

// Look returns nil if no bucket has the name, and otherwise an *ExistsError, a
// *TakenError or the server's error. It asks the server, whatever is known of the
// bucket. A Create of the same store that follows does not ask again.
func (s *Store) Look(ctx context.Context, bucket, region string) error {
	s.clients.ForgetRegion(bucket)
	s.clients.ExpectOwner(bucket)
	err := s.mustBeFree(ctx, s.clients.S3(region), bucket)
	if err == nil {
		s.note(s.free, bucket)
	}
	var exists *ExistsError
	if !errors.As(err, &exists) {
		s.clients.ForgetOwner(bucket)
	}
	return err
}

// takeFree reports whether Look found the name free a moment ago, once.
func (s *Store) takeFree(bucket string) bool {
	free := s.recent(s.free, bucket)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.free, bucket)
	return free
}

// send sends the request that makes a bucket. Servers with one region often refuse a
// location, so it is left out in a second request there, unless it is another region
// than the provider's: that one the configuration asks for.
func (s *Store) send(ctx context.Context, client *s3.Client, bucket string, unheard *bool) error {
	region := client.Options().Region
	in := &s3.CreateBucketInput{Bucket: &bucket}
	put := func() error {
		return s.retry(ctx, bucket, creation, func() error {
			_, err := client.CreateBucket(ctx, in, noteUnheard(unheard))
			return err
		})
	}
	if region == "us-east-1" { // which S3 does not let anyone name
		return put()
	}
	in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	err := put()
	switch {
	case !locationRefused(err) || s.clients.AtAWS():
		return err
	case region != s.clients.S3("").Options().Region:
		return &LocationError{Region: region, Chosen: true, Err: err}
	}
	in.CreateBucketConfiguration = nil
	again := put()
	if locationRefused(again) {
		return &LocationError{Region: region, Err: fmt.Errorf("%w; without a location: %w", err, again)}
	}
	return again
}

// locationRefused reports whether a server refuses the location of a new bucket, or the
// document that holds it.
func locationRefused(err error) bool {
	return awserr.Is(err, "MalformedXML", "InvalidLocationConstraint", "IllegalLocationConstraintException") || awserr.Unsupported(err)
}

// lost reports whether an error leaves open what came of the last attempt: ctx ended, or
// the answer is missing or broke off.
func lost(ctx context.Context, err error) bool {
	return ctx.Err() != nil || !attemptRefused(err) && !awserr.Throttled(err)
}

// attemptRefused reports whether the server blamed a request on the sender, and so has
// not carried it out.
func attemptRefused(err error) bool {
	status := awserr.Status(err)
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// mustBeFree returns nil only if the server says that no bucket has that name.
func (s *Store) mustBeFree(ctx context.Context, client *s3.Client, bucket string) error {
	region, err := s.find(ctx, client, bucket)
	if elsewhere := awserr.OriginOf(err).Region; elsewhere != "" && elsewhere != client.Options().Region && awserr.Status(err) != http.StatusNotFound {
		client = s.clients.S3(elsewhere)
		region, err = s.find(ctx, client, bucket)
	}
	switch {
	case err == nil:
		return &ExistsError{Bucket: bucket, Region: cmp.Or(region, client.Options().Region)}
	case awserr.BucketGone(err):
		s.clients.RememberGone(bucket, err)
		return nil
	case awserr.Denied(err) && awserr.Code(err) != "": // without a code it may be a proxy that says so
		return &TakenError{Bucket: bucket, Err: err}
	}
	return err
}

// find asks whether a bucket exists, with a request that can prove that it does not: an
// error that is awserr.BucketGone. It returns the bucket's region, "" when the server
// names none.
func (s *Store) find(ctx context.Context, client *s3.Client, bucket string) (region string, err error) {
	if s.clients.AtAWS() {
		out, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.BucketRegion), nil
	}
	out, err := client.ListObjectsV2(ctx, awserr.ListOne(bucket))
	if err != nil {
		return "", err
	}
	return awserr.OriginOfSuccess(out.ResultMetadata).Region, nil
}

// appeared reports whether the bucket is there, although ctx has ended.
func appeared(ctx context.Context, client *s3.Client, bucket string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	return err == nil
}

// noteUnheard sets a flag when an attempt ends without saying whether it was
// carried out: the answer was lost, or the server failed.
func noteUnheard(unheard *bool) func(*s3.Options) {
	note := middleware.FinalizeMiddlewareFunc("NoteUnheard", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		if err != nil && !attemptRefused(err) && !awserr.Throttled(err) {
			*unheard = true
		}
		return out, metadata, err
	})
	return func(o *s3.Options) {
		// At the end of the step, behind the SDK's retries: once for each attempt.
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error { return stack.Finalize.Add(note, middleware.After) })
	}
}
