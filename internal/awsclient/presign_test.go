package awsclient

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// signing is a fake AWS with a bucket, and clients whose clock the test moves.
type signing struct {
	*Clients
	server *fakeaws.Server
	ahead  atomic.Int64 // of the real time
}

func newSigning(t *testing.T) *signing {
	t.Helper()
	clean(t)
	s := &signing{}
	now := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	server, err := fakeaws.Start(fakeaws.Options{Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	settings := local(server.URL())
	settings.PathStyle = true
	settings.AccessKey, settings.SecretKey = server.Root().AccessKeyID, server.Root().SecretAccessKey
	s.server, s.Clients = server, mustNew(t, settings)
	s.Now = now
	if _, err := s.S3("").CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: aws.String("videos")}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *signing) advance(d time.Duration) { s.ahead.Add(int64(d)) }

func (s *signing) put(t *testing.T, key, content string) {
	t.Helper()
	_, err := s.S3("").PutObject(context.Background(), &s3.PutObjectInput{Bucket: aws.String("videos"), Key: &key, Body: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *signing) presign(t *testing.T, r PresignRequest) PresignedURL {
	t.Helper()
	r.Bucket = "videos"
	if r.Lifetime == 0 {
		r.Lifetime = time.Hour
	}
	out, err := s.Presign(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// send uses a URL as its holder would.
func send(t *testing.T, method string, p PresignedURL, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(out)
}

func TestPresignedKeysPlay(t *testing.T) {
	s := newSigning(t)
	hosted := s.virtualHosted(t)
	for _, key := range []string{
		"plain.mp4", "a folder/my clip.mp4", "1+1=2.mp4", "Übung ☂.mp4", "100%.mp4", "a%2Fb.mp4", "what?#.mp4", "a//b.mp4", "/rooted.mp4", "//clips//twice.mp4",
	} {
		s.put(t, key, "0123456789")
		for style, signer := range map[string]*signing{"path": s, "virtual-hosted": hosted} {
			resp, body := send(t, http.MethodGet, signer.presign(t, PresignRequest{Method: http.MethodGet, Key: key}), "", "Range", "bytes=2-4")
			if resp.StatusCode != http.StatusPartialContent || body != "234" {
				t.Errorf("%s, %s: status %d, %s", key, style, resp.StatusCode, body)
			}
		}
	}
}

// virtualHosted signs for the same server under addresses with the bucket's name
// in front, which are found without DNS for as long as the test lasts.
func (s *signing) virtualHosted(t *testing.T) *signing {
	t.Helper()
	at, err := url.Parse(s.server.URL())
	if err != nil {
		t.Fatal(err)
	}
	settings := local("http://localhost:" + at.Port())
	settings.AccessKey, settings.SecretKey = s.server.Root().AccessKeyID, s.server.Root().SecretAccessKey
	hosted := &signing{server: s.server, Clients: mustNew(t, settings)}
	hosted.RememberRegion("videos", s.Region)

	before := http.DefaultClient.Transport
	t.Cleanup(func() { http.DefaultClient.Transport = before })
	http.DefaultClient.Transport = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, at.Host)
	}}
	return hosted
}

func TestPresignedMethods(t *testing.T) {
	s := newSigning(t)
	if resp, body := send(t, http.MethodPut, s.presign(t, PresignRequest{Method: http.MethodPut, Key: "new.mp4"}), "0123456789"); resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT: status %d, %s", resp.StatusCode, body)
	}
	head := s.presign(t, PresignRequest{Method: http.MethodHead, Key: "new.mp4"})
	if resp, _ := send(t, http.MethodHead, head, ""); resp.StatusCode != http.StatusOK || resp.ContentLength != 10 {
		t.Errorf("HEAD: status %d, length %d", resp.StatusCode, resp.ContentLength)
	}
	if resp, _ := send(t, http.MethodGet, head, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("GET with a URL for HEAD: status %d", resp.StatusCode)
	}
	if _, err := s.Presign(context.Background(), PresignRequest{Method: http.MethodDelete, Bucket: "videos", Key: "new.mp4", Lifetime: time.Hour}); err == nil {
		t.Error("a URL for DELETE was signed")
	}
}

func TestPresignedAnswerHeaders(t *testing.T) {
	s := newSigning(t)
	s.put(t, "a.bin", "x")
	resp, _ := send(t, http.MethodGet, s.presign(t, PresignRequest{
		Method: http.MethodGet, Key: "a.bin", ResponseContentType: "video/mp4", ResponseContentDisposition: `attachment; filename="a b.mp4"`,
	}), "")
	if resp.Header.Get("Content-Type") != "video/mp4" || resp.Header.Get("Content-Disposition") != `attachment; filename="a b.mp4"` {
		t.Errorf("status %d, %v", resp.StatusCode, resp.Header)
	}
}

func TestPresignedURLsCannotBeBent(t *testing.T) {
	s := newSigning(t)
	s.put(t, "a.mp4", "a")
	s.put(t, "b.mp4", "b")
	p := s.presign(t, PresignRequest{Method: http.MethodGet, Key: "a.mp4"})
	for _, change := range []*strings.Replacer{strings.NewReplacer("a.mp4", "b.mp4"), strings.NewReplacer("Expires=3600", "Expires=7200")} {
		if resp, body := send(t, http.MethodGet, PresignedURL{URL: change.Replace(p.URL)}, ""); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
			t.Errorf("status %d, %s", resp.StatusCode, body)
		}
	}
}

