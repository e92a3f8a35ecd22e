package acctest

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Requests are what went to a server that is watched.
type Requests struct {
	mu     sync.Mutex
	seen   []string
	ranges []string
}

// Sent gives the requests of a method, such as "DELETE /videos?metrics".
func (r *Requests) Sent(method string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.seen), func(request string) bool {
		return !strings.HasPrefix(request, method+" ")
	})
}

// Ranges gives the Range headers of the requests that have one, such as "bytes=0-1023".
func (r *Requests) Ranges() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ranges)
}

// Watch gives the same server behind a proxy that notes the requests. It needs a
// server with an endpoint, which AWS is not.
func (e *Env) Watch(t *testing.T) (*Env, *Requests) {
	t.Helper()
	target, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var requests Requests
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		requests.mu.Lock()
		requests.seen = append(requests.seen, r.In.Method+" "+r.In.URL.RequestURI())
		if value := r.In.Header.Get("Range"); value != "" {
			requests.ranges = append(requests.ranges, value)
		}
		requests.mu.Unlock()
		r.SetURL(target)
		r.Out.Host = r.In.Host // which is signed
	}})
	t.Cleanup(proxy.Close)
	watched := *e
	watched.Endpoint = proxy.URL
	return &watched, &requests
}

// Elsewhere gives a fakeaws beside the server under test, which has all that S3
// has.
func Elsewhere(t *testing.T) *Env {
	t.Helper()
	e := &Env{Region: "us-east-1"}
	e.connectFake(t)
	e.connected(t)
	return e
}
