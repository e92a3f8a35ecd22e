package fakeaws

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestUnknownOperations(t *testing.T) {
	s, _ := withBucket(t, Options{})
	const unknown = http.StatusNotImplemented
	for _, tt := range []struct {
		method, target string
		header         map[string]string
		status         int
		code           string
	}{
		{http.MethodGet, "/videos?analytics", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?website", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?accelerate", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos?object-lock", nil, unknown, "NotImplemented"},
		// The sub-resource of a server that is asked to delete must never
		// pass for the bucket.
		{http.MethodDelete, "/videos?metrics", nil, unknown, "NotImplemented"},
		{http.MethodDelete, "/videos?website", nil, unknown, "NotImplemented"},
		{http.MethodDelete, "/videos?abac", nil, unknown, "NotImplemented"},
		{http.MethodPost, "/videos?select", nil, unknown, "NotImplemented"},
		{http.MethodPut, "/videos/key?retention", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/videos/key?torrent", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/?x", nil, unknown, "NotImplemented"},
		{http.MethodPatch, "/videos/key", nil, http.StatusMethodNotAllowed, "MethodNotAllowed"},
		{http.MethodGet, "/videos?cors&fast", nil, unknown, "NotImplemented"},
		{http.MethodGet, "/videos?cors", map[string]string{"X-Amz-Mfa": "1"}, unknown, "NotImplemented"},
		{http.MethodGet, "/videos?cors", map[string]string{"X-Custom": "1"}, http.StatusNotFound, "NoSuchCORSConfiguration"},
	} {
		a := ask(t, s, s.Root(), tt.method, tt.target, "", tt.header)
		if a.status != tt.status || a.code != tt.code {
			t.Errorf("%s %s %v: %d %s, want %d %s", tt.method, tt.target, tt.header, a.status, a.code, tt.status, tt.code)
		}
	}
	c := client(s, s.Root())
	if _, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos}); err != nil {
		t.Errorf("the bucket is gone: %v", err)
	}
}

func TestOtherServices(t *testing.T) {
	s := start(t, Options{})
	r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/", nil))
	key := must[aws.Credentials](t)(provider(s.Root()).Retrieve(t.Context()))
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, emptySHA256, "kms", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	if a := roundTrip(t, r); a.status != http.StatusNotImplemented || a.code != "NotImplemented" {
		t.Errorf("KMS: %d %s", a.status, a.code)
	}
}

// emptySHA256 is the hash of no body.
const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
