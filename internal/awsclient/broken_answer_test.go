package awsclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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
			if broken.Status != test.status || !strings.Contains(broken.Remedy(), "broke off") {
				t.Errorf("status: got %d, want %d; remedy %q", broken.Status, test.status, broken.Remedy())
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
