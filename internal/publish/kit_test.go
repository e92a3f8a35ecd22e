package publish

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

const bucket = "videos"

// world is a server with one bucket.
type world struct {
	*fakeaws.Server
	s3 *s3.Client
	t  *testing.T
}

func newWorld(t *testing.T) world {
	t.Helper()
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	root := server.Root()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(server.URL()), Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	})
	w := world{server, client, t}
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) put(key, body string) {
	w.t.Helper()
	w.putClass(key, body, s3types.StorageClassStandard)
}

func (w world) putClass(key, body string, class s3types.StorageClass) {
	w.t.Helper()
	_, err := w.s3.PutObject(context.WithoutCancel(w.t.Context()), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: bytes.NewReader([]byte(body)), StorageClass: class,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) remove(key string) {
	w.t.Helper()
	if _, err := w.s3.DeleteObject(w.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: &key}); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) get(key string) string {
	w.t.Helper()
	out, err := w.s3.GetObject(w.t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = out.Body.Close() }()
	data, err := io.ReadAll(out.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// keys lists the keys of the manifest.
func (w world) keys() []string {
	w.t.Helper()
	m, err := Open(w.t.Context(), w.s3, bucket, "manifest.json")
	if err != nil {
		w.t.Fatal(err)
	}
	defer m.Close()
	keys := []string{}
	for v, err := range m.Videos() {
		if err != nil {
			w.t.Fatal(err)
		}
		keys = append(keys, v.Key)
	}
	return keys
}

func selection() Selection {
	return Selection{Bucket: bucket, Suffixes: []string{".mp4"}, Concurrency: 4}
}

func order(t *testing.T) Order {
	t.Helper()
	s := selection()
	s.TempDir = t.TempDir()
	return Order{Selection: s, Key: "manifest.json", MaxRemovedPercent: 50, Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

func (w world) publish(o Order) Result {
	w.t.Helper()
	r, err := Publish(w.t.Context(), w.s3, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}
