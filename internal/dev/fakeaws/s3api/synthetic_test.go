package s3api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
)

func TestSyntheticBucket(t *testing.T) {
	_, c := fakeawstest.WithSynthetic(t, keyspace.Synthetic{Keys: 3000, Shape: keyspace.ShapeUnicode})
	count, clips := 0, 0
	pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
	var last types.Object
	for pages.HasMorePages() {
		page := fakeawstest.Must[*s3.ListObjectsV2Output](t)(pages.NextPage(t.Context()))
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
	head := fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: last.Key}))
	if *head.ETag != *last.ETag || *head.ContentLength != *last.Size || !head.LastModified.Equal(*last.LastModified) {
		t.Errorf("HEAD says %s, %d, %v; the listing %s, %d, %v", *head.ETag, *head.ContentLength, head.LastModified, *last.ETag, *last.Size, last.LastModified)
	}
	info := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String(strings.TrimSuffix(*last.Key, ".mp4") + ".info.json")}))
	if body := fakeawstest.Read(t, info.Body); !strings.HasPrefix(body, `{"duration":`) {
		t.Errorf("sidecar %q", body)
	}

	fakeawstest.Put(t, c, "manifest.json", "{}")
	fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: last.Key}))
	_, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: last.Key})
	fakeawstest.WantCode(t, err, "NotFound")
	own := fakeawstest.Must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos, Prefix: aws.String("manifest")}))
	if aws.ToInt32(own.KeyCount) != 1 {
		t.Errorf("the written key is listed %d times", aws.ToInt32(own.KeyCount))
	}
	_, err = c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "BucketNotEmpty")
}

func TestSyntheticBucketRefusals(t *testing.T) {
	s, _ := fakeawstest.WithSynthetic(t, keyspace.Synthetic{Keys: 2})
	for name, content := range map[string]keyspace.Synthetic{"videos": {}, "Invalid_Name": {}, "negative": {Keys: -1}, "shapeless": {Shape: "round"}} {
		if s.AddSyntheticBucket(name, content) == nil {
			t.Errorf("%s was made", name)
		}
	}
}

// A directory of a large bucket is found without a walk through the others.
func TestDirectoriesOfTenMillionKeys(t *testing.T) {
	_, c := fakeawstest.WithSynthetic(t, keyspace.Synthetic{Keys: 10_000_000})
	out := fakeawstest.Must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos, Delimiter: aws.String("/"), Prefix: aws.String("videos/2025/")}))
	if len(out.CommonPrefixes) != 12 || *out.CommonPrefixes[11].Prefix != "videos/2025/12/" {
		t.Errorf("%d months", len(out.CommonPrefixes))
	}
}

func TestSyntheticBucketInAFolder(t *testing.T) {
	_, c := fakeawstest.WithSynthetic(t, keyspace.Synthetic{Keys: 10, Shape: keyspace.ShapeCounter, Folder: "long/"})
	out := fakeawstest.Must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos, Prefix: aws.String("long/video-")}))
	if len(out.Contents) != 10 {
		t.Fatalf("%d keys are in the folder", len(out.Contents))
	}
	fakeawstest.Must[*s3.HeadObjectOutput](t)(c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: fakeawstest.Videos, Key: out.Contents[9].Key}))
}

// BenchmarkListPage is the cost of serving one page of 1,000 keys, signature
// included, and network excluded.
func BenchmarkListPage(b *testing.B) {
	for _, shape := range keyspace.Shapes {
		b.Run(string(shape), func(b *testing.B) {
			s, c := fakeawstest.WithSynthetic(b, keyspace.Synthetic{Keys: 10_000_000, Shape: shape})
			first := fakeawstest.Must[*s3.ListObjectsV2Output](b)(c.ListObjectsV2(b.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos}))
			var r *http.Request
			catch := func(o *s3.Options) { o.HTTPClient = catcher(func(sent *http.Request) { r = sent }) }
			_, err := c.ListObjectsV2(b.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos, ContinuationToken: first.NextContinuationToken, EncodingType: "url"}, catch)
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

func (nowhere) Header() http.Header { return http.Header{} }

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func (nowhere) WriteHeader(int) {}
