package awsclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func TestWebPagesAreNoAnswers(t *testing.T) {
	clean(t)
	for _, status := range []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound} {
		c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html><body><h1>Console</h1></body></html>"))
		}))).S3("")
		ctx, bucket := context.Background(), aws.String("videos")
		_, list := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket})
		_, cors := c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
		_, head := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket})
		head = awserr.ConfirmBucketGone(ctx, c, *bucket, head)
		for operation, err := range map[string]error{"list": list, "document": cors, "head": head} {
			var page *awserr.ForeignAnswer
			if !errors.As(err, &page) || page.Status != status || awserr.NotFound(err) {
				t.Errorf("%s, status %d: got %v, want a web page", operation, status, err)
			}
		}
	}
}

func TestServerErrorsBehindAProxyAreRepeated(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	s := local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html><body>Bad gateway</body></html>"))
		}
	}))
	s.MaxRetries = 2
	if _, err := mustNew(t, s).S3("").HeadBucket(context.Background(), &s3.HeadBucketInput{Bucket: aws.String("videos")}); err != nil || requests.Load() != 2 {
		t.Errorf("%d requests, %v", requests.Load(), err)
	}
}

func TestObjectsMayBeWebPages(t *testing.T) {
	clean(t)
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html/>"))
	}))).S3("")
	out, err := c.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("videos"), Key: aws.String("index.html")})
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(out.Body); err != nil || string(body) != "<html/>" {
		t.Errorf("%q, %v", body, err)
	}
}
