package fakeaws_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func TestFaultStatus(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	list := func(bucket string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
		return err
	}
	if err := fakeawstest.CreateIn(t, c, "other", ""); err != nil {
		t.Fatal(err)
	}
	remove := s.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Bucket: "videos", Skip: 1, Times: 2, Status: 503, Code: "SlowDown", Message: "Please reduce your request rate."})
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
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	head := func() error {
		_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
		return err
	}
	remove := s.Inject(fakeaws.Fault{Operation: "*", Status: 500, Code: "InternalError"})
	if got := awserr.Status(head()); got != 500 {
		t.Errorf("status %d", got)
	}
	remove()
	if err := head(); err != nil {
		t.Error(err)
	}
}

func TestFaultThatCutsTheAnswer(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	s.Inject(fakeaws.Fault{Operation: "CreateUser", Times: 1, CutAfter: 30})
	_, err := fakeawstest.IAM(s, s.Root()).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("app")})
	if err == nil || awserr.Code(err) != "" {
		t.Errorf("CreateUser: got %v, want an answer that cannot be read", err)
	}
	if _, err := fakeawstest.IAM(s, s.Root()).GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("app")}); err != nil {
		t.Errorf("the user was not made: %v", err)
	}
	fakeawstest.Put(t, c, "a.mp4", "hello")
	s.Inject(fakeaws.Fault{Operation: "GetObject", Times: 1, CutAfter: 2})
	out := fakeawstest.Must[*s3.GetObjectOutput](t)(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("a.mp4")}, func(o *s3.Options) {
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	}))
	if got := fakeawstest.Read(t, out.Body); got != "he" {
		t.Errorf("body: got %q, want %q", got, "he")
	}
}

func TestFaultOfIAM(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	s.Inject(fakeaws.Fault{Operation: "CreateUser", Status: 400, Code: "Throttling", Message: "Rate exceeded"})
	_, err := fakeawstest.IAM(s, s.Root()).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("u")})
	fakeawstest.WantCode(t, err, "Throttling")
}

func TestFaultBody(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	s.Inject(fakeaws.Fault{Operation: "GetBucketCors", Body: "<html>It works!</html>"})
	a := fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos?cors", "", nil)
	if a.Status != 200 || a.Body != "<html>It works!</html>" || a.Header.Get("Content-Type") != "text/html" {
		t.Errorf("got %d %s %q", a.Status, a.Header.Get("Content-Type"), a.Body)
	}
}

// TestForeignFault answers like something that is not AWS.
func TestForeignFault(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	if a := fakeawstest.Ask(t, s, s.Root(), http.MethodHead, "/nobody", "", nil); a.Status != 404 || a.Header.Get("X-Amz-Request-Id") == "" {
		t.Errorf("without a fault: got status %d, headers %v, want 404 and x-amz-request-id", a.Status, a.Header)
	}
	for name, f := range map[string]fakeaws.Fault{
		"text":    {Status: 404, ContentType: "text/plain", Body: "404 page not found"},
		"no body": {Status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			f.Foreign = true
			defer s.Inject(f)()
			for _, path := range []string{"/videos", "/videos?cors"} {
				a := fakeawstest.Ask(t, s, s.Root(), http.MethodGet, path, "", nil)
				if a.Status != f.Status || a.Body != f.Body || a.Header.Get("Content-Type") != f.ContentType {
					t.Errorf("%s: got %d %q %q, want %d %q %q", path, a.Status, a.Header.Get("Content-Type"), a.Body, f.Status, f.ContentType, f.Body)
				}
				for _, header := range []string{"X-Amz-Request-Id", "Server"} {
					if got := a.Header.Get(header); got != "" {
						t.Errorf("%s: got %s = %q, want none", path, header, got)
					}
				}
			}
		})
	}
}

func TestFaultLatency(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	const latency = 50 * time.Millisecond
	s.Inject(fakeaws.Fault{Operation: "HeadBucket", Latency: latency})
	began := time.Now()
	if _, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < latency {
		t.Errorf("took %v, want at least %v", took, latency)
	}
}

