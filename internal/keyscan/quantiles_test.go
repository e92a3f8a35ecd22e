package keyscan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// quantilesOf runs a scan to its end.
func quantilesOf(t *testing.T, s *server, o Options) []string {
	t.Helper()
	o.Bucket = "videos"
	scanner := New(s.client(), o)
	for _, err := range scanner.Objects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return scanner.Quantiles()
}

// TestTheNextScanNeedsNoSearch lists every distribution twice, in made-up time.
func TestTheNextScanNeedsNoSearch(t *testing.T) {
	const keys, workers = 80_000, 16
	if raceDetector {
		t.Skip("it is about round trips, and make test runs it without the race detector")
	}
	for name, distribution := range distributions {
		t.Run(name, func(t *testing.T) {
			s := &server{keys: distribution(keys), latency: func(int64) time.Duration { return roundTrip }}
			synctest.Test(t, func(t *testing.T) {
				o := Options{Concurrency: workers}
				o.Quantiles = quantilesOf(t, s, o)
				start := time.Now()
				stats := checkScan(t, s, o)
				rounds, pages := int(time.Since(start)/roundTrip), int64(keys/pageSize)
				t.Logf("%d round trips, %d requests for %d pages, %d quantiles", rounds, stats.Requests, pages, len(o.Quantiles))
				if name == "last byte differs" {
					return // its keys are so long that few are kept
				}
				// One page, the shares of the workers, and what is uneven about these.
				if most := 1 + int(pages)/workers + 3; rounds > most {
					t.Errorf("%d round trips, want at most %d", rounds, most)
				}
				if most := pages + workers*3/2; stats.Requests > most {
					t.Errorf("%d requests, want at most %d", stats.Requests, most)
				}
			})
		})
	}
}

func TestQuantilesDivideEvenly(t *testing.T) {
	for name, o := range map[string]Options{
		"parallel":      {},
		"one worker":    {Concurrency: 1},
		"few wanted":    {Wanted: func(key []byte) bool { return strings.HasSuffix(string(key), "77.mp4") }},
		"none wanted":   {Wanted: func([]byte) bool { return false }},
		"some excluded": {ExcludePrefixes: []string{"videos/0000", "videos/0001", "videos/0002"}},
	} {
		s := &server{keys: counter(80_000), latency: jitter}
		first := 0
		if o.ExcludePrefixes != nil {
			first = 30_000
		}
		synctest.Test(t, func(t *testing.T) {
			quantiles := quantilesOf(t, s, o)
			share := (s.keys.count - first) / (len(quantiles) + 1)
			if len(quantiles) < 7 {
				t.Fatalf("%s: %d quantiles", name, len(quantiles))
			}
			last := first
			for _, key := range quantiles {
				at := s.keys.after(key)
				if between := at - last; between < share/2 || between > share*2 {
					t.Errorf("%s: %d keys before %q, and %d would be even", name, between, key, share)
				}
				last = at
			}
		})
	}
}

func TestWhatHasNoQuantiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if q := quantilesOf(t, &server{keys: counter(10_000)}, Options{}); q != nil {
			t.Errorf("a small bucket: %q", q)
		}
		if q := quantilesOf(t, &server{keys: counter(50_000), ignoreStartAfter: true}, Options{}); q != nil {
			t.Errorf("a server without ranges: %q", q)
		}
		s := &server{keys: counter(50_000), latency: jitter}
		scanner := New(s.client(), Options{Bucket: "videos"})
		for o, err := range scanner.Objects(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if o.Key == s.keys.key(30_000) {
				break
			}
		}
		if q := scanner.Quantiles(); q != nil {
			t.Errorf("after an early end: %q", q)
		}
	})
}

func TestQuantilesAreFewAndShort(t *testing.T) {
	var ty tally
	for i := range 20_000 {
		ty.add(pageKeys, fmt.Sprintf("%08d", i))
	}
	if got := ty.quantiles(); len(got) != mostQuantiles || !slices.IsSorted(got) {
		t.Errorf("%d quantiles: %q", len(got), got)
	}
	for long, fewest := range map[string]int{strings.Repeat("x", 1000): 3, strings.Repeat("\x01", 200): 3, strings.Repeat("<", 1000): 0} {
		ty = tally{}
		for i := range 2000 {
			ty.add(pageKeys, long+fmt.Sprintf("%08d", i))
		}
		got := ty.quantiles()
		if text, err := json.Marshal(got); err != nil || len(text) > mostQuantileBytes || len(got) != fewest {
			t.Errorf("%d quantiles of %d bytes (%v)", len(got), len(text), err)
		}
	}
}