func TestPresignedURLsExpire(t *testing.T) {
	s := newSigning(t)
	s.put(t, "a.mp4", "a")
	p := s.presign(t, PresignRequest{Method: http.MethodGet, Key: "a.mp4", Lifetime: time.Hour})
	s.advance(time.Until(p.ExpiresAt) - 5*time.Second)
	if resp, body := send(t, http.MethodGet, p, ""); resp.StatusCode != http.StatusOK {
		t.Errorf("before its end: status %d, %s", resp.StatusCode, body)
	}
	s.advance(10 * time.Second)
	if resp, body := send(t, http.MethodGet, p, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("after its end: status %d, %s", resp.StatusCode, body)
	}
}

func TestWindowKeepsTheURL(t *testing.T) {
	s := newSigning(t)
	start := time.Date(2026, 3, 4, 10, 0, 1, 0, time.UTC)
	at := func(d time.Duration) PresignedURL {
		s.Now = func() time.Time { return start.Add(d) }
		return s.presign(t, PresignRequest{Method: http.MethodGet, Key: "a.mp4", Lifetime: 2 * time.Hour, Window: time.Hour})
	}
	first := at(0)
	if want := start.Truncate(time.Hour).Add(2 * time.Hour); !first.ExpiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", first.ExpiresAt, want)
	}
	if at(59*time.Minute).URL != first.URL {
		t.Error("the URL changed within the window")
	}
	if at(time.Hour).URL == first.URL {
		t.Error("the URL stayed the same after the window")
	}
}

func TestURLsEndWithTheCredentials(t *testing.T) {
	s := newSigning(t)
	now := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return now }
	session := aws.Credentials{AccessKeyID: "ASIA", SecretAccessKey: secret, SessionToken: "token"}
	ending := session
	ending.CanExpire, ending.Expires = true, now.Add(30*time.Minute)
	tests := map[string]struct {
		creds    aws.Credentials
		lifetime time.Duration
		expires  time.Duration
		cut      bool
	}{
		"credentials end first":       {ending, time.Hour, 30 * time.Minute, true},
		"URL ends first":              {ending, time.Minute, time.Minute, false},
		"end unknown, may be reached": {session, time.Hour, time.Hour, false},
		"end unknown, out of reach":   {session, 48 * time.Hour, 48 * time.Hour, true},
	}
	for name, tt := range tests {
		s.config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return tt.creds, nil })
		p := s.presign(t, PresignRequest{Method: http.MethodGet, Key: "a.mp4", Lifetime: tt.lifetime})
		if got := p.ExpiresAt.Sub(now); got != tt.expires || p.CutShort != tt.cut {
			t.Errorf("%s: ends after %v, cut short %v", name, got, p.CutShort)
		}
		if !strings.Contains(p.URL, "X-Amz-Security-Token=token") || strings.Contains(p.URL, secret) {
			t.Errorf("%s: %s", name, p.URL)
		}
	}
}

func TestPresignFindsTheBucketsRegion(t *testing.T) {
	s := newSigning(t)
	_, err := s.S3("eu-west-1").CreateBucket(context.Background(), &s3.CreateBucketInput{
		Bucket: aws.String("europe"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraintEuWest1},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.server.Requests().Reset()
	for range 2 {
		p, err := s.Presign(context.Background(), PresignRequest{Method: http.MethodGet, Bucket: "europe", Key: "a.mp4", Lifetime: time.Hour})
		if err != nil || !strings.Contains(p.URL, "%2Feu-west-1%2Fs3%2F") {
			t.Errorf("%s, %v", p.URL, err)
		}
	}
	if n := s.server.Requests().Total(); n != 1 {
		t.Errorf("%d requests", n)
	}
	if _, err := s.Presign(context.Background(), PresignRequest{Method: http.MethodGet, Bucket: "absent", Key: "a.mp4", Lifetime: time.Hour}); !awserr.NotFound(err) {
		t.Errorf("error %v", err)
	}
}

// TestPresignBesideRequests is about data races, which -race finds.
func TestPresignBesideRequests(t *testing.T) {
	s := newSigning(t)
	s.put(t, "a.mp4", "a")
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			_, err := s.Presign(context.Background(), PresignRequest{Method: http.MethodGet, Bucket: "videos", Key: "a.mp4", Lifetime: time.Hour})
			return err
		})
		group.Go(func() error {
			_, err := s.S3("").HeadObject(context.Background(), &s3.HeadObjectInput{Bucket: aws.String("videos"), Key: aws.String("a.mp4")})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