// TestLostResponse shows the hard case of a retry: the operation was done.
func TestLostResponse(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	s.Inject(fakeaws.Fault{Operation: "PutBucketCors", Times: 1, LoseResponse: true})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL()+"/videos?cors", strings.NewReader(fakeawstest.CORSDocument))
	if err != nil {
		t.Fatal(err)
	}
	fakeawstest.Sign(t, s, s.Root(), r, fakeawstest.CORSDocument)
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = response.Body.Close()
		t.Fatalf("got an answer: %d", response.StatusCode)
	}
	out := fakeawstest.Must[*s3.GetBucketCorsOutput](t)(c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: fakeawstest.Videos}))
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
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	document := func(origin string) string {
		return strings.ReplaceAll(fakeawstest.CORSDocument, "https://app.example", origin)
	}
	get := func() fakeawstest.Answer {
		return fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos?cors", "", nil)
	}
	stale := func() fakeawstest.Answer {
		defer s.Inject(fakeaws.Fault{Operation: "GetBucketCors", Stale: true})()
		return get()
	}
	fakeawstest.Judge(t, s, "cors", document("https://one.example"))
	if a := stale(); a.Code != "NoSuchCORSConfiguration" {
		t.Errorf("before the first write there was none: %d %s", a.Status, a.Body)
	}
	fakeawstest.Judge(t, s, "cors", document("https://two.example"))
	if a := stale(); !strings.Contains(a.Body, "https://one.example") {
		t.Errorf("after the second write: %s", a.Body)
	}
	if a := get(); !strings.Contains(a.Body, "https://two.example") {
		t.Errorf("without the fault: %s", a.Body)
	}
	fakeawstest.Ask(t, s, s.Root(), http.MethodDelete, "/videos?cors", "", nil)
	if a := stale(); !strings.Contains(a.Body, "https://two.example") {
		t.Errorf("after the delete: %s", a.Body)
	}
}

func TestStaleBucket(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	head := func() error {
		defer s.Inject(fakeaws.Fault{Operation: "HeadBucket", Stale: true})()
		_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos})
		return err
	}
	fakeawstest.WantCode(t, head(), "NotFound")
	fakeawstest.Must[*s3.DeleteBucketOutput](t)(c.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: fakeawstest.Videos}))
	if err := head(); err != nil {
		t.Errorf("after the delete: %v", err)
	}
}

// TestConcurrentConfiguration holds one write with a hook while another comes.
func TestConcurrentConfiguration(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	setTags := func() error {
		return errors.New(fakeawstest.Judge(t, s, "tagging", "<Tagging><TagSet/></Tagging>"))
	}
	var second, read error
	s.Inject(fakeaws.Fault{Operation: "PutBucketCors", Times: 1, Hook: func() {
		second = setTags()
		_, read = c.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: fakeawstest.Videos})
	}})
	if code := fakeawstest.Judge(t, s, "cors", fakeawstest.CORSDocument); code != "" {
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
	var text fakeawstest.LockedBuffer
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{Log: &text})
	reader := fakeawstest.NewUser(t, s, "reader", fakeawstest.ReadPolicy(t))
	s.Requests().Reset()
	_, _ = fakeawstest.Client(s, reader).DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: fakeawstest.Videos})
	fakeawstest.Must[*s3.HeadBucketOutput](t)(c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: fakeawstest.Videos}))
	fakeawstest.Must[*iam.ListUsersOutput](t)(fakeawstest.IAM(s, s.Root()).ListUsers(t.Context(), &iam.ListUsersInput{}))

	log := s.Requests()
	if log.Total() != 3 || log.Count("HeadBucket") != 1 || log.Counts()["ListUsers"] != 1 {
		t.Errorf("counts %v", log.Counts())
	}
	refused := log.Entries()[0]
	refused.Time = time.Time{}
	want := fakeaws.Entry{
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

// TestFaultLatencyEndsWithTheClient is about a request with a body, after which
// alone net/http looks whether the client is there.
func TestFaultLatencyEndsWithTheClient(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	defer s.Inject(fakeaws.Fault{Operation: "PutBucketVersioning", Latency: time.Hour})()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: fakeawstest.Videos, VersioningConfiguration: &s3types.VersioningConfiguration{Status: "Enabled"}})
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

func TestRateLimit(t *testing.T) {
	now := fakeawstest.NewClock()
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{Clock: now.Now})
	remove := s.Inject(fakeaws.Fault{Operation: "ListObjectsV2", PerSecond: 20})
	list := func() error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
		return err
	}
	for i := range 2 {
		if err := list(); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if err := list(); !awserr.Throttled(err) || awserr.Status(err) != http.StatusServiceUnavailable {
		t.Errorf("over the rate: %v", err)
	}
	now.Advance(50 * time.Millisecond)
	if err := list(); err != nil {
		t.Errorf("after 50 ms: %v", err)
	}
	remove()
	if err := list(); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}
