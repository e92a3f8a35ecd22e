package awsclient

import (
	"crypto/md5"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// refuseWithoutMD5 is a server that refuses bodies without a right Content-MD5, in the
// words of some make of server, and counts the requests.
func refuseWithoutMD5(t *testing.T, refusal string, requests *int) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		*requests++
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading the body: %v", err)
		}
		sum := md5.Sum(body)
		switch got, want := r.Header.Get("Content-Md5"), base64.StdEncoding.EncodeToString(sum[:]); {
		case got == "":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(refusal))
		case got != want:
			t.Errorf("Content-MD5: got %q, want %q", got, want)
		case r.Method == http.MethodPost:
			_, _ = w.Write([]byte("<DeleteResult></DeleteResult>"))
		}
	}
}

func TestServersThatInsistOnContentMD5(t *testing.T) {
	clean(t)
	remove := func(t *testing.T, c *s3.Client) error {
		t.Helper()
		_, err := c.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("videos"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("a.mp4")}}}})
		return err
	}
	for name, do := range map[string]func(*testing.T, *s3.Client) error{
		"DeleteObjects": remove,
		"PutBucketLifecycleConfiguration": func(t *testing.T, c *s3.Client) error {
			t.Helper()
			_, err := c.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{Bucket: aws.String("videos"), LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{}}})
			return err
		},
		"PutBucketPolicy": func(t *testing.T, c *s3.Client) error {
			t.Helper()
			_, err := c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("videos"), Policy: aws.String("{}")})
			return err
		},
		"PutObject": func(t *testing.T, c *s3.Client) error {
			t.Helper()
			_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("videos"), Key: aws.String("manifest.json"), Body: strings.NewReader("{}")})
			return err
		},
	} {
		for code, refusal := range map[string]string{
			"MissingContentMD5": "<Error><Code>MissingContentMD5</Code><Message>Missing required header for this request: Content-MD5</Message></Error>",
			"InvalidRequest":    "<Error><Code>InvalidRequest</Code><Message>Missing required header for this request: Content-Md5 OR x-amz-checksum-*</Message></Error>",
		} {
			for _, calculation := range []string{"when_supported", "when_required"} {
				t.Run(name+"/"+code+"/"+calculation, func(t *testing.T) {
					t.Setenv("AWS_REQUEST_CHECKSUM_CALCULATION", calculation)
					var requests int
					s := local(start(t, refuseWithoutMD5(t, refusal, &requests)))
					s.PathStyle = true
					c := mustNew(t, s)
					for i := range 2 {
						if err := do(t, c.S3("")); err != nil {
							t.Fatalf("request %d: got %v, want success", i+1, err)
						}
					}
					if requests != 3 { // the second call knows what the server wants
						t.Errorf("requests of two calls: got %d, want 3", requests)
					}
				})
			}
		}
	}
}

func TestOtherRefusalsAreNotAskedForMD5(t *testing.T) {
	clean(t)
	var requests int
	s := local(start(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if r.Header.Get("Content-Md5") != "" {
			t.Error("the request has a Content-MD5")
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("<Error><Code>InvalidRequest</Code><Message>The rules are wrong.</Message></Error>"))
	}))
	s.PathStyle = true
	_, err := mustNew(t, s).S3("").PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("videos"), Policy: aws.String("{}")})
	if err == nil || requests != 1 {
		t.Errorf("got %v after %d requests, want a refusal after 1", err, requests)
	}
}
