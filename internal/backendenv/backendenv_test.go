package backendenv

import (
	"strings"
	"testing"
)

func TestFilesOfAKey(t *testing.T) {
	variables := Settings{
		Bucket: "fovea-videos", Region: "eu-central-1", CDNBaseURL: "https://d1.cloudfront.net/",
		AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "it/s+a=$ecret",
	}.Variables()
	dotenv, err := Dotenv(variables)
	if err != nil {
		t.Fatal(err)
	}
	const wantDotenv = `VIDEO_STORAGE_TYPE=s3
S3_BUCKET=fovea-videos
S3_REGION=eu-central-1
S3_ENDPOINT=
S3_PUBLIC_BUCKET=false
CDN_ENABLED=true
CDN_BASE_URL=https://d1.cloudfront.net
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY='it/s+a=$ecret'
S3_ACCESS_KEY_ID=
S3_SECRET_ACCESS_KEY=
`
	if dotenv != wantDotenv {
		t.Errorf("got the .env file\n%s\nwant\n%s", dotenv, wantDotenv)
	}
	const wantCompose = `services:
  backend:
    environment:
      VIDEO_STORAGE_TYPE: 's3'
      S3_BUCKET: 'fovea-videos'
      S3_REGION: 'eu-central-1'
      S3_ENDPOINT: ''
      S3_PUBLIC_BUCKET: 'false'
      CDN_ENABLED: 'true'
      CDN_BASE_URL: 'https://d1.cloudfront.net'
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE'
      AWS_SECRET_ACCESS_KEY: 'it/s+a=$$ecret'
      S3_ACCESS_KEY_ID: ''
      S3_SECRET_ACCESS_KEY: ''
`
	if got := Compose(variables); got != wantCompose {
		t.Errorf("got the override file\n%s\nwant\n%s", got, wantCompose)
	}
}

// TestNamesThatFOVEAIgnores keeps out what the deployment guide has and nothing reads,
// and what would harm.
func TestNamesThatFOVEAIgnores(t *testing.T) {
	for _, v := range (Settings{}).Variables() {
		switch v.Name {
		case "S3_ENABLED", "S3_MANIFEST_KEY", "FRONTEND_URL", "AWS_SESSION_TOKEN", "THUMBNAIL_STORAGE_TYPE":
			t.Errorf("got the variable %s, want none of that name", v.Name)
		}
		if v.Name == "CDN_ENABLED" && v.Value != "false" {
			t.Errorf("got CDN_ENABLED=%s without a CDN, want false", v.Value)
		}
	}
}

