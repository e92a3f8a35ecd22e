package usage

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// bucket starts a server with a bucket of that name.
func bucket(t *testing.T, name string) *s3.Client {
	t.Helper()
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	root := server.Root()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(server.URL()), Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	})
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	return client
}

func put(t *testing.T, client *s3.Client, key string, size int, class types.StorageClass) {
	t.Helper()
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("videos"), Key: &key, Body: strings.NewReader(strings.Repeat("x", size)), StorageClass: class})
	if err != nil {
		t.Fatal(err)
	}
}

func isVideo(key string) bool { return strings.HasSuffix(key, ".mp4") }

func TestMeasure(t *testing.T) {
	client := bucket(t, "videos")
	_, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String("videos"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, client, "a.mp4", 1, types.StorageClassGlacier)
	put(t, client, "a.mp4", 10, "")
	put(t, client, "a.info.json", 100, "")
	put(t, client, "clips/b.mp4", 1000, types.StorageClassGlacierIr)
	put(t, client, "clips/gone.mp4", 10_000, "")
	if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("videos"), Key: aws.String("clips/gone.mp4")}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		options Options
		want    Usage
	}{
		"current": {Options{}, Usage{
			Current: Count{3, 1110}, Videos: Count{2, 1010},
			Classes: map[string]Class{"STANDARD": {Current: Count{2, 110}}, "GLACIER_IR": {Current: Count{1, 1000}}},
		}},
		"with versions": {Options{Noncurrent: true}, Usage{
			Current: Count{3, 1110}, Videos: Count{2, 1010}, Noncurrent: Count{2, 10_001},
			Classes: map[string]Class{
				"STANDARD": {Current: Count{2, 110}, Noncurrent: Count{1, 10_000}}, "GLACIER_IR": {Current: Count{1, 1000}}, "GLACIER": {Noncurrent: Count{1, 1}},
			},
		}},
		"prefix": {Options{Prefix: "clips/", Noncurrent: true}, Usage{
			Current: Count{1, 1000}, Videos: Count{1, 1000}, Noncurrent: Count{1, 10_000},
			Classes: map[string]Class{"STANDARD": {Noncurrent: Count{1, 10_000}}, "GLACIER_IR": {Current: Count{1, 1000}}},
		}},
		"nothing there": {Options{Prefix: "none/"}, Usage{Classes: map[string]Class{}}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.options.Bucket, tt.options.IsVideo = "videos", isVideo
			got, err := Measure(t.Context(), client, tt.options)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

// versionless lists objects, and fails on versions.
type versionless struct{ *s3.Client }

func (versionless) ListObjectVersions(context.Context, *s3.ListObjectVersionsInput, ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error) {
	return nil, errVersions
}

var errVersions = &types.NoSuchKey{}

func TestMeasureFails(t *testing.T) {
	client := bucket(t, "videos")
	if _, err := Measure(t.Context(), client, Options{Bucket: "none", IsVideo: isVideo}); !awserr.Is(err, "NoSuchBucket") {
		t.Errorf("got %v", err)
	}
	if got, err := Measure(t.Context(), versionless{client}, Options{Bucket: "videos", IsVideo: isVideo, Noncurrent: true}); !awserr.Is(err, "NoSuchKey") || got.Classes != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestMonthlyCost has the guide's terabyte, which it puts at $23.50.
func TestMonthlyCost(t *testing.T) {
	const terabyte = 1 << 40
	u := Usage{Classes: map[string]Class{"STANDARD": {Current: Count{1, terabyte}}}}
	if got, unpriced := u.MonthlyCost(DefaultPrices()); got != 23.552 || unpriced != nil {
		t.Errorf("$%v, %v", got, unpriced)
	}
	u.Classes["GLACIER_IR"] = Class{Current: Count{1, terabyte}, Noncurrent: Count{1, terabyte}}
	u.Classes["ODD"], u.Classes["EVEN"] = Class{Current: Count{1, 1}}, Class{Current: Count{1, 1}}
	got, unpriced := u.MonthlyCost(DefaultPrices())
	if got != 31.744 || !reflect.DeepEqual(unpriced, []string{"EVEN", "ODD"}) {
		t.Errorf("$%v, %v", got, unpriced)
	}
	if got := (Class{Current: Count{1, 3 << 30}}).MonthlyCost(0.1); got != 0.3 {
		t.Errorf("$%v", got)
	}
}
