package awsclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// silence is the limit of tests that let it pass.
const silence = 20 * time.Millisecond

// unhurried makes clients that retry ten times without a pause, and wait for a server for
// an hour.
func unhurried(t *testing.T, h http.HandlerFunc) *Clients {
	t.Helper()
	return unhurriedWith(t, http.DefaultClient, time.Hour, h)
}

// countingClient counts the attempts as the sender sees them: one that ends early may
// not reach the server.
type countingClient struct{ attempts atomic.Int32 }

func (c *countingClient) Do(r *http.Request) (*http.Response, error) {
	c.attempts.Add(1)
	return http.DefaultClient.Do(r)
}

// unhurriedWith is unhurried for clients that wait as long as the test says.
func unhurriedWith(t *testing.T, client aws.HTTPClient, limit time.Duration, h http.HandlerFunc) *Clients {
	t.Helper()
	clean(t)
	s := local(start(t, h))
	s.silence, s.PathStyle = limit, true
	return newClients(aws.Config{
		Region:      "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", secret, ""),
		HTTPClient:  client,
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = 10
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}, s)
}

// hang takes a request and never answers.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then is the end of the connection noticed
	<-r.Context().Done()
}

func TestServersThatSayNothing(t *testing.T) {
	for name, do := range map[string]func(context.Context, *Clients) error{
		"IAM": func(ctx context.Context, c *Clients) error {
			_, err := c.IAM.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("app")})
			return err
		},
		"S3": func(ctx context.Context, c *Clients) error {
			_, err := c.S3("").HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("videos")})
			return err
		},
		"an upload": func(ctx context.Context, c *Clients) error {
			_, err := c.S3("").PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("videos"), Key: aws.String("k"), Body: strings.NewReader("{}")})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var counting countingClient
			c := unhurriedWith(t, &counting, silence, func(_ http.ResponseWriter, r *http.Request) { hang(r) })
			err := do(t.Context(), c)
			var silent *SilenceError
			if !errors.As(err, &silent) || silent.Host == "" || silent.Limit != 20*time.Millisecond {
				t.Errorf("got %+v, want a SilenceError with a host and 20ms", err)
			}
			if n := counting.attempts.Load(); n != unansweredAttempts {
				t.Errorf("attempts: got %d, want %d", n, unansweredAttempts)
			}
		})
	}
}

func TestServersThatAnswerInTheEnd(t *testing.T) {
	c := unhurried(t, func(http.ResponseWriter, *http.Request) {})
	attempts := 0
	hasty := watchedClient{http.DefaultClient, time.Minute, func(_ time.Duration, end func()) timer {
		if attempts++; attempts < unansweredAttempts {
			end()
		}
		return &fakeTimer{}
	}}
	client := s3.NewFromConfig(c.config, func(o *s3.Options) {
		o.HTTPClient, o.BaseEndpoint, o.UsePathStyle = hasty, &c.settings.Endpoints.S3, true
	})
	if _, err := client.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("videos")}); err != nil || attempts != unansweredAttempts {
		t.Errorf("got %v after %d attempts, want success after %d", err, attempts, unansweredAttempts)
	}
}

// impatient is a timer that is over as soon as it is set again.
type impatient struct {
	fakeTimer
	end func()
}

func (i *impatient) Reset(d time.Duration) bool {
	i.end()
	return i.fakeTimer.Reset(d)
}

func TestDownloadsThatStandStill(t *testing.T) {
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		hang(r)
	})
	c := watchedClient{http.DefaultClient, time.Minute, func(_ time.Duration, end func()) timer { return &impatient{end: end} }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(resp.Body)
	var silent *SilenceError
	if !errors.As(err, &silent) {
		t.Errorf("got %v, want a SilenceError", err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestCancelledSilence(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var requests atomic.Int32
	c := unhurried(t, func(_ http.ResponseWriter, r *http.Request) { requests.Add(1); cancel(); hang(r) })
	_, err := c.IAM.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("app")})
	if n := requests.Load(); !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("got %v after %d requests, want the cancellation after 1", err, n)
	}
}

func TestIdentifyingEnds(t *testing.T) {
	clean(t)
	url := start(t, func(_ http.ResponseWriter, r *http.Request) { hang(r) })
	s := verified(url)
	s.silence = silence
	one(t, s, "endpoints.0.sts", "STS could not be asked", "The request went to "+url)
	t.Run("with an assumed role", func(t *testing.T) {
		s.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::123456789012:role/ci"}}
		one(t, s, "endpoints.0.sts", "No AWS credentials were obtained in time", "Requests to STS go to "+url)
	})
}

// fakeTimer counts what is done to it.
type fakeTimer struct {
	mu     sync.Mutex
	limit  time.Duration
	resets int
	armed  bool
}

func (f *fakeTimer) Reset(d time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.limit, f.armed = d, true
	f.resets++
	return true
}

func (f *fakeTimer) Stop() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	return true
}

func (f *fakeTimer) state() (resets int, armed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.resets, f.armed
}

func TestBytesThatFlowBeginTheWaitAgain(t *testing.T) {
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte("answer"))
	})
	clock := &fakeTimer{}
	c := watchedClient{http.DefaultClient, time.Minute, func(d time.Duration, _ func()) timer { clock.limit, clock.armed = d, true; return clock }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, io.LimitReader(endless{}, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	sent, armed := clock.state()
	if sent < 16 || clock.limit != time.Minute {
		t.Errorf("the wait began again %d times with %s, want each time that a part of the body went out, with 1m0s", sent, clock.limit)
	}
	if armed {
		t.Error("the wait goes on while the answer is not read")
	}
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Error(err)
	}
	if read, armed := clock.state(); read == sent || armed {
		t.Errorf("while reading: got %d waits, the last of them open: %t; want some, all closed", read-sent, armed)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestLongOperationsMayBeSilentLonger(t *testing.T) {
	for operation, do := range map[string]func(context.Context, *s3.Client) error{
		"CopyObject": func(ctx context.Context, c *s3.Client) error {
			_, err := c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: aws.String("videos"), Key: aws.String("k"), CopySource: aws.String("videos/a")})
			return err
		},
		"HeadBucket": func(ctx context.Context, c *s3.Client) error {
			_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("videos")})
			return err
		},
	} {
		t.Run(operation, func(t *testing.T) {
			var limit time.Duration
			c := unhurried(t, func(http.ResponseWriter, *http.Request) {})
			client := watchedClient{http.DefaultClient, time.Minute, func(d time.Duration, _ func()) timer { limit = d; return &fakeTimer{} }}
			_ = do(t.Context(), s3.NewFromConfig(c.config, func(o *s3.Options) {
				o.HTTPClient, o.BaseEndpoint, o.UsePathStyle = client, &c.settings.Endpoints.S3, true
			})) // the answer is empty, which CopyObject does not take
			want := map[string]time.Duration{"CopyObject": longSilenceLimit, "HeadBucket": time.Minute}[operation]
			if limit != want {
				t.Errorf("limit: got %s, want %s", limit, want)
			}
		})
	}
}
