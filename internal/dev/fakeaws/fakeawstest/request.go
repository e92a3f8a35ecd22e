package fakeawstest

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// Answer is what the server sent back.
type Answer struct {
	Status        int
	Header        http.Header
	Body          string
	Code, Message string // of an error document
}

// Ask sends a request that the SDK would not make. It is signed unless creds
// is empty.
func Ask(t testing.TB, s *fakeaws.Server, creds fakeaws.Credentials, method, target, body string, header map[string]string) Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	Sign(t, s, creds, r, body)
	return RoundTrip(t, r)
}

// Sign adds the checksum of the body unless there is one, and the signature unless creds
// is empty.
func Sign(t testing.TB, s *fakeaws.Server, creds fakeaws.Credentials, r *http.Request, body string) {
	t.Helper()
	if body != "" && r.Header.Get("Content-Md5") == "" {
		sum := md5.Sum([]byte(body))
		r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	if creds == (fakeaws.Credentials{}) {
		return
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	key := aws.Credentials{AccessKeyID: creds.AccessKeyID, SecretAccessKey: creds.SecretAccessKey, SessionToken: creds.SessionToken}
	if err := signer.SignHTTP(t.Context(), key, r, hash, "s3", s.Region(), s.Now()); err != nil {
		t.Fatal(err)
	}
}

// RoundTrip sends a request as it is.
func RoundTrip(t testing.TB, r *http.Request) Answer {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		t.Fatal(err)
	}
	a := Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	var refusal struct{ Code, Message string }
	if response.StatusCode >= http.StatusMultipleChoices && xml.Unmarshal(body, &refusal) == nil {
		a.Code, a.Message = refusal.Code, refusal.Message
	}
	return a
}

// Judge puts a document of the bucket "videos" as its owner and gives the
// error code, "" for success.
func Judge(t testing.TB, s *fakeaws.Server, query, document string) string {
	t.Helper()
	return Ask(t, s, s.Root(), http.MethodPut, "/videos?"+query, document, nil).Code
}

// Judgements maps documents to the error codes they are refused with.
type Judgements map[string]struct{ Document, Code string }

// Run puts each document as the sub-resource query of the bucket "videos".
func (j Judgements) Run(t *testing.T, s *fakeaws.Server, query string) {
	t.Helper()
	for name, tt := range j {
		t.Run(name, func(t *testing.T) {
			if got := Judge(t, s, query, tt.Document); got != tt.Code {
				t.Errorf("got code %q, want %q, for %s", got, tt.Code, tt.Document)
			}
		})
	}
}
