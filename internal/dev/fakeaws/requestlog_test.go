package fakeaws_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// lookingWriter looks at the log when an answer begins.
type lookingWriter struct {
	*httptest.ResponseRecorder
	look func()
}

func (w lookingWriter) WriteHeader(status int) {
	w.look()
	w.ResponseRecorder.WriteHeader(status)
}

// TestRequestsAreLoggedBeforeTheyAreAnswered lets clients count on what they asked.
func TestRequestsAreLoggedBeforeTheyAreAnswered(t *testing.T) {
	s, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	answered := false
	w := lookingWriter{httptest.NewRecorder(), func() {
		answered = true
		if log := s.Requests().Entries(); len(log) != 1 || log[0].Status != http.StatusForbidden || log[0].Code != "AccessDenied" {
			t.Errorf("the log has %+v", log)
		}
	}}
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if !answered || s.Requests().Total() != 1 {
		t.Errorf("answered %t, %d requests in the log", answered, s.Requests().Total())
	}
}

// Over TLS the SDK sends bodies in chunks, with the checksum behind them.
func TestTrailingChecksumOverTLS(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	front := httptest.NewTLSServer(s)
	defer front.Close()
	c := fakeawstest.Client(s, s.Root(), func(o *s3.Options) {
		o.BaseEndpoint, o.HTTPClient = aws.String(front.URL), front.Client()
	})
	want := strings.Repeat("0123456789", 30000)
	out := fakeawstest.Must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: fakeawstest.Videos, Key: aws.String("k"), Body: io.MultiReader(strings.NewReader(want)), ContentLength: aws.Int64(int64(len(want))),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	}))
	got := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled}))
	if fakeawstest.Read(t, got.Body) != want || aws.ToString(got.ChecksumSHA256) != aws.ToString(out.ChecksumSHA256) || out.ChecksumSHA256 == nil {
		t.Errorf("checksum %q, put with %q", aws.ToString(got.ChecksumSHA256), aws.ToString(out.ChecksumSHA256))
	}
	if got.ContentEncoding != nil {
		t.Errorf("content encoding %q", *got.ContentEncoding)
	}
}

func TestOtherServices(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	r := fakeawstest.Must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/", nil))
	key := fakeawstest.Must[aws.Credentials](t)(fakeawstest.Provider(s.Root()).Retrieve(t.Context()))
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, emptySHA256, "kms", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	if a := fakeawstest.RoundTrip(t, r); a.Status != http.StatusNotImplemented || a.Code != "NotImplemented" {
		t.Errorf("KMS: %d %s", a.Status, a.Code)
	}
}

// emptySHA256 is the hash of no body.
const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
