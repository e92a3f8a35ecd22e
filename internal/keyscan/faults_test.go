package keyscan

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// jitter makes answers overtake one another.
func jitter(int64) time.Duration { return roundTrip/2 + rand.N(roundTrip) }

// drain runs a scan that is to fail.
func drain(ctx context.Context, s *server, o Options) (n int, err error) {
	o.Bucket = "videos"
	for _, err = range New(s.client(), o).Objects(ctx) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func TestFaultsThatPass(t *testing.T) {
	faults := map[string]func(s *server) *http.Response{
		"slow down":   func(*server) *http.Response { return failure(http.StatusServiceUnavailable, "SlowDown") },
		"internal":    func(*server) *http.Response { return failure(http.StatusInternalServerError, "InternalError") },
		"error in OK": func(*server) *http.Response { return failure(http.StatusOK, "InternalError") },
		"cut short": func(s *server) *http.Response {
			resp := respond(http.StatusOK, nil)
			page := s.page(url.Values{})
			resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(page[:len(page)/2]), iotest.ErrReader(io.ErrUnexpectedEOF)))
			return resp
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			s := &server{keys: dateTree(40_000), latency: jitter}
			var (
				mu     sync.Mutex
				faulty = map[string]int{} // by page; a page that never comes ends the scan
			)
			s.before = func(_ int64, page url.Values) *http.Response {
				mu.Lock()
				defer mu.Unlock()
				if faulty[page.Encode()] == 2 || rand.IntN(10) > 0 {
					return nil
				}
				faulty[page.Encode()]++
				return fault(s)
			}
			synctest.Test(t, func(t *testing.T) { checkScan(t, s, Options{}) })
		})
	}
}

func TestRateLimit(t *testing.T) {
	const perSecond, keys = 300, 300_000
	s := &server{keys: hashes(keys), latency: func(int64) time.Duration { return roundTrip }}
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		tokens, last := 30.0, time.Now()
		s.before = func(int64, url.Values) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			tokens = min(30, tokens+perSecond*time.Since(last).Seconds())
			last = time.Now()
			if tokens < 1 {
				return failure(http.StatusServiceUnavailable, "SlowDown")
			}
			tokens--
			return nil
		}
		start := time.Now()
		stats := checkScan(t, s, Options{Concurrency: 64})
		rate := float64(stats.Pages) / time.Since(start).Seconds()
		t.Logf("%.0f pages a second; %+v", rate, stats)
		if rate < perSecond/2 {
			t.Errorf("%.0f pages a second of %d allowed", rate, perSecond)
		}
		if stats.Throttles == 0 || stats.Throttles > stats.Pages/2 {
			t.Errorf("%d throttled requests for %d pages", stats.Throttles, stats.Pages)
		}
	})
}

func TestAPageThatFailsForGood(t *testing.T) {
	tests := map[string]struct {
		status   int
		code     string
		attempts int64
	}{
		"denied":     {http.StatusForbidden, "AccessDenied", 1},
		"gone":       {http.StatusNotFound, "NoSuchBucket", 1},
		"overloaded": {http.StatusServiceUnavailable, "SlowDown", busyAttempts},
	}
	for name, tt := range tests {
		for _, from := range []int64{1, 5, 30} {
			t.Run(name, func(t *testing.T) {
				s := &server{keys: dateTree(60_000), latency: jitter}
				s.before = func(n int64, _ url.Values) *http.Response {
					if n < from {
						return nil
					}
					return failure(tt.status, tt.code)
				}
				synctest.Test(t, func(t *testing.T) {
					n, err := drain(t.Context(), s, Options{Concurrency: 16})
					if !awserr.Is(err, tt.code) {
						t.Fatalf("after %d objects: %v", n, err)
					}
					if got := s.requests.Load() - from + 1; from < sequentialPages && got != tt.attempts {
						t.Errorf("%d attempts, want %d", got, tt.attempts)
					}
				})
			})
		}
	}
}

func TestEarlyEnds(t *testing.T) {
	for _, after := range []int{1, 9_000, 10_001, 50_000} {
		s := &server{keys: hashes(100_000), latency: jitter}
		dir := t.TempDir()
		o := Options{Bucket: "videos", TempDir: dir, MemoryBudget: 1}
		// The bubble ends only when every goroutine in it has.
		synctest.Test(t, func(t *testing.T) {
			n := 0
			for _, err := range New(s.client(), o).Objects(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == after {
					break
				}
			}
			if after == 1 && s.requests.Load() != 1 {
				t.Errorf("%d requests for one object", s.requests.Load())
			}
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n := 0
			var last error
			for _, err := range New(s.client(), o).Objects(ctx) {
				last = err
				if n++; n == after {
					cancel()
				}
			}
			if !errors.Is(last, context.Canceled) {
				t.Errorf("cancelled after %d of %d objects: %v", after, n, last)
			}
		})
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}

func TestSpills(t *testing.T) {
	s := &server{keys: dateTree(100_000), latency: jitter}
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		if stats := checkScan(t, s, Options{TempDir: dir, MemoryBudget: 1}); stats.Spilled == 0 {
			t.Error("nothing was spilled")
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	synctest.Test(t, func(t *testing.T) {
		_, err := drain(t.Context(), s, Options{TempDir: dir + "/absent", MemoryBudget: 1})
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("without a place to spill to: %v", err)
		}
	})
}
