package fakeaws

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

func TestFaultStatus(t *testing.T) {
	s, c := withBucket(t, Options{})
	list := func(bucket string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
		return err
	}
	if err := createIn(t, c, "other", ""); err != nil {
		t.Fatal(err)
	}
	remove := s.Inject(Fault{Operation: "ListObjectsV2", Bucket: "videos", Skip: 1, Times: 2, Status: 503, Code: "SlowDown", Message: "Please reduce your request rate."})
	defer remove()
	for i, code := range []string{"", "SlowDown", "SlowDown", ""} {
		if err := list("other"); err != nil {
			t.Errorf("another bucket: %v", err)
		}
		if err := list("videos"); awserr.Code(err) != code {
			t.Errorf("request %d: %v, want code %q", i+1, err, code)
		}
	}
}

func TestFaultIsRemoved(t *testing.T) {
	s, c := withBucket(t, Options{})
	head := func() error {
		_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
		return err
	}
	remove := s.Inject(Fault{Operation: "*", Status: 500, Code: "InternalError"})
	if got := awserr.Status(head()); got != 500 {
		t.Errorf("status %d", got)
	}
	remove()
	if err := head(); err != nil {
		t.Error(err)
	}
}

func TestFaultThatCutsTheAnswer(t *testing.T) {
	s, c := withBucket(t, Options{})
	s.Inject(Fault{Operation: "CreateUser", Times: 1, CutAfter: 30})
	_, err := iamClient(s, s.Root()).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("app")})
	if err == nil || awserr.Code(err) != "" {
		t.Errorf("CreateUser: got %v, want an answer that cannot be read", err)
	}
	if _, err := iamClient(s, s.Root()).GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("app")}); err != nil {
		t.Errorf("the user was not made: %v", err)
	}
	put(t, c, "a.mp4", "hello")
	s.Inject(Fault{Operation: "GetObject", Times: 1, CutAfter: 2})
	out := must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("a.mp4")}, func(o *s3.Options) {
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	}))
	if got := read(t, out.Body); got != "he" {
		t.Errorf("body: got %q, want %q", got, "he")
	}
}

func TestFaultOfIAM(t *testing.T) {
	s := start(t, Options{})
	s.Inject(Fault{Operation: "CreateUser", Status: 400, Code: "Throttling", Message: "Rate exceeded"})
	_, err := iamClient(s, s.Root()).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("u")})
	wantCode(t, err, "Throttling")
}

func TestFaultBody(t *testing.T) {
	s, _ := withBucket(t, Options{})
	s.Inject(Fault{Operation: "GetBucketCors", Body: "<html>It works!</html>"})
	a := ask(t, s, s.Root(), http.MethodGet, "/videos?cors", "", nil)
	if a.status != 200 || a.body != "<html>It works!</html>" || a.header.Get("Content-Type") != "text/html" {
		t.Errorf("got %d %s %q", a.status, a.header.Get("Content-Type"), a.body)
	}
}

// TestForeignFault answers like something that is not AWS.
func TestForeignFault(t *testing.T) {
	s, _ := withBucket(t, Options{})
	if a := ask(t, s, s.Root(), http.MethodHead, "/nobody", "", nil); a.status != 404 || a.header.Get("X-Amz-Request-Id") == "" {
		t.Errorf("without a fault: got status %d, headers %v, want 404 and x-amz-request-id", a.status, a.header)
	}
	for name, f := range map[string]Fault{
		"text":    {Status: 404, ContentType: "text/plain", Body: "404 page not found"},
		"no body": {Status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			f.Foreign = true
			defer s.Inject(f)()
			for _, path := range []string{"/videos", "/videos?cors"} {
				a := ask(t, s, s.Root(), http.MethodGet, path, "", nil)
				if a.status != f.Status || a.body != f.Body || a.header.Get("Content-Type") != f.ContentType {
					t.Errorf("%s: got %d %q %q, want %d %q %q", path, a.status, a.header.Get("Content-Type"), a.body, f.Status, f.ContentType, f.Body)
				}
				for _, header := range []string{"X-Amz-Request-Id", "Server"} {
					if got := a.header.Get(header); got != "" {
						t.Errorf("%s: got %s = %q, want none", path, header, got)
					}
				}
			}
		})
	}
}

func TestFaultLatency(t *testing.T) {
	s, c := withBucket(t, Options{})
	const latency = 50 * time.Millisecond
	s.Inject(Fault{Operation: "HeadBucket", Latency: latency})
	began := time.Now()
	if _, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < latency {
		t.Errorf("took %v, want at least %v", took, latency)
	}
}

// TestLostResponse shows the hard case of a retry: the operation was done.
func TestLostResponse(t *testing.T) {
	s, c := withBucket(t, Options{})
	s.Inject(Fault{Operation: "PutBucketCors", Times: 1, LoseResponse: true})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL()+"/videos?cors", strings.NewReader(corsDocument))
	if err != nil {
		t.Fatal(err)
	}
	sign(t, s, s.Root(), r, corsDocument)
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = response.Body.Close()
		t.Fatalf("got an answer: %d", response.StatusCode)
	}
	out := must[*s3.GetBucketCorsOutput](t)(c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: videos}))
	if len(out.CORSRules) != 2 {
		t.Errorf("%d rules, want what the lost request wrote", len(out.CORSRules))
	}
	for _, e := range s.Requests().Entries() {
		if e.Operation == "PutBucketCors" && e.Status != 0 {
			t.Errorf("logged with status %d, want 0", e.Status)
		}
	}
}

