package keyscan

import (
	"fmt"
	"testing"
)

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