func TestQuote(t *testing.T) {
	for value, want := range map[string]string{
		"":                            "",
		"AZaz09_./:@%+=,-":            "AZaz09_./:@%+=,-",
		"a b":                         "'a b'",
		"a#b":                         "'a#b'",
		"$HOME `x` \"y\" \\n ${A:-b}": "'$HOME `x` \"y\" \\n ${A:-b}'",
		"it's":                        `"it's"`,
		"it's #1":                     `"it's #1"`,
		"Übung":                       "'Übung'",
		"it's $5":                     "",
		`it's "x"`:                    "",
		`it's \x`:                     "",
		"it's `x`":                    "",
		`ends in \`:                   "",
		"a\nb":                        "",
		"a\rb":                        "",
		"a\x00b":                      "",
	} {
		got, ok := quote(value)
		if got != want || ok != (want != "" || value == "") {
			t.Errorf("quote(%q): got %q, %v, want %q", value, got, ok, want)
		}
	}
}

func TestWrongValues(t *testing.T) {
	for value, want := range map[string]string{
		"minioadmin": "", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY": "", "p@ss w'ord": "", "$x": "",
		"": "it is empty", "a\n": "line break", "\r": "line break", " a": "begins or ends with a space", "a\u00a0b": "cannot be printed",
		"\ufeffa": "cannot be printed", "a\x1bb": "cannot be printed", "a\u2028b": "cannot be printed", "\xff": "cannot be printed",
		"'$": "no quoting protects", `a\`: "no quoting protects",
	} {
		if got := WrongValue(value); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("WrongValue(%q): got %q, want %q", value, got, want)
		}
	}
}

func TestURLs(t *testing.T) {
	for link, want := range map[string]string{
		"https://s3.example.com:9000": "", "http://minio:9000/": "", "https://cdn.example.com/videos": "", "https://[::1]:9000": "",
		"s3.example.com": "does not begin with http://", "localhost:9000": "does not begin with http://", "ftp://x": "does not begin with http://",
		"https://": "no host", "https://u:p@x": "a user name", "https://x?a=b": "a query", "https://x?": "a query", "https://x#a": "a query or a fragment", "https://x#": "a query or a fragment",
		"https://x y": "not a URL", "": "it is empty", "https://x\n": "line break",
	} {
		if got := WrongURL(link); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("WrongURL(%q): got %q, want %q", link, got, want)
		}
	}
	for endpoint, want := range map[string]bool{
		"https://d111111abcdef8.cloudfront.net": true, "https://D1.CloudFront.NET.:443/x": true, "https://cdn.example.com": true, "https://CDN.example.com:8443": true,
		"https://cloudfront.net.example.com": false, "https://s3.example.com": false, "": false,
	} {
		if got := (Settings{Endpoint: endpoint, CDNBaseURL: "https://cdn.example.com"}).CDNEndpoint(); got != want {
			t.Errorf("endpoint %q: got %v for a CDN, want %v", endpoint, got, want)
		}
	}
	for endpoint, want := range map[string]bool{
		"https://videos.s3.us-east-1.amazonaws.com": true, "https://videos.example.com": true, "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com": false, "http://videos:9000": false, "": false,
	} {
		if got := (Settings{Endpoint: endpoint, Bucket: "videos"}).NamesBucket(); got != want {
			t.Errorf("endpoint %q: got %v for a host with the bucket, want %v", endpoint, got, want)
		}
	}
	if got := (Settings{Endpoint: "http://minio:9000//"}).Variables()[3].Value; got != "http://minio:9000" {
		t.Errorf("got S3_ENDPOINT=%s, want it without a slash at the end", got)
	}
}

// FuzzDotenv has values of any content. What is quoted is read back by the rules of
// POSIX sh; tools/envfiles compares with the real readers.
func FuzzDotenv(f *testing.F) {
	for _, seed := range []string{"", "plain", "a b", "it's", "$x", `\`, "a\nb", "#", "=", "ü", "\ufeff", "'\"", "--", "${A}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		variables := Settings{Bucket: "b", SecretAccessKey: value}.Variables()
		file, err := Dotenv(variables)
		if usable := value == "" || WrongValue(value) == ""; usable && err != nil {
			t.Fatalf("WrongValue(%q) accepts what cannot be quoted: %v", value, err)
		}
		if err != nil {
			if want := "the value of AWS_SECRET_ACCESS_KEY cannot be quoted for an .env file"; err.Error() != want {
				t.Errorf("got the error %q, want %q", err, want)
			}
			return
		}
		lines := strings.Split(file, "\n")
		if len(lines) != len(variables)+1 || strings.ContainsRune(file, '\r') {
			t.Fatalf("got %d lines, want one for each of %d variables:\n%q", len(lines)-1, len(variables), file)
		}
		for i, v := range variables {
			name, quoted, _ := strings.Cut(lines[i], "=")
			if got := unquote(quoted); name != v.Name || got != v.Value {
				t.Errorf("got %s=%q, want %s=%q", name, got, v.Name, v.Value)
			}
		}
	})
}

// unquote reads what needs neither expansion nor escapes.
func unquote(text string) string {
	if len(text) >= 2 && (text[0] == '\'' || text[0] == '"') && text[len(text)-1] == text[0] {
		return text[1 : len(text)-1]
	}
	return text
}
