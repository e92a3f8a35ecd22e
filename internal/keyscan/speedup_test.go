package keyscan

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

const roundTrip = 30 * time.Millisecond

// TestSpeedUp lists every distribution in made-up time, in which only round
// trips take any. KEYSCAN_KEYS sets another number of keys than the few of a quick
// run. The race detector, which makes all this many times slower, sees fewer keys;
// make test runs the test a second time without it.
func TestSpeedUp(t *testing.T) {
	keys := 60_000
	if raceDetector {
		keys = 20_000 // too few for bounds
	}
	if n, err := strconv.Atoi(os.Getenv("KEYSCAN_KEYS")); err == nil {
		keys = n
	}
	for name, distribution := range distributions {
		t.Run(name, func(t *testing.T) {
			s := &server{keys: distribution(keys), latency: func(int64) time.Duration { return roundTrip }}
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				stats := checkScan(t, s, Options{Concurrency: 64})
				rounds := float64(time.Since(start)) / float64(roundTrip)
				pages := float64(keys) / pageSize
				t.Logf("%.0f round trips, %.0f %% of what 64 workers could do; %.3f requests a page, %d splits, %d misses",
					rounds, 100*pages/64/rounds, float64(stats.Requests)/pages, stats.Splits, stats.Misses)
				if raceDetector {
					return
				}
				if rounds > pages*2/3 {
					t.Errorf("%.0f pages took the time of %.0f", pages, rounds)
				}
				if excess := float64(stats.Requests) - pages; excess > 30+pages*0.45 {
					t.Errorf("%.0f pages took %d requests", pages, stats.Requests)
				}
			})
		})
	}
}

func counter(n int) keySpace {
	return keySpace{n, func(i int) string { return fmt.Sprintf("videos/%08d.mp4", i) }}
}

func TestSmallBucketsCostNoExtraRequest(t *testing.T) {
	for keys, requests := range map[int]int64{0: 1, 1: 1, 999: 1, 1000: 1, 1001: 2, 9999: 10, 10_000: 10} {
		s := &server{keys: counter(keys)}
		stats := checkScan(t, s, Options{})
		if got := s.requests.Load(); got != requests || stats.Requests != requests || stats.Pages != requests {
			t.Errorf("%d keys: %d requests, want %d; %+v", keys, got, requests, stats)
		}
	}
}
