package fakeaws

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
)

// answer is what the server sent back.
type answer struct {
	status        int
	header        http.Header
	body          string
	code, message string // of an error document
}

// ask sends a request that the SDK would not make. It is signed unless creds
// is empty.
func ask(t testing.TB, s *Server, creds Credentials, method, target, body string, header map[string]string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	sign(t, s, creds, r, body)
	return roundTrip(t, r)
}

// sign adds the checksum of the body, and the signature unless creds is empty.
func sign(t testing.TB, s *Server, creds Credentials, r *http.Request, body string) {
	t.Helper()
	if body != "" {
		sum := md5.Sum([]byte(body))
		r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	if creds == (Credentials{}) {
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

func roundTrip(t testing.TB, r *http.Request) answer {
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
	a := answer{status: response.StatusCode, header: response.Header, body: string(body)}
	var refusal struct{ Code, Message string }
	if response.StatusCode >= http.StatusMultipleChoices && xml.Unmarshal(body, &refusal) == nil {
		a.code, a.message = refusal.Code, refusal.Message
	}
	return a
}

// judge puts a document of the bucket "videos" as its owner and gives the
// error code, "" for success.
func judge(t testing.TB, s *Server, query, document string) string {
	t.Helper()
	return ask(t, s, s.Root(), http.MethodPut, "/videos?"+query, document, nil).code
}

// judgements maps documents to the error codes they are refused with.
type judgements map[string]struct{ document, code string }

// run puts each document as the sub-resource query of the bucket "videos".
func (j judgements) run(t *testing.T, s *Server, query string) {
	t.Helper()
	for name, tt := range j {
		t.Run(name, func(t *testing.T) {
			if got := judge(t, s, query, tt.document); got != tt.code {
				t.Errorf("got code %q, want %q, for %s", got, tt.code, tt.document)
			}
		})
	}
}
