package keyscan

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// keySpace is the content of a bucket: count keys, strictly rising with their
// index. They may be made up as they are asked for.
type keySpace struct {
	count int
	key   func(i int) string
}

func keysOf(sorted []string) keySpace {
	return keySpace{len(sorted), func(i int) string { return sorted[i] }}
}

// after is the index of the first key behind this one.
func (k keySpace) after(key string) int {
	return sort.Search(k.count, func(i int) bool { return k.key(i) > key })
}

// server is an S3 server that knows only ListObjectsV2, as an HTTP transport.
type server struct {
	keys    keySpace
	latency func(request int64) time.Duration

	// before may answer a request, when it returns something.
	before func(request int64, query url.Values) *http.Response
	// change may edit a page that is about to be sent.
	change func(p *answer)

	ignoreStartAfter, ignoreEncoding bool

	requests atomic.Int64
	keysSent atomic.Int64
}

// answer is a page before it is written.
type answer struct {
	first, end int // indexes
	token      string
	truncated  bool
	asked      url.Values
	order      func(i int) int // nil keeps indexes
}

func (s *server) client() *s3.Client { return clientOver(s) }

func clientOver(transport http.RoundTripper) *s3.Client {
	return s3.New(s3.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://s3.test"),
		UsePathStyle: true,
		HTTPClient:   &http.Client{Transport: transport},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
}

const pageSize = 1000

// What a page begins and ends with.
const (
	head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`
	tail = `</ListBucketResult>`
)

// sameAnswer answers every request alike.
type sameAnswer string

func (body sameAnswer) RoundTrip(*http.Request) (*http.Response, error) {
	return respond(http.StatusOK, []byte(body)), nil
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	n := s.requests.Add(1)
	if s.latency != nil {
		if err := waitFor(r, s.latency(n)); err != nil {
			return nil, err
		}
	}
	query := r.URL.Query()
	if query.Get("list-type") != "2" || query.Get("encoding-type") != "url" || r.Header.Get("Authorization") == "" {
		return failure(http.StatusBadRequest, "InvalidRequest"), nil
	}
	if s.before != nil {
		if resp := s.before(n, query); resp != nil {
			return resp, nil
		}
	}
	return respond(http.StatusOK, s.page(query)), nil
}

// waitFor is the latency of an answer.
func waitFor(r *http.Request, latency time.Duration) error {
	if latency == 0 {
		return nil
	}
	if (wait.Wall{}).Sleep(r.Context(), latency) != nil {
		return context.Cause(r.Context())
	}
	return nil
}

func (s *server) page(query url.Values) []byte {
	prefix := query.Get("prefix")
	p := answer{asked: query}
	p.first = sort.Search(s.keys.count, func(i int) bool { return s.keys.key(i) >= prefix })
	if token := query.Get("continuation-token"); token != "" {
		p.first, _ = strconv.Atoi(token)
	} else if after := query.Get("start-after"); after != "" && !s.ignoreStartAfter {
		p.first = max(p.first, s.keys.after(after))
	}
	p.end = min(p.first+pageSize, s.keys.count)
	if p.first < p.end && !strings.HasPrefix(s.keys.key(p.end-1), prefix) {
		p.end = p.first + sort.Search(p.end-p.first, func(i int) bool { return !strings.HasPrefix(s.keys.key(p.first+i), prefix) })
	}
	if p.end < s.keys.count && strings.HasPrefix(s.keys.key(p.end), prefix) {
		p.truncated, p.token = true, strconv.Itoa(p.end)
	}
	if s.change != nil {
		s.change(&p)
	}
	s.keysSent.Add(int64(p.end - p.first))
	return s.write(p)
}

func (s *server) write(p answer) []byte {
	b := make([]byte, 0, 512+(p.end-p.first)*300)
	b = append(b, head+`<Name>videos</Name><Prefix>`...)
	b = append(b, url.QueryEscape(p.asked.Get("prefix"))...)
	b = append(b, `</Prefix>`...)
	if p.token != "" {
		b = fmt.Appendf(b, `<NextContinuationToken>%s</NextContinuationToken>`, p.token)
	}
	b = fmt.Appendf(b, `<KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys>`, p.end-p.first)
	if !s.ignoreEncoding {
		b = append(b, `<EncodingType>url</EncodingType>`...)
	}
	b = fmt.Appendf(b, `<IsTruncated>%t</IsTruncated>`, p.truncated)
	for i := p.first; i < p.end; i++ {
		at := i
		if p.order != nil {
			at = p.order(i)
		}
		b = s.appendObject(b, at)
	}
	return append(b, tail...)
}

// epoch is when the objects were modified, more or less.
var epoch = time.Date(2024, 2, 29, 23, 0, 0, 0, time.UTC)

func (s *server) appendObject(b []byte, i int) []byte {
	o := s.object(i)
	b = append(b, `<Contents><Key>`...)
	if s.ignoreEncoding {
		b = append(b, xmlEscaper.Replace(o.Key)...)
	} else {
		b = appendEscaped(b, o.Key)
	}
	b = append(b, `</Key><LastModified>`...)
	b = o.LastModified.AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `</LastModified><ETag>&quot;`...)
	b = append(b, strings.Trim(o.ETag, `"`)...)
	b = append(b, `&quot;</ETag><Size>`...)
	b = strconv.AppendInt(b, o.Size, 10)
	b = append(b, `</Size><StorageClass>`...)
	b = append(b, o.StorageClass...)
	return append(b, `</StorageClass></Contents>`...)
}

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;")

// appendEscaped writes a key as S3 does for encoding-type=url.
func appendEscaped(b []byte, key string) []byte {
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("/-_.*", c) >= 0:
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return b
}

// object is what the server says of its key of this index.
func (s *server) object(i int) Object {
	o := Object{
		Key:          s.keys.key(i),
		Size:         int64(i) * 7919,
		LastModified: epoch.Add(time.Duration(i%100_000) * 1234 * time.Millisecond),
		StorageClass: "STANDARD",
	}
	sum := uint64(i) * 0x9E3779B97F4A7C15
	hex := strconv.AppendUint(nil, sum|1<<63, 16)
	o.ETag = `"` + string(hex) + string(hex) + `"`
	if i%50 == 7 {
		o.ETag = strings.TrimSuffix(o.ETag, `"`) + `-` + strconv.Itoa(1+i%90) + `"`
		o.StorageClass = "GLACIER_IR"
	}
	return o
}

func respond(status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Header:        http.Header{"Content-Type": {"application/xml"}, "X-Amz-Request-Id": {"EXAMPLE"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}

func failure(status int, code string) *http.Response {
	return respond(status, fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>as the test wants</Message></Error>`, code))
}

// want yields what a sequential listing gives, by index.
func (s *server) want(o Options) iter.Seq[Object] {
	return func(yield func(Object) bool) {
		for i := range s.keys.count {
			key := s.keys.key(i)
			if !strings.HasPrefix(key, o.Prefix) || hasAnyPrefix(key, o.ExcludePrefixes) || o.Wanted != nil && !o.Wanted([]byte(key)) {
				continue
			}
			if !yield(s.object(i)) {
				return
			}
		}
	}
}

func hasAnyPrefix(key string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// checkScan runs a scan to its end and compares all that it yields with what is
// there.
func checkScan(t *testing.T, s *server, o Options) Stats {
	t.Helper()
	o.Bucket = "videos"
	scanner := New(s.client(), o)
	next, stop := iter.Pull(s.want(o))
	defer stop()
	var n int
	for got, err := range scanner.Objects(t.Context()) {
		if err != nil {
			t.Fatalf("after %d objects: %v", n, err)
		}
		want, ok := next()
		if !ok {
			t.Fatalf("%q comes after the last of %d objects", got.Key, n)
		}
		if o.OmitETags {
			want.ETag = ""
		}
		if got != want {
			t.Fatalf("object %d:\n got %+v\nwant %+v", n, got, want)
		}
		n++
	}
	if want, more := next(); more {
		t.Fatalf("the scan ends after %d objects, before %q", n, want.Key)
	}
	return scanner.Stats()
}
