package awsclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func createUser(ctx context.Context, c *Clients) error {
	_, err := c.IAM.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("app")})
	return err
}

func listObjects(ctx context.Context, c *Clients) error {
	_, err := c.S3("").ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("videos")})
	return err
}

func TestAnswersThatBreakOff(t *testing.T) {
	const user = `<?xml version="1.0"?><CreateUserResponse><CreateUserResult><User><UserName>app</UserName></User></CreateUserResult></CreateUserResponse>`
	const list = `<?xml version="1.0"?><ListBucketResult><Name>videos</Name></ListBucketResult>`
	for name, test := range map[string]struct {
		do     func(context.Context, *Clients) error
		status int
		length bool   // announce the whole body
		body   string // what comes of it
	}{
		"in the prolog":           {createUser, http.StatusOK, false, user[:12]},
		"in the root":             {createUser, http.StatusOK, false, user[:30]},
		"in the user":             {createUser, http.StatusOK, false, user[:70]},
		"connection ends":         {createUser, http.StatusOK, true, user[:30]},
		"a list":                  {listObjects, http.StatusOK, false, list[:50]},
		"a list, connection ends": {listObjects, http.StatusOK, true, list[:50]},
		"a refusal":               {createUser, http.StatusConflict, false, "<ErrorResponse><Error><Code>Entity"},
		"a refusal by S3":         {listObjects, http.StatusForbidden, false, "<Error><Code>Access"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			c := unhurried(t, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				if test.length {
					w.Header().Set("Content-Length", "1000")
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			err := test.do(t.Context(), c)
			var broken *BrokenAnswerError
			if !errors.As(err, &broken) {
				t.Fatalf("got %v, want a BrokenAnswerError", err)
			}
			if broken.Status != test.status || broken.Host == "" || broken.Operation == "" {
				t.Errorf("got %+v, want the status %d, a host and an operation", broken, test.status)
			}
			if n := requests.Load(); n != unansweredAttempts {
				t.Errorf("requests: got %d, want %d", n, unansweredAttempts)
			}
		})
	}
}

func TestAnswersThatAreSomethingElse(t *testing.T) {
	for name, body := range map[string]string{"text": "it works", "unclosed page": "<html><p></html>"} {
		t.Run(name, func(t *testing.T) {
			c := unhurried(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				_, _ = w.Write([]byte(body))
			})
			err := createUser(t.Context(), c)
			var broken *BrokenAnswerError
			if errors.As(err, &broken) {
				t.Errorf("got %v, want it not to be taken for a broken answer", err)
			}
		})
	}
}

func TestWebPagesAreNoAnswers(t *testing.T) {
	clean(t)
	for _, status := range []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound} {
		c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html><body><h1>Console</h1></body></html>"))
		}))).S3("")
		ctx, bucket := context.Background(), aws.String("videos")
		_, list := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket})
		_, cors := c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
		_, head := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket})
		head = awserr.ConfirmBucketGone(ctx, c, *bucket, head)
		for operation, err := range map[string]error{"list": list, "document": cors, "head": head} {
			var page *awserr.ForeignAnswer
			if !errors.As(err, &page) || page.Status != status || awserr.NotFound(err) {
				t.Errorf("%s, status %d: got %v, want a web page", operation, status, err)
			}
		}
	}
}

// TestAbsenceInIAM has answers to a question about a user, and whether they say that
// there is none.
func TestAbsenceInIAM(t *testing.T) {
	clean(t)
	const gone, lacking, foreign = "gone", "no IAM", "foreign"
	for name, tt := range map[string]struct{ contentType, body, want string }{
		"IAM's":              {"text/xml", "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>", gone},
		"IAM's, truncated":   {"text/xml", "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error>", foreign},
		"S3's":               {"application/xml", "<Error><Code>NoSuchBucket</Code></Error>", lacking},
		"text":               {"text/plain", "404 page not found", foreign},
		"JSON":               {"application/json", "{}", foreign},
		"bytes":              {"application/octet-stream", "gone", foreign},
		"no body":            {"", "", foreign},
		"a code of its page": {"application/xml", "<page><Error><Code>NoSuchEntity</Code></Error></page>", foreign},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.contentType}
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write([]byte(tt.body))
			})))
			_, err := c.IAM.GetUser(context.Background(), &iam.GetUserInput{UserName: aws.String("fovea")})
			var answer *awserr.ForeignAnswer
			got := map[string]bool{gone: awserr.EntityGone(err), lacking: awserr.MissingService(err) == "IAM", foreign: errors.As(err, &answer)}
			for what := range got {
				if got[what] != (what == tt.want) {
					t.Errorf("%s: got %t for %v, want %q", what, got[what], err, tt.want)
				}
			}
		})
	}
}

// TestAbsenceAtAWS asks an endpoint of AWS through a proxy.
func TestAbsenceAtAWS(t *testing.T) {
	for name, tt := range map[string]struct {
		requestID string
		gone      bool
		requests  int32
	}{
		"with request ID":    {"4442587FB7D0A2F9", true, 1},
		"without request ID": {"", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			var requests atomic.Int32
			s := local("http://s3.us-east-1.amazonaws.com")
			s.PathStyle = true
			proxy := start(t, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				if tt.requestID != "" {
					w.Header().Set("X-Amz-Request-Id", tt.requestID)
				}
				w.WriteHeader(http.StatusNotFound)
			})
			s.HTTPProxy = &proxy
			c := mustNew(t, s)
			if !c.AtAWS() {
				t.Fatal("got an endpoint elsewhere, want one of AWS")
			}
			_, err := c.BucketRegion(context.Background(), "videos")
			if awserr.BucketGone(err) != tt.gone {
				t.Errorf("got %v, want gone = %t", err, tt.gone)
			}
			if n := requests.Load(); n != tt.requests {
				t.Errorf("got %d requests, want %d", n, tt.requests)
			}
		})
	}
}

func TestServerErrorsBehindAProxyAreRepeated(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	s := local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html><body>Bad gateway</body></html>"))
		}
	}))
	s.MaxRetries = 2
	if _, err := mustNew(t, s).S3("").HeadBucket(context.Background(), &s3.HeadBucketInput{Bucket: aws.String("videos")}); err != nil || requests.Load() != 2 {
		t.Errorf("%d requests, %v", requests.Load(), err)
	}
}

func TestObjectsMayBeWebPages(t *testing.T) {
	clean(t)
	c := mustNew(t, local(start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html/>"))
	}))).S3("")
	out, err := c.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("videos"), Key: aws.String("index.html")})
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(out.Body); err != nil || string(body) != "<html/>" {
		t.Errorf("%q, %v", body, err)
	}
}
