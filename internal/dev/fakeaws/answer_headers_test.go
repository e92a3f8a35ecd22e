package fakeaws_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// answerTo gives the answer of the server with its headers as they are spelled on the
// wire, which an HTTP client does not show.
func answerTo(t *testing.T, s *fakeaws.Server, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, r)
	return recorder
}

// TestAnswerHeaders compares the names and the forms of headers with those of AWS.
func TestAnswerHeaders(t *testing.T) {
	s := fakeawstest.Start(t, fakeaws.Options{})
	form := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("Action=GetCallerIdentity&Version=2011-06-15"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, tt := range map[string]struct {
		request *http.Request
		want    map[string]string // patterns of the headers; there are no others
	}{
		"S3": {httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/videos", nil), map[string]string{
			"Content-Type": `^application/xml$`, "Server": `^AmazonS3$`, "Date": ` GMT$`, "x-amz-request-id": `^[0-9A-Z]{16}$`, "x-amz-id-2": `^[A-Za-z0-9+/]{75}=$`,
		}},
		"STS": {form, map[string]string{
			"Content-Type": `^text/xml$`, "Date": ` GMT$`, "x-amzn-RequestId": `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := answerTo(t, s, tt.request)
			for header, values := range answer.Header() {
				pattern, ok := tt.want[header]
				if !ok {
					t.Errorf("header %s: got %q, want none", header, values)
				} else if !regexp.MustCompile(pattern).MatchString(values[0]) {
					t.Errorf("header %s: got %q, want a match of %s", header, values[0], pattern)
				}
			}
			for header := range tt.want {
				if len(answer.Header()[header]) == 0 {
					t.Errorf("header %s: got none among %q", header, slices.Sorted(maps.Keys(answer.Header())))
				}
			}
		})
	}
}

// TestMetadataNamesAreLowerCase reads an object with metadata, whose names S3 keeps in
// lower case, and its ETag.
func TestMetadataNamesAreLowerCase(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/videos/a.mp4", "a", map[string]string{"x-amz-meta-Camera-Name": "left"})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/videos/a.mp4", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	fakeawstest.Sign(t, s, s.Root(), r, "")
	header := answerTo(t, s, r).Header()
	for name, want := range map[string]string{"x-amz-meta-camera-name": "left", "ETag": `"0cc175b9c0f1b6a831c399e269772661"`} {
		if got := header[name]; !slices.Equal(got, []string{want}) {
			t.Errorf("header %s: got %q, want %q; all: %q", name, got, want, slices.Sorted(maps.Keys(header)))
		}
	}
}

// TestDigestsOfARefusedUpload compares the elements of BadDigest with those of S3, which
// gives the digest that it was sent in hexadecimal and its own in base64.
func TestDigestsOfARefusedUpload(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	answer := fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/videos/a.mp4", "hello", map[string]string{"Content-MD5": base64.StdEncoding.EncodeToString(make([]byte, 16))})
	want := "<CalculatedDigest>XUFAKrxLKna5cZ2REBfFkg==</CalculatedDigest><ExpectedDigest>00000000000000000000000000000000</ExpectedDigest>"
	if !strings.Contains(answer.Body, want) {
		t.Errorf("body: got %s, want it to contain %s", answer.Body, want)
	}
}

// TestEncryptionHeadersOfReads has a read name an encryption, which S3 refuses.
func TestEncryptionHeadersOfReads(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a.mp4", "a")
	answer := fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos/a.mp4", "", map[string]string{"x-amz-server-side-encryption": "aws:kms"})
	if answer.Status != http.StatusBadRequest || answer.Code != "InvalidArgument" {
		t.Errorf("answer: got status %d and code %s, want 400 and InvalidArgument", answer.Status, answer.Code)
	}
}
