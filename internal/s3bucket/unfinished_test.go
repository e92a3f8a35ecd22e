package s3bucket

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

func TestUnfinished(t *testing.T) {
	s, clients, server := onAWS(t)
	ctx := t.Context()
	for _, bucket := range []string{"fovea-new", "fovea-versioned", "fovea-open", "fovea-filled", "fovea-not-mine", "other-new"} {
		_, err := clients.S3("").CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket})
		must(t, err)
	}
	for _, bucket := range []string{"fovea-versioned", "fovea-open"} {
		must(t, Versioning.Write(ctx, s, Of(bucket), types.BucketVersioningStatusEnabled, nil))
	}
	_, err := clients.S3("").DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: aws.String("fovea-open")})
	must(t, err)
	_, err = clients.S3("").PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("fovea-filled"), Key: aws.String("a.mp4")})
	must(t, err)

	match := func(bucket string) bool { return strings.HasPrefix(bucket, "fovea-") && bucket != "fovea-not-mine" }
	got, err := s.Unfinished(ctx, "fovea-", match)
	must(t, err)
	slices.Sort(got)
	if want := []string{"fovea-new", "fovea-open"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if n := server.Requests().Count("ListBuckets"); n != 1 {
		t.Errorf("got %d requests to list buckets, want 1", n)
	}
	server.Inject(fakeaws.Fault{Operation: "ListBuckets", Status: http.StatusForbidden, Code: "AccessDenied"})
	if got, err := s.Unfinished(ctx, "fovea-", match); err == nil || got != nil {
		t.Errorf("got %v, %v for a denied list, want the error", got, err)
	}
}

// TestLook looks for a name again whatever is known of it, and spares Create the same
// question once.
func TestLook(t *testing.T) {
	s, clients, server := onAWS(t)
	ctx := t.Context()
	clients.RememberRegion("videos", "eu-west-1") // by a lookup of a bucket that is gone
	must(t, s.Look(ctx, "videos", ""))
	before := server.Requests().Count("HeadBucket")
	must(t, s.Create(ctx, "videos", ""))
	if n := server.Requests().Count("HeadBucket") - before; n != 0 {
		t.Errorf("Create sent %d HeadBucket requests after Look, want none", n)
	}
	var exists *ExistsError
	if err := s.Look(ctx, "videos", ""); !errors.As(err, &exists) {
		t.Errorf("got %v, want an *ExistsError", err)
	}
	_, err := clients.S3("").PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("videos"), Key: aws.String("a\x07.mp4")})
	must(t, err)
	if err := s.Look(ctx, "videos", ""); !errors.As(err, &exists) {
		t.Errorf("got %v for a bucket whose first key XML cannot carry, want an *ExistsError", err)
	}
	if err := s.Create(ctx, "videos", ""); !errors.As(err, &exists) {
		t.Errorf("got %v for a second Create, want an *ExistsError", err)
	}
}
