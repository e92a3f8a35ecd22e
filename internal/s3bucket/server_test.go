package s3bucket

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// reply is one answer of a script.
type reply struct {
	status int // 0 for 200
	body   string
	header http.Header
	lost   bool // the connection breaks in its place
}

// refusal is S3's way of saying no.
func refusal(status int, code, message string) reply {
	return reply{status: status, body: "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"}
}

// script answers requests by method and sub-resource, such as "PUT cors", or
// "HEAD" and "PUT" for the bucket itself. Each list is used up to its last reply,
// which is repeated. A request that is not in the script is a 501.
type script map[string][]reply

// server plays a script and remembers what it was asked.
type server struct {
	mu       sync.Mutex
	script   script
	requests []string
	bodies   map[string]string // the last one of each kind of request
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := strings.TrimSpace(r.Method + " " + subresource(r))
	s.requests = append(s.requests, request)
	var body strings.Builder
	if err := r.Write(&body); err == nil {
		s.bodies[request] = body.String()
	}
	replies := s.script[request]
	if len(replies) == 0 {
		replies = []reply{refusal(http.StatusNotImplemented, "NotImplemented", "not in the script")}
	}
	if len(replies) > 1 {
		s.script[request] = replies[1:]
	}
	send(w, replies[0])
}

func send(w http.ResponseWriter, answer reply) {
	if answer.lost {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	if answer.status != 0 {
		w.WriteHeader(answer.status)
	}
	_, _ = w.Write([]byte(answer.body))
}

// subresource returns the name of the document that a request is about, or "".
func subresource(r *http.Request) string {
	for name, values := range r.URL.Query() {
		if name != "x-id" && name != "id" && (len(values) == 0 || values[0] == "") {
			return name
		}
	}
	return ""
}

// count returns how many requests of a kind came.
func (s *server) count(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if r == request {
			n++
		}
	}
	return n
}

func (s *server) sent(method string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.requests, func(r string) bool { return strings.HasPrefix(r, method) })
}

// play returns a store whose server follows the script, with a clock that lets
// no real time pass.
func play(t *testing.T, script script) (*Store, *server) {
	t.Helper()
	played := &server{script: script, bodies: map[string]string{}}
	return newStore(t, played), played
}

func newStore(t *testing.T, handler http.Handler) *Store {
	t.Helper()
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	return New(&fixedClients{url: listening.URL}, WithClock(newClock()))
}

// fixedClients finds every bucket in us-east-1, on one server.
type fixedClients struct {
	url        string
	region     string // the provider's; "" for us-east-1
	atAWS      bool
	remembered sync.Map
	owned      sync.Map
}

func (c *fixedClients) S3(region string) *s3.Client {
	if region == "" {
		region = cmp.Or(c.region, "us-east-1")
	}
	return s3.New(s3.Options{
		BaseEndpoint: &c.url,
		UsePathStyle: true,
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 3
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	})
}

func (c *fixedClients) BucketRegion(context.Context, string) (string, error) { return "us-east-1", nil }
func (c *fixedClients) RememberRegion(bucket, region string)                 { c.remembered.Store(bucket, region) }
func (c *fixedClients) RememberGone(string, error)                           {}
func (c *fixedClients) ForgetRegion(bucket string)                           { c.remembered.Delete(bucket) }
func (c *fixedClients) ExpectOwner(bucket string)                            { c.owned.Store(bucket, true) }
func (c *fixedClients) ForgetOwner(bucket string)                            { c.owned.Delete(bucket) }
func (c *fixedClients) AtAWS() bool                                          { return c.atAWS }

// clock is a Clock whose time passes only in Sleep.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// elapsed returns how much of the store's time a call took.
func elapsed(s *Store, call func()) time.Duration {
	began := s.clock.Now()
	call()
	return s.clock.Now().Sub(began)
}

func corsReply(origin string) reply {
	return reply{body: fmt.Sprintf("<CORSConfiguration><CORSRule><AllowedOrigin>%s</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>", origin)}
}
