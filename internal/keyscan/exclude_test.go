package keyscan

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

func TestExclusions(t *testing.T) {
	ex := newExclusions([]string{"b/x/", "a", "b/x/y", "c/", "a"})
	if want := []string{"a", "b/x/", "c/"}; !slices.Equal(ex, want) {
		t.Fatalf("%q, want %q", ex, want)
	}
	for key, excluded := range map[string]bool{"a": true, "ab": true, "b": false, "b/x": false, "b/x/y": true, "b/y": false, "c": false, "c/\U0010ffffx": true, "d": false, "": false} {
		if _, got := ex.of([]byte(key)); got != excluded {
			t.Errorf("%q excluded: %t", key, got)
		}
	}
	for keys, touched := range map[[2]string]bool{{"b", "b/w"}: false, {"b", "c"}: true, {"d", "e"}: false, {"A", "Z"}: false, {"A", "a"}: true, {"c/1", "d"}: true} {
		if got := ex.touch([]byte(keys[0]), []byte(keys[1])); got != touched {
			t.Errorf("%q to %q touched: %t", keys[0], keys[1], got)
		}
	}
}

func TestExcludedRangesAreNotListed(t *testing.T) {
	excluded := []string{"raw/2022/12", "raw/2023", "raw/2024/03/1"}
	s := &server{keys: dateTree(100_000), latency: jitter}
	var kept int64
	for range s.want(Options{ExcludePrefixes: excluded}) {
		kept++
	}
	synctest.Test(t, func(t *testing.T) {
		checkScan(t, s, Options{ExcludePrefixes: excluded, Concurrency: 1})
		// Each range costs what it shares a page with, no more.
		if sent := s.keysSent.Load(); sent > kept+int64(len(excluded))*pageSize {
			t.Errorf("%d keys were sent for %d", sent, kept)
		}
		s.keysSent.Store(0)
		stats := checkScan(t, s, Options{ExcludePrefixes: excluded})
		if sent := s.keysSent.Load(); sent > kept+(int64(len(excluded))+stats.Splits)*pageSize {
			t.Errorf("%d keys were sent for %d; %+v", sent, kept, stats)
		}
	})
}

func TestExclusionsOfSmallBuckets(t *testing.T) {
	tests := map[string]struct {
		prefix   string
		excluded []string
		requests int64
	}{
		"one in the midst":    {"", []string{"videos/000001"}, 2},
		"nearly all":          {"", []string{"videos/0000"}, 2},
		"all":                 {"videos/", []string{"vid"}, 0},
		"first of all":        {"", []string{"videos/00000000"}, 2},
		"everything, by root": {"", []string{""}, 0},
		"none":                {"", []string{"w", "videos/1"}, 2},
		"too long to jump":    {"", []string{strings.Repeat("x", s3wire.MaxKey)}, 2},
	}
	for name, tt := range tests {
		s := &server{keys: counter(1500)}
		checkScan(t, s, Options{Prefix: tt.prefix, ExcludePrefixes: tt.excluded})
		if got := s.requests.Load(); got != tt.requests {
			t.Errorf("%s: %d requests, want %d", name, got, tt.requests)
		}
	}
}

func TestPrefixes(t *testing.T) {
	for _, prefix := range []string{"raw/2022/1", "raw/2023/05/17/cam-c/00", "nothing"} {
		s := &server{keys: dateTree(60_000), latency: jitter}
		synctest.Test(t, func(t *testing.T) { checkScan(t, s, Options{Prefix: prefix}) })
	}
}
