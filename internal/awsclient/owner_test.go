package awsclient

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// ownerHeaders are what requests of the test named as owners.
type ownerHeaders struct{ bucket, source string }

// atAWS makes clients of AWS's endpoints whose requests end at a proxy that notes the
// owners they name.
func atAWS(t *testing.T, change func(*Settings)) (*Clients, *ownerHeaders) {
	t.Helper()
	clean(t)
	var got ownerHeaders
	proxy := start(t, func(w http.ResponseWriter, r *http.Request) {
		got = ownerHeaders{r.Header.Get("X-Amz-Expected-Bucket-Owner"), r.Header.Get("X-Amz-Source-Expected-Bucket-Owner")}
		if r.URL.Host == "sts.us-east-1.amazonaws.com" {
			identity(w)
		}
	})
	s := local("http://s3.us-east-1.amazonaws.com")
	s.Endpoints.STS = "http://sts.us-east-1.amazonaws.com"
	s.HTTPProxy, s.PathStyle = &proxy, true
	s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
	if change != nil {
		change(&s)
	}
	return mustNew(t, s), &got
}

func TestExpectedOwner(t *testing.T) {
	const account = "123456789012"
	ours, other := aws.String("videos"), aws.String("other")
	put := func(ctx context.Context, c *s3.Client, bucket, source *string) error {
		_, err := c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("k"), CopySource: source})
		return err
	}
	for name, test := range map[string]struct {
		do   func(context.Context, *s3.Client) error
		want ownerHeaders
	}{
		"read": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: ours})
			return err
		}, ownerHeaders{bucket: account}},
		"head": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: ours})
			return err
		}, ownerHeaders{bucket: account}},
		"another bucket": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: other})
			return err
		}, ownerHeaders{}},
		"said by the caller": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: ours, ExpectedBucketOwner: aws.String("999999999999")})
			return err
		}, ownerHeaders{bucket: "999999999999"}},
		"CreateBucket": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: ours})
			return err
		}, ownerHeaders{}},
		"ListBuckets": {func(ctx context.Context, c *s3.Client) error {
			_, err := c.ListBuckets(ctx, &s3.ListBucketsInput{})
			return err
		}, ownerHeaders{}},
		"copy within":    {func(ctx context.Context, c *s3.Client) error { return put(ctx, c, ours, aws.String("videos/a%2Fb")) }, ownerHeaders{account, account}},
		"copy to ours":   {func(ctx context.Context, c *s3.Client) error { return put(ctx, c, ours, aws.String("other/a")) }, ownerHeaders{bucket: account}},
		"copy from ours": {func(ctx context.Context, c *s3.Client) error { return put(ctx, c, other, aws.String("/videos/a")) }, ownerHeaders{source: account}},
	} {
		t.Run(name, func(t *testing.T) {
			c, got := atAWS(t, nil)
			c.ExpectOwner("videos")
			_ = test.do(t.Context(), c.S3("")) // the answer is empty, which not every operation takes
			if *got != test.want {
				t.Errorf("owners: got %+v, want %+v", *got, test.want)
			}
			if _, _ = c.S3("").HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ours}); got.bucket != account {
				t.Errorf("owner in the next request: got %q, want %q", got.bucket, account)
			}
			c.ForgetOwner("videos")
			if _, _ = c.S3("").HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ours}); got.bucket != "" {
				t.Errorf("owner after ForgetOwner: got %q, want none", got.bucket)
			}
		})
	}
}

func TestOwnersThatAreNotExpected(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"another endpoint": func(s *Settings) { s.Endpoints.S3 = "http://s3.example.com" },
		"unknown account":  func(s *Settings) { s.SkipRequestingAccountID = true },
		"nothing asked":    func(s *Settings) { s.SkipRequestingAccountID, s.SkipCredentialsValidation = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			c, got := atAWS(t, change)
			c.ExpectOwner("videos")
			if _, err := c.S3("").HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("videos")}); err != nil || got.bucket != "" {
				t.Errorf("owner: got %q, want none; error %v", got.bucket, err)
			}
		})
	}
}

func TestPresignedURLsNameNoOwner(t *testing.T) {
	c, _ := atAWS(t, nil)
	c.ExpectOwner("videos")
	c.RememberRegion("videos", c.Region)
	url, err := c.Presign(t.Context(), PresignRequest{Method: http.MethodGet, Bucket: "videos", Key: "a.mp4", Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if len(url.Headers) != 0 {
		t.Errorf("headers: got %v, want none", url.Headers)
	}
}
