package fakeaws

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type presigned = v4.PresignedHTTPRequest

func presign(c *s3.Client) *s3.PresignClient { return s3.NewPresignClient(c) }

// send sends a presigned request and gives the status and the body.
func send(t testing.TB, p *presigned, body io.Reader, header http.Header) (*http.Response, string) {
	t.Helper()
	r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), p.Method, p.URL, body))
	for name, values := range p.SignedHeader {
		r.Header[name] = values
	}
	for name, values := range header {
		r.Header[name] = values
	}
	resp := must[*http.Response](t)(http.DefaultClient.Do(r))
	return resp, read(t, resp.Body)
}

func TestPresignedGet(t *testing.T) {
	now := newClock()
	_, c := withBucket(t, Options{Clock: now.Now})
	put(t, c, "a clip.mp4", "0123456789")
	url := must[*presigned](t)(presign(c).PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: videos, Key: aws.String("a clip.mp4"), ResponseContentType: aws.String("video/mp4"), ResponseContentDisposition: aws.String(`attachment; filename="a.mp4"`),
	}, s3.WithPresignExpires(time.Hour)))

	resp, body := send(t, url, nil, nil)
	if resp.StatusCode != http.StatusOK || body != "0123456789" || resp.Header.Get("Content-Type") != "video/mp4" || resp.Header.Get("Content-Disposition") != `attachment; filename="a.mp4"` {
		t.Errorf("status %d, %v, %s", resp.StatusCode, resp.Header, body)
	}
	resp, body = send(t, url, nil, http.Header{"Range": {"bytes=0-0"}})
	if resp.StatusCode != http.StatusPartialContent || body != "0" {
		t.Errorf("ranged: status %d, %s", resp.StatusCode, body)
	}
	now.Advance(50 * time.Minute)
	if resp, body := send(t, url, nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("after 50 minutes: status %d, %s", resp.StatusCode, body)
	}
	now.Advance(11 * time.Minute)
	if resp, body := send(t, url, nil, nil); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "Request has expired") {
		t.Errorf("after 61 minutes: status %d, %s", resp.StatusCode, body)
	}
}

func TestPresignedGetIsForOneKey(t *testing.T) {
	_, c := withBucket(t, Options{})
	put(t, c, "a.mp4", "a")
	put(t, c, "b.mp4", "b")
	url := must[*presigned](t)(presign(c).PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("a.mp4")}))
	url.URL = strings.Replace(url.URL, "a.mp4", "b.mp4", 1)
	if resp, body := send(t, url, nil, nil); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
}

func TestPresignedPut(t *testing.T) {
	_, c := withBucket(t, Options{})
	url := must[*presigned](t)(presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{
		Bucket: videos, Key: aws.String("up.mp4"), ContentType: aws.String("video/mp4"), Metadata: map[string]string{"camera": "left"},
	}))
	if resp, body := send(t, url, strings.NewReader("hello"), nil); resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %s", resp.StatusCode, body)
	}
	head := must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: aws.String("up.mp4")}))
	if aws.ToInt64(head.ContentLength) != 5 || aws.ToString(head.ContentType) != "video/mp4" || head.Metadata["camera"] != "left" {
		t.Errorf("length %d, type %q, metadata %v", aws.ToInt64(head.ContentLength), aws.ToString(head.ContentType), head.Metadata)
	}
}

// What a presigned URL carries in its query counts as a header.
func TestPresignedChecksum(t *testing.T) {
	_, c := withBucket(t, Options{})
	url := must[*presigned](t)(presign(c).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("k"), ChecksumCRC32: aws.String("NhCmhg==")}))
	if resp, body := send(t, url, strings.NewReader("other"), nil); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "BadDigest") {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
	if resp, body := send(t, url, strings.NewReader("hello"), nil); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d, %s", resp.StatusCode, body)
	}
}
