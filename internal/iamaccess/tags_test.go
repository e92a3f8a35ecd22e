package iamaccess

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestRetag(t *testing.T) {
	full := map[string]string{}
	for i := range maxTags {
		full[fmt.Sprintf("k%02d", i)] = "v"
	}
	replaced := map[string]string{"new": "v"}
	for key, value := range full {
		if key != "k00" {
			replaced[key] = value
		}
	}
	tests := map[string]struct {
		have, want map[string]string
		calls      []string
	}{
		"nothing to do":                   {map[string]string{"a": "1"}, map[string]string{"a": "1"}, nil},
		"set before taken away":           {map[string]string{"a": "1", "b": "1"}, map[string]string{"b": "2", "c": "3"}, []string{"tag b c", "untag a"}},
		"another case replaces by itself": {map[string]string{"Team": "1"}, map[string]string{"team": "1"}, []string{"tag team"}},
		"room is made when there is none": {full, replaced, []string{"untag k00", "tag new"}},
		"an empty value is a value":       {map[string]string{}, map[string]string{"a": ""}, []string{"tag a"}},
		"all go":                          {map[string]string{"a": "1", "b": ""}, nil, []string{"untag a b"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var calls []string
			err := retag(tt.have, tt.want,
				func(tags []types.Tag) error {
					call := "tag"
					for _, tag := range tags {
						call += " " + *tag.Key
					}
					calls = append(calls, call)
					return nil
				},
				func(keys []string) error {
					call := "untag"
					for _, key := range keys {
						call += " " + key
					}
					calls = append(calls, call)
					return nil
				})
			if err != nil || !slices.Equal(calls, tt.calls) {
				t.Errorf("calls %q, %v; want %q", calls, err, tt.calls)
			}
		})
	}
}
