package manifest

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSampleEndsWhenItIsFull(t *testing.T) {
	for name, tt := range map[string]struct {
		key  string
		want int
	}{
		"short": {"clips/a.mp4", SampleSize}, "long": {strings.Repeat("x", 500), 2}, "too long": {strings.Repeat("<", 300), 0},
	} {
		s := NewSample(SampleSize, SampleBytes)
		for range 100 {
			s.Add(tt.key)
		}
		if len(s.Keys) != tt.want {
			t.Errorf("%s: %d keys", name, len(s.Keys))
		}
		if s.Add("x") {
			t.Errorf("%s: a key came after one that had no room", name)
		}
		text, err := json.MarshalIndent(s.Keys, strings.Repeat(" ", 16), "  ")
		if err != nil || len(text) > SampleBytes+40 {
			t.Errorf("%s: %d bytes in a state, %v", name, len(text), err)
		}
	}
}
