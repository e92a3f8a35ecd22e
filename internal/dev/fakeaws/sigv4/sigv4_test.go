package sigv4

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The examples of the S3 documentation, "Authenticating Requests (AWS
// Signature Version 4)".
const (
	exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	exampleScope  = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
	exampleEmpty  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

var exampleTime = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)

func example(method, target, signed, signature string, headers map[string]string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, "http://examplebucket.s3.amazonaws.com"+target, nil)
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	r.Header.Set("X-Amz-Content-Sha256", exampleEmpty)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+exampleScope+",SignedHeaders="+signed+",Signature="+signature)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

func verify(r *http.Request, now time.Time) error {
	s, err := Parse(r)
	if err != nil {
		return err
	}
	if err := s.CheckTime(now); err != nil {
		return err
	}
	return s.Verify(r, exampleSecret, "")
}

func wantCode(t *testing.T, err error, code string) Error {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
	return *refusal
}

func getObject() *http.Request {
	return example("GET", "/test.txt", "host;range;x-amz-content-sha256;x-amz-date",
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
		map[string]string{"Range": "bytes=0-9"})
}

func presignedGet() *http.Request {
	return httptest.NewRequestWithContext(context.Background(), "GET", "http://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"+
		"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"+
		"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"+
		"&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", nil)
}

func TestPublishedExamples(t *testing.T) {
	tests := map[string]*http.Request{
		"GET object": getObject(),
		"PUT object": example("PUT", "/test%24file.text", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
			"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
			map[string]string{
				"Date":                 "Fri, 24 May 2013 00:00:00 GMT",
				"X-Amz-Storage-Class":  "REDUCED_REDUNDANCY",
				"X-Amz-Content-Sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
			}),
		"GET bucket lifecycle": example("GET", "/?lifecycle", "host;x-amz-content-sha256;x-amz-date",
			"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", nil),
		"list objects": example("GET", "/?max-keys=2&prefix=J", "host;x-amz-content-sha256;x-amz-date",
			"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", nil),
		"presigned GET": presignedGet(),
	}
	for name, r := range tests {
		t.Run(name, func(t *testing.T) {
			if err := verify(r, exampleTime); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTamperedRequestsAreRefused(t *testing.T) {
	tests := map[string]func(*http.Request){
		"method":        func(r *http.Request) { r.Method = "DELETE" },
		"path":          func(r *http.Request) { r.URL.Path = "/test2.txt" },
		"query":         func(r *http.Request) { r.URL.RawQuery = "versionId=1" },
		"host":          func(r *http.Request) { r.Host = "other.s3.amazonaws.com" },
		"signed header": func(r *http.Request) { r.Header.Set("Range", "bytes=0-10") },
		"payload hash":  func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", UnsignedPayload) },
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			r := getObject()
			tamper(r)
			wantCode(t, verify(r, exampleTime), "SignatureDoesNotMatch")
		})
	}
}

func TestUnsignedAmzHeaderIsRefused(t *testing.T) {
	r := getObject()
	r.Header.Set("X-Amz-Storage-Class", "GLACIER")
	refusal := wantCode(t, verify(r, exampleTime), "AccessDenied")
	if len(refusal.Details) != 1 || refusal.Details[0].Value != "x-amz-storage-class" {
		t.Errorf("details = %v, want the unsigned header named", refusal.Details)
	}
}

func TestClockSkew(t *testing.T) {
	for _, skew := range []time.Duration{MaxSkew, -MaxSkew} {
		if err := verify(getObject(), exampleTime.Add(skew)); err != nil {
			t.Errorf("skew %v: %v", skew, err)
		}
	}
	for _, skew := range []time.Duration{MaxSkew + time.Second, -MaxSkew - time.Second} {
		wantCode(t, verify(getObject(), exampleTime.Add(skew)), "RequestTimeTooSkewed")
	}
}

func TestPresignedExpiry(t *testing.T) {
	if err := verify(presignedGet(), exampleTime.Add(24*time.Hour)); err != nil {
		t.Errorf("at its last second: %v", err)
	}
	refusal := wantCode(t, verify(presignedGet(), exampleTime.Add(24*time.Hour+time.Second)), "AccessDenied")
	if refusal.Message != "Request has expired" {
		t.Errorf("message = %q", refusal.Message)
	}
	wantCode(t, verify(presignedGet(), exampleTime.Add(-MaxSkew-time.Second)), "AccessDenied")
}

func TestMalformedSignatures(t *testing.T) {
	header := func(value string) *http.Request {
		r := getObject()
		r.Header.Set("Authorization", value)
		return r
	}
	query := func(old, replacement string) *http.Request {
		r := presignedGet()
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, replacement, 1)
		return r
	}
	both := presignedGet()
	both.Header.Set("Authorization", "AWS4-HMAC-SHA256 x")
	tests := map[string]struct {
		request *http.Request
		code    string
	}{
		"basic auth":          {header("Basic eDp5"), "InvalidArgument"},
		"SigV2":               {header("AWS AKIAIOSFODNN7EXAMPLE:x"), "NotImplemented"},
		"no credential":       {header("AWS4-HMAC-SHA256 SignedHeaders=host,Signature=00"), "AuthorizationHeaderMalformed"},
		"short scope":         {header("AWS4-HMAC-SHA256 Credential=A/20130524/s3,SignedHeaders=host,Signature=00"), "AuthorizationHeaderMalformed"},
		"other date in scope": {header("AWS4-HMAC-SHA256 Credential=A/20130525/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=00"), "AuthorizationHeaderMalformed"},
		"header and query":    {both, "InvalidArgument"},
		"no expiry":           {query("&X-Amz-Expires=86400", ""), "AuthorizationQueryParametersError"},
		"expiry over a week":  {query("=86400", "=604801"), "AuthorizationQueryParametersError"},
		"negative expiry":     {query("=86400", "=-1"), "AuthorizationQueryParametersError"},
		"expiry in words":     {query("=86400", "=long"), "AuthorizationQueryParametersError"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(tc.request)
			wantCode(t, err, tc.code)
		})
	}
}

func TestAnonymousRequestHasNoSignature(t *testing.T) {
	s, err := Parse(httptest.NewRequestWithContext(context.Background(), "GET", "http://h/x", nil))
	if s != nil || err != nil {
		t.Fatalf("got %v, %v", s, err)
	}
}

func TestHashedBody(t *testing.T) {
	for body, code := range map[string]string{"": "", "tampered": "XAmzContentSHA256Mismatch"} {
		r := getObject()
		r.Body = io.NopCloser(strings.NewReader(body))
		s, err := Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Body(r, exampleSecret)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		if code == "" && err != nil {
			t.Errorf("body %q: %v", body, err)
		}
		if code != "" {
			wantCode(t, err, code)
		}
	}
}
