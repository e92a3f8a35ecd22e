package fakeaws

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestConditionalWrites(t *testing.T) {
	_, c := withBucket(t, Options{})
	etag := put(t, c, "there", "x").ETag
	tests := map[string]struct {
		in   s3.PutObjectInput
		code string
	}{
		"create":                       {s3.PutObjectInput{Key: aws.String("new"), IfNoneMatch: aws.String("*")}, ""},
		"create what is there":         {s3.PutObjectInput{Key: aws.String("there"), IfNoneMatch: aws.String("*")}, "PreconditionFailed"},
		"update with an old etag":      {s3.PutObjectInput{Key: aws.String("there"), IfMatch: aws.String(`"old"`)}, "PreconditionFailed"},
		"update what is not there":     {s3.PutObjectInput{Key: aws.String("absent"), IfMatch: etag}, "NoSuchKey"},
		"create unless of an etag":     {s3.PutObjectInput{Key: aws.String("there"), IfNoneMatch: etag}, "NotImplemented"},
		"update, whatever is there":    {s3.PutObjectInput{Key: aws.String("there"), IfMatch: aws.String("*")}, "NotImplemented"},
		"create and update in one put": {s3.PutObjectInput{Key: aws.String("there"), IfMatch: etag, IfNoneMatch: aws.String("*")}, "NotImplemented"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			tc.in.Bucket, tc.in.Body = videos, strings.NewReader("y")
			if _, err := c.PutObject(t.Context(), &tc.in); tc.code != "" || err != nil {
				wantCode(t, err, tc.code)
			}
		})
	}
	put(t, c, "there", "y", func(in *s3.PutObjectInput) { in.IfMatch = etag })
	_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("there"), Body: strings.NewReader("z"), IfMatch: etag})
	wantCode(t, err, "PreconditionFailed")
}

// hookedReader calls hook before anything is read.
type hookedReader struct {
	io.Reader
	hook func()
}

func (r *hookedReader) Read(p []byte) (int, error) {
	if r.hook != nil {
		r.hook()
		r.hook = nil
	}
	return r.Reader.Read(p)
}

func TestDeletionDuringConditionalWriteConflicts(t *testing.T) {
	_, c := withBucket(t, Options{})
	put(t, c, "k", "x")
	url := must[*presigned](t)(presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("k"), IfNoneMatch: aws.String("*")}))
	body := &hookedReader{Reader: strings.NewReader("xy"), hook: func() {
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: videos, Key: aws.String("k")}); err != nil {
			t.Error(err)
		}
	}}
	r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPut, url.URL, body))
	r.Header, r.ContentLength = url.SignedHeader.Clone(), 2
	// The client sends the body when the server begins to read it, which is after
	// the server has looked at the key.
	r.Header.Set("Expect", "100-continue")
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	resp := must[*http.Response](t)(transport.RoundTrip(r))
	if text := read(t, resp.Body); resp.StatusCode != http.StatusConflict || !strings.Contains(text, "ConditionalRequestConflict") {
		t.Errorf("status %d, %s", resp.StatusCode, text)
	}
}
