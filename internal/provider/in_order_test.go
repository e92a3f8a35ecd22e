package provider

import (
	"slices"
	"testing"
)

func TestInOrder(t *testing.T) {
	initial := func(s string) byte { return s[0] }
	for name, tt := range map[string]struct{ got, before, want []string }{
		"as before":     {[]string{"c1", "a1", "b1"}, []string{"a0", "b0", "c0"}, []string{"a1", "b1", "c1"}},
		"new ones last": {[]string{"x", "b1", "y", "a1"}, []string{"a0", "b0"}, []string{"a1", "b1", "x", "y"}},
		"one is gone":   {[]string{"c1", "a1"}, []string{"a0", "b0", "c0"}, []string{"a1", "c1"}},
		"nothing yet":   {[]string{"b", "a"}, nil, []string{"b", "a"}},
		"null stays":    {[]string{}, nil, nil},
		"empty stays":   {nil, []string{}, []string{}},
		"all are gone":  {nil, []string{"a0"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := inOrder(tt.got, tt.before, initial)
			if !slices.Equal(got, tt.want) || (got == nil) != (tt.want == nil) {
				t.Errorf("got %#v, want %#v", got, tt.want)
			}
		})
	}
}
