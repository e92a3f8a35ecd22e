package keyscan

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestSimulate(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("KEYS"))
	if n == 0 {
		t.Skip()
	}
	var names []string
	for name := range distributions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if only := os.Getenv("DIST"); only != "" && only != name {
			continue
		}
		s := &server{keys: distributions[name](n), latency: func(int64) time.Duration { return 30 * time.Millisecond }}
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			o := Options{Concurrency: 64, Bucket: "v"}
			scanner := New(s.client(), o)
			c := 0
			for o, err := range scanner.Objects(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if o.Key != s.keys.key(c) {
					t.Fatalf("%d: %q %q", c, o.Key[max(0, len(o.Key)-20):], s.keys.key(c)[max(0, len(s.keys.key(c))-20):])
				}
				c++
			}
			if c != n {
				t.Fatal(c)
			}
			took := time.Since(start)
			st := scanner.Stats()
			t.Logf("%-18s %5.0f rounds %5.1f%% of ideal, %d requests x%.3f splits %d misses %d", name, took.Seconds()/0.03, 100*float64(n)/1000*0.03/64/took.Seconds(), st.Requests, float64(st.Requests)/float64((n+999)/1000), st.Splits, st.Misses)
		})
	}
}
