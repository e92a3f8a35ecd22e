package s3bucket

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// notS3 are answers of what stands between Terraform and S3.
var notS3 = map[string]fakeaws.Fault{
	"text":     {ContentType: "text/plain", Body: "404 page not found"},
	"JSON":     {ContentType: "application/json", Body: `{"message":"no Route matched with those values"}`},
	"bytes":    {ContentType: "application/octet-stream", Body: "not found"},
	"web page": {ContentType: "text/html", Body: "<html><body>Not found</body></html>"},
	"no body":  {},
}

// TestForeignAnswersProveNothing reads and deletes everything through a route that
// leads elsewhere, when the bucket's region is known from before.
func TestForeignAnswersProveNothing(t *testing.T) {
	for name, fault := range notS3 {
		t.Run(name, func(t *testing.T) {
			s, _, server := onAWS(t)
			must(t, s.Create(t.Context(), "videos", ""))
			fault.Status, fault.Foreign = http.StatusNotFound, true
			lift := server.Inject(fault)
			calls := map[string]func(context.Context) error{
				"tags":        func(ctx context.Context) error { _, err := Tags.Read(ctx, s, Of("videos")); return err },
				"delete":      func(ctx context.Context) error { return s.Delete(ctx, "videos") },
				"force":       func(ctx context.Context) error { return s.DeleteWithContents(ctx, "videos", nil) },
				"delete tags": func(ctx context.Context) error { return Tags.Write(ctx, s, Of("videos"), nil, nil) },
				"create":      func(ctx context.Context) error { return s.Create(ctx, "other", "") },
			}
			for _, r := range roundTrips(s, "role") {
				calls["read "+r.name] = func(ctx context.Context) error { _, err := r.check(ctx); return err }
				if r.clear != nil {
					calls["clear "+r.name] = r.clear
				}
			}
			for call, do := range calls {
				var answer *awserr.ForeignAnswer
				if err := do(t.Context()); !errors.As(err, &answer) || errors.Is(err, ErrAbsent) {
					t.Errorf("%s: got %v, want an error that something else answered", call, err)
				}
			}
			lift()
			if _, err := Versioning.Read(t.Context(), s, Of("videos")); err != nil {
				t.Errorf("got %v, want the bucket as it was", err)
			}
			server.Requests().Reset()
			s.clients.ForgetRegion("videos")
			fault.Operation, fault.Times = "HeadBucket", 1
			server.Inject(fault)
			if _, err := s.Region(t.Context(), "videos"); err == nil || errors.Is(err, ErrAbsent) {
				t.Errorf("one odd answer: got %v, want an error that does not say that the bucket is gone", err)
			}
			if n := server.Requests().Total(); n != 2 {
				t.Errorf("got %v, want HEAD and a listing", server.Requests().Counts())
			}
		})
	}
}

// TestCodesOfOtherMakes has servers with codes of their own for documents.
func TestCodesOfOtherMakes(t *testing.T) {
	for _, code := range []string{"NoSuchTagSetError", "NoSuchConfigurationError", "ObjectLockConfigurationNotFoundError", "NoSuchKey", "NotFound", "NoSuchCORSConfigurationException"} {
		t.Run(code, func(t *testing.T) {
			s, _, server := onAWS(t)
			must(t, s.Create(t.Context(), "videos", ""))
			for _, operation := range []string{
				"GetBucketCors", "GetPublicAccessBlock", "GetBucketOwnershipControls", "GetBucketLifecycleConfiguration", "GetBucketLogging",
				"GetBucketMetricsConfiguration", "GetBucketIntelligentTieringConfiguration", "GetBucketInventoryConfiguration", "GetBucketPolicy", "GetBucketReplication", "GetBucketTagging",
			} {
				server.Inject(fakeaws.Fault{Operation: operation, Status: http.StatusNotFound, Code: code, Message: "m"})
			}
			// Read by the test, and by the put, which reads back what it has put.
			server.Inject(fakeaws.Fault{Operation: "GetBucketEncryption", Times: 2, Status: http.StatusNotFound, Code: code, Message: "m"})
			for _, r := range roundTrips(s, "role") {
				if r.name == Versioning.Kind { // which every bucket has
					continue
				}
				if _, err := r.check(t.Context()); !errors.Is(err, ErrAbsent) || errors.Is(err, ErrNoBucket) {
					t.Errorf("%s: got %v, want that the document is absent", r.name, err)
				}
				if r.clear != nil {
					must(t, r.clear(t.Context()))
				}
			}
			if tags, err := Tags.Read(t.Context(), s, Of("videos")); err != nil || len(tags) != 0 {
				t.Errorf("got tags %v, %v, want none", tags, err)
			}
			must(t, Encryption.Write(t.Context(), s, Of("videos"), EncryptionSettings{Algorithm: "AES256"}, nil))
		})
	}
}

// TestBucketIsLookedForOnce counts the requests that show that a name is free.
func TestBucketIsLookedForOnce(t *testing.T) {
	s, _, server := onAWS(t)
	server.Requests().Reset()
	must(t, s.Create(t.Context(), "videos", ""))
	must(t, s.Delete(t.Context(), "videos"))
	for operation, want := range map[string]int{"ListObjectsV2": 2, "HeadBucket": 0, "CreateBucket": 1, "DeleteBucket": 1} {
		if got := server.Requests().Count(operation); got != want {
			t.Errorf("%s: got %d requests, want %d", operation, got, want)
		}
	}
}
