package tftype

import (
	"testing"
	"time"
)

func TestOrigin(t *testing.T) {
	check(t, Origin(), map[string]string{
		"*": "", "https://fovea.example.com": "", "http://localhost:3000": "", "https://*.example.com": "", "https://*": "", "http://[::1]:3000": "", "http://127.0.0.1": "", "https://x:80": "",
		"":                               "it is empty",
		"fovea.example.com":              "it has no scheme",
		"//fovea.example.com":            "it has no scheme",
		"://fovea.example.com":           "it has no scheme",
		"https://fovea.example.com/":     "it ends in a slash",
		"https://fovea.example.com/app":  "it has a path",
		"https://fovea.example.com?a":    "it has a path",
		"https://":                       "it has no host",
		"https://:3000":                  "it has no host",
		"https://*.*.com":                "more than one *",
		"https://fovea.example.com:443":  "the port that the scheme has anyway",
		"http://fovea.example.com:80":    "the port that the scheme has anyway",
		"https://Fovea.example.com":      "an upper-case letter",
		"https://me@fovea.example.com":   "a character that no origin has",
		"https://fovea.example.com:port": "it is not a URL",
	})
}

func TestBrowserOrigin(t *testing.T) {
	check(t, BrowserOrigin(), map[string]string{
		"https://fovea.example.com": "", "http://localhost:3000": "", "http://[::1]:3000": "",
		"*":                             "it has a *, and browsers send none",
		"https://*.example.com":         "it has a *, and browsers send none",
		"":                              "it is empty",
		"null":                          "it has no scheme",
		"fovea.example.com":             "it has no scheme",
		"https://fovea.example.com/":    "it ends in a slash",
		"https://fovea.example.com/app": "it has a path",
	})
}

func TestCORSMethod(t *testing.T) {
	check(t, CORSMethod(), map[string]string{
		"GET": "", "HEAD": "", "PUT": "", "POST": "", "DELETE": "",
		"get": "written in capitals", "OPTIONS": "does not allow it", "PATCH": "does not allow it", "*": "does not allow it", "": "does not allow it",
	})
}

func TestHeaders(t *testing.T) {
	check(t, CORSHeader(), map[string]string{
		"*": "", "Range": "", "x-amz-*": "",
		"x-*-*": "more than one *", "": "not the name of a header", "a b": "not the name of a header", "Range:": "not the name of a header",
	})
	check(t, HeaderName(), map[string]string{
		"ETag": "", "x-amz-version-id": "", "*": "no * here", "x-amz-*": "no * here", "": "not the name of a header", "a b": "not the name of a header",
	})
}

func TestProxyURL(t *testing.T) {
	check(t, ProxyURL(), map[string]string{
		"": "", "http://proxy:3128": "", "https://me:pass@proxy": "", "socks5://proxy:1080": "", "socks5h://proxy": "",
		"proxy:3128": "does not begin with", "127.0.0.1:3128": "it is not a URL", "http://:3128": "it has no host",
	})
}

func TestDurationBetween(t *testing.T) {
	check(t, DurationBetween(15*time.Minute, 12*time.Hour), map[string]string{
		"15m": "", "12h": "", "1h30m": "", "900s": "",
		"": "it is not a duration", "90": "it is not a duration", "1d": "it is not a duration",
		"14m": "it is too short", "-1h": "it is too short", "12h1s": "it is too long. It must be numbers with units, h, m or s, such as \"90m\" or \"1h30m\", from 15m to 12h.",
	})
}

func TestBrief(t *testing.T) {
	for want, d := range map[string]time.Duration{"15m": 15 * time.Minute, "1h": time.Hour, "10h30m": 630 * time.Minute, "30s": 30 * time.Second, "1m30s": 90 * time.Second, "1h0m5s": 3605 * time.Second} {
		if got := brief(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestJSONObject(t *testing.T) {
	check(t, JSONObject(), map[string]string{
		"{}": "", `{"Version":"2012-10-17"}`: "", "": "it is not a JSON object", "[]": "it is not a JSON object", "{": "it is not a JSON object", "{} x": "it is not a JSON object",
	})
}
