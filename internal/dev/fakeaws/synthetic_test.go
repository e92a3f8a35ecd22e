package fakeaws

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func withSynthetic(t testing.TB, content Synthetic) (*Server, *s3.Client) {
	t.Helper()
	s := start(t, Options{})
	if err := s.AddSyntheticBucket("videos", content); err != nil {
		t.Fatal(err)
	}
	return s, client(s, s.Root())
}

func TestSyntheticBucket(t *testing.T) {
	_, c := withSynthetic(t, Synthetic{Keys: 3000, Shape: ShapeUnicode})
	count, clips := 0, 0
	pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: videos})
	var last types.Object
	for pages.HasMorePages() {
		page := must[*s3.ListObjectsV2Output](t)(pages.NextPage(t.Context()))
		for _, o := range page.Contents {
			count++
			if strings.HasSuffix(*o.Key, ".mp4") {
				clips++
			}
			last = o
		}
	}
	if count != 3000 || clips != 1500 {
		t.Errorf("%d keys, %d of them videos", count, clips)
	}
	head := must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: last.Key}))
	if *head.ETag != *last.ETag || *head.ContentLength != *last.Size || !head.LastModified.Equal(*last.LastModified) {
		t.Errorf("HEAD says %s, %d, %v; the listing %s, %d, %v", *head.ETag, *head.ContentLength, head.LastModified, *last.ETag, *last.Size, last.LastModified)
	}
	info := must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String(strings.TrimSuffix(*last.Key, ".mp4") + ".info.json")}))
	if body := read(t, info.Body); !strings.HasPrefix(body, `{"duration":`) {
		t.Errorf("sidecar %q", body)
	}

	put(t, c, "manifest.json", "{}")
	must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: videos, Key: last.Key}))
	_, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: last.Key})
	wantCode(t, err, "NotFound")
	own := must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos, Prefix: aws.String("manifest")}))
	if aws.ToInt32(own.KeyCount) != 1 {
		t.Errorf("the written key is listed %d times", aws.ToInt32(own.KeyCount))
	}
	_, err = c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: videos})
	wantCode(t, err, "BucketNotEmpty")
}

func TestSyntheticBucketRefusals(t *testing.T) {
	s, _ := withSynthetic(t, Synthetic{Keys: 2})
	for name, content := range map[string]Synthetic{"videos": {}, "Invalid_Name": {}, "negative": {Keys: -1}, "shapeless": {Shape: "round"}} {
		if s.AddSyntheticBucket(name, content) == nil {
			t.Errorf("%s was made", name)
		}
	}
}

// A directory of a large bucket is found without a walk through the others.
func TestDirectoriesOfTenMillionKeys(t *testing.T) {
	_, c := withSynthetic(t, Synthetic{Keys: 10_000_000})
	out := must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos, Delimiter: aws.String("/"), Prefix: aws.String("videos/2025/")}))
	if len(out.CommonPrefixes) != 12 || *out.CommonPrefixes[11].Prefix != "videos/2025/12/" {
		t.Errorf("%d months", len(out.CommonPrefixes))
	}
}

func TestSyntheticBucketInAFolder(t *testing.T) {
	_, c := withSynthetic(t, Synthetic{Keys: 10, Shape: ShapeCounter, Folder: "long/"})
	out := must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos, Prefix: aws.String("long/video-")}))
	if len(out.Contents) != 10 {
		t.Fatalf("%d keys are in the folder", len(out.Contents))
	}
	must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: videos, Key: out.Contents[9].Key}))
}

func TestRateLimit(t *testing.T) {
	now := newClock()
	s, c := withBucket(t, Options{Clock: now.Now})
	remove := s.Inject(Fault{Operation: "ListObjectsV2", PerSecond: 20})
	list := func() error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
		return err
	}
	for i := range 2 {
		if err := list(); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if err := list(); !awserr.Throttled(err) || awserr.Status(err) != http.StatusServiceUnavailable {
		t.Errorf("over the rate: %v", err)
	}
	now.Advance(50 * time.Millisecond)
	if err := list(); err != nil {
		t.Errorf("after 50 ms: %v", err)
	}
	remove()
	if err := list(); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

// BenchmarkListPage is the cost of serving one page of 1,000 keys, signature
// included, and network excluded.
func BenchmarkListPage(b *testing.B) {
	for _, shape := range Shapes {
		b.Run(string(shape), func(b *testing.B) {
			s, c := withSynthetic(b, Synthetic{Keys: 10_000_000, Shape: shape})
			first := must[*s3.ListObjectsV2Output](b)(c.ListObjectsV2(b.Context(), &s3.ListObjectsV2Input{Bucket: videos}))
			var r *http.Request
			catch := func(o *s3.Options) { o.HTTPClient = catcher(func(sent *http.Request) { r = sent }) }
			_, err := c.ListObjectsV2(b.Context(), &s3.ListObjectsV2Input{Bucket: videos, ContinuationToken: first.NextContinuationToken, EncodingType: "url"}, catch)
			if r == nil {
				b.Fatal(err)
			}
			r.Host = r.URL.Host
			b.ReportAllocs()
			for b.Loop() {
				s.ServeHTTP(nowhere{}, r)
			}
			if e := s.Requests().Entries(); e[len(e)-1].Status != http.StatusOK {
				b.Errorf("answered %d %s", e[len(e)-1].Status, e[len(e)-1].Code)
			}
		})
	}
}

// catcher is an HTTP client that sends nothing.
type catcher func(*http.Request)

func (f catcher) Do(r *http.Request) (*http.Response, error) {
	f(r)
	return nil, errors.New("caught")
}

// nowhere drops an answer.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}