// TestQuantilesAreAHint gives scans quantiles that are of no use.
func TestQuantilesAreAHint(t *testing.T) {
	useless := map[string]func(k keySpace) []string{
		"none of them there": func(keySpace) []string { return []string{"0", "raw/2022/05x", "raw/2023/99", "zz"} },
		"outside":            func(keySpace) []string { return []string{"\x01", "!", "/", "zz", "zzz", "\U0010ffff"} },
		"falling":            func(k keySpace) []string { return []string{k.key(k.count - 1), k.key(k.count / 2), k.key(0)} },
		"neighbours": func(k keySpace) (all []string) {
			for i := range min(200, k.count/2) {
				all = append(all, k.key(k.count/2+i), k.key(k.count/2+i))
			}
			return all
		},
		"no keys": func(keySpace) []string {
			return []string{"", "\xff\xfe", "raw/\xc3", strings.Repeat("s", s3wire.MaxKey+1), "raw/2023\x00", strings.Repeat("x", s3wire.MaxKey)}
		},
		"any of its keys": func(k keySpace) (all []string) {
			for range 100 {
				all = append(all, k.key(rand.IntN(k.count)))
			}
			slices.Sort(all)
			return all
		},
	}
	servers := map[string]func(s *server){
		"as it should be": func(*server) {},
		"without ranges":  func(s *server) { s.ignoreStartAfter = true },
		"busy": func(s *server) {
			s.before = func(int64, url.Values) *http.Response {
				if rand.IntN(10) == 0 {
					return failure(http.StatusServiceUnavailable, "SlowDown")
				}
				return nil
			}
		},
	}
	for name, quantiles := range useless {
		for on, prepare := range servers {
			for _, keys := range []int{1, 11_000} {
				for _, o := range []Options{
					{Concurrency: 16},
					{Concurrency: 64, ExcludePrefixes: []string{"raw/2022/0", "raw/2023", "zz"}},
					{Concurrency: 2, Prefix: "raw/2023/", MemoryBudget: 1},
				} {
					t.Run(fmt.Sprintf("%s/%s/%d", name, on, keys), func(t *testing.T) {
						s := &server{keys: dateTree(keys), latency: jitter}
						prepare(s)
						o.Quantiles = quantiles(s.keys)
						synctest.Test(t, func(t *testing.T) {
							stats := checkScan(t, s, o)
							if keys == 1 && on != "busy" && stats.Requests != 1 {
								t.Errorf("%d requests for one key", stats.Requests)
							}
						})
					})
				}
			}
		}
	}
}

// TestQuantilesOfAnotherOrder meets a server that has come to list in an order of its
// own since the quantiles were found.
func TestQuantilesOfAnotherOrder(t *testing.T) {
	s := &server{keys: counter(30_000), latency: jitter}
	synctest.Test(t, func(t *testing.T) {
		o := Options{Bucket: "videos", Quantiles: quantilesOf(t, s, Options{})}
		s.change = func(p *answer) { p.order = func(i int) int { return s.keys.count - 1 - i } }
		scanner := New(s.client(), o)
		n := 0
		for _, err := range scanner.Objects(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != s.keys.count || !scanner.Stats().Sequential {
			t.Errorf("%d objects; %+v", n, scanner.Stats())
		}
	})
}

// TestABucketThatChanged lists one that grew at one end, or shrank, since its
// quantiles were found.
func TestABucketThatChanged(t *testing.T) {
	before := &server{keys: dateTree(30_000), latency: jitter}
	for _, keys := range []int{0, 500, 3000} {
		synctest.Test(t, func(t *testing.T) {
			o := Options{Quantiles: quantilesOf(t, before, Options{})}
			all := keySpace{keys, before.keys.key}
			stats := checkScan(t, &server{keys: all, latency: jitter}, o)
			if most := int64(keys/pageSize+1+len(o.Quantiles)) * 2; stats.Requests > most {
				t.Errorf("%d keys left: %d requests, want at most %d", keys, stats.Requests, most)
			}
			grown := keySpace{keys + 30_000, func(i int) string {
				if i < 30_000 {
					return before.keys.key(i)
				}
				return fmt.Sprintf("videos/%08d.mp4", i)
			}}
			checkScan(t, &server{keys: grown, latency: jitter}, o)
		})
	}
	// What is left begins behind all quantiles, and is small.
	synctest.Test(t, func(t *testing.T) {
		o := Options{Quantiles: quantilesOf(t, before, Options{})}
		if stats := checkScan(t, &server{keys: counter(9500), latency: jitter}, o); stats.Requests != 10 {
			t.Errorf("%d requests for 10 pages", stats.Requests)
		}
	})
}
