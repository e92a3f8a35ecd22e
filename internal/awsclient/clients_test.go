package awsclient

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const secret = "wJalrXUtnFEMI-not-a-real-secret"

// clean takes the machine's own AWS settings out of a test's way.
func clean(t *testing.T) {
	t.Helper()
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			t.Setenv(name, "")
		}
	}
	empty := t.TempDir() + "/none"
	t.Setenv("AWS_CONFIG_FILE", empty)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", empty)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func start(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func local(url string) Settings {
	return Settings{
		Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: secret, MaxRetries: 1,
		Endpoints:                 Endpoints{S3: url, IAM: url, STS: url},
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	}
}

func mustNew(t *testing.T, s Settings) *Clients {
	t.Helper()
	c, problems := New(context.Background(), s)
	if failed(problems) {
		t.Fatalf("%+v", problems)
	}
	return c
}

func identity(w http.ResponseWriter) {
	_, _ = w.Write([]byte(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
		`<Arn>arn:aws-cn:iam::123456789012:user/x</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`))
}

func TestNewAsksOnceWhoTheCallerIs(t *testing.T) {
	clean(t)
	var requests atomic.Int32
	url := start(t, func(w http.ResponseWriter, _ *http.Request) { requests.Add(1); identity(w) })
	s := local(url)
	s.SkipCredentialsValidation, s.SkipRequestingAccountID = false, false
	c := mustNew(t, s)
	if c.AccountID != "123456789012" || c.Partition != "aws-cn" {
		t.Errorf("account %q, partition %q", c.AccountID, c.Partition)
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestAttempts(t *testing.T) {
	clean(t)
	file := t.TempDir() + "/config"
	if err := os.WriteFile(file, []byte("[default]\nmax_attempts = 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		setting     int
		environment string
		file        string
		want        int
	}{
		"nothing said":         {want: DefaultMaxAttempts},
		"shared file":          {file: file, want: 5},
		"environment":          {file: file, environment: "7", want: 7},
		"block before the two": {file: file, environment: "7", setting: 2, want: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_MAX_ATTEMPTS", tt.environment)
			s := local("http://127.0.0.1:1")
			s.MaxRetries = tt.setting
			if tt.file != "" {
				s.SharedConfigFiles = []string{tt.file}
			}
			c := mustNew(t, s)
			for service, got := range map[string]int{
				"S3": c.S3("").Options().Retryer.MaxAttempts(), "IAM": c.IAM.Options().Retryer.MaxAttempts(), "STS": c.STS.Options().Retryer.MaxAttempts(),
			} {
				if got != tt.want {
					t.Errorf("%s: %d attempts, want %d", service, got, tt.want)
				}
			}
		})
	}
}

func TestChecksumsCanBeRelaxed(t *testing.T) {
	clean(t)
	for environment, want := range map[string]bool{"": true, "when_required": false} {
		t.Setenv("AWS_REQUEST_CHECKSUM_CALCULATION", environment)
		var sent atomic.Bool
		c := mustNew(t, local(start(t, func(_ http.ResponseWriter, r *http.Request) {
			sent.Store(r.Header.Get("X-Amz-Checksum-Crc32") != "" || r.Header.Get("X-Amz-Trailer") != "")
		})))
		_, err := c.S3("").PutObject(context.Background(), &s3.PutObjectInput{Bucket: aws.String("videos"), Key: aws.String("a.mp4"), Body: strings.NewReader("x")})
		if err != nil || sent.Load() != want {
			t.Errorf("%q: checksum sent %v, %v", environment, sent.Load(), err)
		}
	}
}

func TestWithoutTLS(t *testing.T) {
	clean(t)
	for endpoint, want := range map[string]bool{
		"":                       false,
		"http://localhost:9000":  true,
		"HTTP://localhost:9000":  true,
		"https://s3.example.com": false,
	} {
		if got := mustNew(t, local(endpoint)).WithoutTLS(); got != want {
			t.Errorf("%q: %t", endpoint, got)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://localhost:9000")
	if !mustNew(t, local("")).WithoutTLS() {
		t.Error("the environment's endpoint is passed over")
	}
}

func TestAtAWS(t *testing.T) {
	clean(t)
	for endpoint, want := range map[string]bool{
		"": true,
		"https://bucket.vpce-0a1b2c3d-4e5f.s3.us-east-1.vpce.amazonaws.com": true,
		"https://s3.cn-north-1.amazonaws.com.cn":                            true,
		"https://s3-fips.us-east-1.api.aws":                                 true,
		"http://localhost:9000":                                             false,
		"https://s3.example.com":                                            false,
		"https://amazonaws.com.example.com":                                 false,
	} {
		if got := mustNew(t, local(endpoint)).AtAWS(); got != want {
			t.Errorf("%q: %t", endpoint, got)
		}
	}
}

// TestWithKey has two keys at one server, and a server that repeats what it gets.
func TestWithKey(t *testing.T) {
	clean(t)
	const other = "another-secret-of-another-key"
	var seen []string
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		id, _, _ := strings.Cut(credential, "/")
		seen = append(seen, id)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("<Error><Code>Odd</Code><Message>" + other + "</Message></Error>"))
	})
	c := mustNew(t, local(url))
	app := c.WithKey("AKIDOTHER", other)
	for _, clients := range []*Clients{app, c} {
		_, err := clients.NewS3("us-east-1", func(o *s3.Options) { o.UsePathStyle = true }).GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")})
		if err == nil || strings.Contains(err.Error(), other) {
			t.Errorf("got %v, want an error without the secret", err)
		}
	}
	if got := strings.Join(seen, " "); got != "AKIDOTHER AKIDEXAMPLE" {
		t.Errorf("got requests by %s, want AKIDOTHER AKIDEXAMPLE", got)
	}
	signed, err := app.Presign(t.Context(), PresignRequest{Method: http.MethodGet, Bucket: "videos", Key: "a b.mp4", Region: "eu-west-1", Lifetime: time.Hour, ChecksumMode: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/a%20b.mp4?", "AKIDOTHER%2F", "%2Feu-west-1%2F", "x-amz-checksum-mode=ENABLED"} {
		if !strings.Contains(signed.URL, want) {
			t.Errorf("got the URL %s, want %s in it", signed.URL, want)
		}
	}
	if len(seen) != 2 {
		t.Errorf("got %d requests, want none for a URL whose region is given", len(seen)-2)
	}
}
