package fakeaws

import (
	"net/http"
	"strings"
	"testing"
)

const corsDocument = `<CORSConfiguration>
<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedOrigin>https://app.example</AllowedOrigin>
<AllowedHeader>Range</AllowedHeader><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>Content-Range</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>
<CORSRule><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>
</CORSConfiguration>`

func preflight(t *testing.T, s *Server, target, origin, method, headers string) answer {
	t.Helper()
	header := map[string]string{}
	for name, value := range map[string]string{"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers} {
		if value != "" {
			header[name] = value
		}
	}
	return ask(t, s, Credentials{}, http.MethodOptions, target, "", header)
}

func TestPreflight(t *testing.T) {
	s, _ := withBucket(t, Options{})
	if a := preflight(t, s, "/videos/a.mp4", "https://app.example", "GET", ""); a.status != 403 || a.code != "AccessForbidden" || !strings.Contains(a.message, "not enabled") {
		t.Errorf("without CORS: %d %s %q", a.status, a.code, a.message)
	}
	if code := judge(t, s, "cors", corsDocument); code != "" {
		t.Fatal(code)
	}
	tests := map[string]struct {
		target, origin, method, headers string
		status                          int
		code                            string
	}{
		"allowed":                     {"/videos/a.mp4", "https://app.example", "GET", "", 200, ""},
		"allowed headers":             {"/videos/a.mp4", "https://app.example", "HEAD", "range, X-Amz-Date", 200, ""},
		"the bucket itself":           {"/videos", "https://app.example", "GET", "", 200, ""},
		"any origin may put":          {"/videos/a.mp4", "http://other.example", "PUT", "", 200, ""},
		"another origin":              {"/videos/a.mp4", "https://other.example", "GET", "", 403, "AccessForbidden"},
		"another scheme":              {"/videos/a.mp4", "http://app.example", "GET", "", 403, "AccessForbidden"},
		"origin with a slash":         {"/videos/a.mp4", "https://app.example/", "GET", "", 403, "AccessForbidden"},
		"another method":              {"/videos/a.mp4", "https://app.example", "DELETE", "", 403, "AccessForbidden"},
		"a header that is not listed": {"/videos/a.mp4", "https://app.example", "GET", "range, authorization", 403, "AccessForbidden"},
		"no origin":                   {"/videos/a.mp4", "", "GET", "", 400, "BadRequest"},
		"no method":                   {"/videos/a.mp4", "https://app.example", "", "", 400, "BadRequest"},
		"no bucket":                   {"/nothing/a.mp4", "https://app.example", "GET", "", 404, "NoSuchBucket"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := preflight(t, s, tt.target, tt.origin, tt.method, tt.headers)
			if a.status != tt.status || a.code != tt.code {
				t.Errorf("got %d %s, want %d %s", a.status, a.code, tt.status, tt.code)
			}
		})
	}
}

func TestPreflightHeaders(t *testing.T) {
	s, _ := withBucket(t, Options{})
	judge(t, s, "cors", corsDocument)
	wantHeaders(t, preflight(t, s, "/videos/a.mp4", "https://app.example", "GET", "Range").header, map[string]string{
		"Access-Control-Allow-Origin":      "https://app.example",
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Methods":     "GET, HEAD",
		"Access-Control-Allow-Headers":     "range",
		"Access-Control-Expose-Headers":    "ETag, Content-Range",
		"Access-Control-Max-Age":           "600",
		"Vary":                             "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
	})
	wantHeaders(t, preflight(t, s, "/videos/a.mp4", "https://x.example", "PUT", "").header, map[string]string{
		"Access-Control-Allow-Origin":      "*",
		"Access-Control-Allow-Credentials": "",
	})
}

func TestCORSHeadersOfActualRequests(t *testing.T) {
	s, _ := withBucket(t, Options{})
	judge(t, s, "cors", corsDocument)
	get := func(origin string) answer {
		return ask(t, s, s.Root(), http.MethodGet, "/videos/a.mp4", "", map[string]string{"Origin": origin})
	}
	allowed := get("https://app.example")
	if allowed.code != "NoSuchKey" {
		t.Fatalf("code %q, want NoSuchKey", allowed.code)
	}
	// A refusal has to be readable by the script, too.
	wantHeaders(t, allowed.header, map[string]string{"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Expose-Headers": "ETag, Content-Range"})
	wantHeaders(t, get("https://other.example").header, map[string]string{"Access-Control-Allow-Origin": ""})
}

func wantHeaders(t *testing.T, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.Get(name), value)
		}
	}
}
