package keyscan

import (
	"bytes"
	"hash/crc32"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
)

// someOf wants one key in so many, wherever they stand.
func someOf(n uint32) func(key []byte) bool {
	return func(key []byte) bool { return crc32.ChecksumIEEE(key)%n == 0 }
}

func TestOnlyWantedObjectsAreYielded(t *testing.T) {
	wanted := map[string]func(key []byte) bool{
		"half":  someOf(2),
		"few":   someOf(2500), // fewer than there are pages
		"none":  func([]byte) bool { return false },
		"later": func(key []byte) bool { return bytes.Compare(key, []byte("raw/2023")) > 0 },
	}
	for name, w := range wanted {
		s := &server{keys: dateTree(20_000), latency: jitter}
		for _, o := range []Options{
			{Wanted: w},
			{Wanted: w, Concurrency: 1},
			{Wanted: w, MemoryBudget: 1},
			{Wanted: w, ExcludePrefixes: []string{"raw/2022/12", "raw/2024/03/1"}},
		} {
			o.TempDir = t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s.requests.Store(0)
				if checkScan(t, s, o); s.requests.Load() == 0 {
					t.Errorf("%s: nothing was listed", name)
				}
			})
		}
	}
	for name, keys := range distributions {
		s := &server{keys: keys(11_500), latency: jitter}
		synctest.Test(t, func(t *testing.T) { t.Log(name); checkScan(t, s, Options{Wanted: someOf(3), OmitETags: true}) })
	}
}

// TestWantedOfForeignPages has pages that are left to the SDK.
func TestWantedOfForeignPages(t *testing.T) {
	s := &server{keys: counter(3000)}
	s.before = func(_ int64, query url.Values) *http.Response {
		page := strings.Replace(string(s.page(query)), "<Contents>", "<!-- x --><Contents>", 1)
		return respond(http.StatusOK, []byte(page))
	}
	checkScan(t, s, Options{Wanted: someOf(2)})
}