func TestStaleDocument(t *testing.T) {
	s, _ := withBucket(t, Options{})
	document := func(origin string) string {
		return strings.ReplaceAll(corsDocument, "https://app.example", origin)
	}
	get := func() answer { return ask(t, s, s.Root(), http.MethodGet, "/videos?cors", "", nil) }
	stale := func() answer {
		defer s.Inject(Fault{Operation: "GetBucketCors", Stale: true})()
		return get()
	}
	judge(t, s, "cors", document("https://one.example"))
	if a := stale(); a.code != "NoSuchCORSConfiguration" {
		t.Errorf("before the first write there was none: %d %s", a.status, a.body)
	}
	judge(t, s, "cors", document("https://two.example"))
	if a := stale(); !strings.Contains(a.body, "https://one.example") {
		t.Errorf("after the second write: %s", a.body)
	}
	if a := get(); !strings.Contains(a.body, "https://two.example") {
		t.Errorf("without the fault: %s", a.body)
	}
	ask(t, s, s.Root(), http.MethodDelete, "/videos?cors", "", nil)
	if a := stale(); !strings.Contains(a.body, "https://two.example") {
		t.Errorf("after the delete: %s", a.body)
	}
}

func TestStaleBucket(t *testing.T) {
	s, c := withBucket(t, Options{})
	head := func() error {
		defer s.Inject(Fault{Operation: "HeadBucket", Stale: true})()
		_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos})
		return err
	}
	wantCode(t, head(), "NotFound")
	must[*s3.DeleteBucketOutput](t)(c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: videos}))
	if err := head(); err != nil {
		t.Errorf("after the delete: %v", err)
	}
}

// TestConcurrentConfiguration holds one write with a hook while another comes.
func TestConcurrentConfiguration(t *testing.T) {
	s, c := withBucket(t, Options{})
	setTags := func() error {
		return errors.New(judge(t, s, "tagging", "<Tagging><TagSet/></Tagging>"))
	}
	var second, read error
	s.Inject(Fault{Operation: "PutBucketCors", Times: 1, Hook: func() {
		second = setTags()
		_, read = c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: videos})
	}})
	if code := judge(t, s, "cors", corsDocument); code != "" {
		t.Errorf("the first write: %s", code)
	}
	if second == nil || second.Error() != "OperationAborted" {
		t.Errorf("the second write: %v, want OperationAborted", second)
	}
	if read != nil {
		t.Errorf("a read meanwhile: %v", read)
	}
	if err := setTags(); err.Error() != "" {
		t.Errorf("after both: %v", err)
	}
}

func TestRequestLog(t *testing.T) {
	var text lockedBuffer
	s, c := withBucket(t, Options{Log: &text})
	reader := newUser(t, s, "reader", readPolicy(t))
	s.Requests().Reset()
	_, _ = client(s, reader).DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: videos})
	must[*s3.HeadBucketOutput](t)(c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: videos}))
	must[*iam.ListUsersOutput](t)(iamClient(s, s.Root()).ListUsers(t.Context(), &iam.ListUsersInput{}))

	log := s.Requests()
	if log.Total() != 3 || log.Count("HeadBucket") != 1 || log.Counts()["ListUsers"] != 1 {
		t.Errorf("counts %v", log.Counts())
	}
	refused := log.Entries()[0]
	refused.Time = time.Time{}
	want := Entry{
		Service: "s3", Operation: "DeleteBucketCors", Method: "DELETE", Bucket: "videos",
		Principal: "arn:aws:iam::123456789012:user/reader", Status: 403, Code: "AccessDenied",
	}
	if refused != want {
		t.Errorf("entry %+v, want %+v", refused, want)
	}
	if line := `s3 DELETE DeleteBucketCors "videos" arn:aws:iam::123456789012:user/reader 403 AccessDenied`; !strings.Contains(text.String(), line) {
		t.Errorf("no line %q in\n%s", line, text.String())
	}
	if strings.Contains(text.String(), reader.SecretAccessKey) {
		t.Error("the log has a secret")
	}
}

// lockedBuffer is written by the server while the test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestFaultLatencyEndsWithTheClient is about a request with a body, after which
// alone net/http looks whether the client is there.
func TestFaultLatencyEndsWithTheClient(t *testing.T) {
	s, c := withBucket(t, Options{})
	defer s.Inject(Fault{Operation: "PutBucketVersioning", Latency: time.Hour})()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: videos, VersioningConfiguration: &s3types.VersioningConfiguration{Status: "Enabled"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	limit, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for s.Requests().Count("PutBucketVersioning") == 0 { // counted at their end
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("the request is still held")
		}
	}
}
