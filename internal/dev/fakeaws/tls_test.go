package fakeaws

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Over TLS the SDK sends bodies in chunks, with the checksum behind them.
func TestTrailingChecksumOverTLS(t *testing.T) {
	s, _ := withBucket(t, Options{})
	front := httptest.NewTLSServer(s)
	defer front.Close()
	c := client(s, s.Root(), func(o *s3.Options) {
		o.BaseEndpoint, o.HTTPClient = aws.String(front.URL), front.Client()
	})
	want := strings.Repeat("0123456789", 30000)
	out := must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: videos, Key: aws.String("k"), Body: io.MultiReader(strings.NewReader(want)), ContentLength: aws.Int64(int64(len(want))),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	}))
	got := must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled}))
	if read(t, got.Body) != want || aws.ToString(got.ChecksumSHA256) != aws.ToString(out.ChecksumSHA256) || out.ChecksumSHA256 == nil {
		t.Errorf("checksum %q, put with %q", aws.ToString(got.ChecksumSHA256), aws.ToString(out.ChecksumSHA256))
	}
	if got.ContentEncoding != nil {
		t.Errorf("content encoding %q", *got.ContentEncoding)
	}
}
