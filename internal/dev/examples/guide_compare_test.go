package examples

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
)

// difference is one between the guide's document and ours. A side that has nothing
// there is "".
type difference struct{ document, path, guide, ours string }

// comparison collects the differences between two documents.
type comparison struct {
	document string
	found    []difference
}

// compare walks both at once. Lists of plain values have no order, and a list of
// one is as good as its value, as in policies. Lists of objects go by position.
func (c *comparison) compare(path string, guide, ours any) {
	guideObject, ok1 := guide.(map[string]any)
	ourObject, ok2 := ours.(map[string]any)
	if ok1 && ok2 {
		members := map[string]bool{}
		for name := range guideObject {
			members[name] = true
		}
		for name := range ourObject {
			members[name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			at := name
			if path != "" {
				at = path + "." + name
			}
			c.compare(at, guideObject[name], ourObject[name])
		}
		return
	}
	guideList, guideIsList := guide.([]any)
	ourList, oursIsList := ours.([]any)
	switch {
	case guideIsList && oursIsList && !plainValues(guideList, ourList):
		for i := range max(len(guideList), len(ourList)) {
			c.compare(fmt.Sprintf("%s[%d]", path, i), at(guideList, i), at(ourList, i))
		}
	case guide != nil && ours != nil && (guideIsList || oursIsList):
		c.compareValues(path, listed(guide), listed(ours))
	case !reflect.DeepEqual(guide, ours):
		c.add(path, guide, ours)
	}
}

func (c *comparison) compareValues(path string, guide, ours []any) {
	for _, value := range guide {
		if !slices.ContainsFunc(ours, func(other any) bool { return reflect.DeepEqual(other, value) }) {
			c.add(path+"[]", value, nil)
		}
	}
	for _, value := range ours {
		if !slices.ContainsFunc(guide, func(other any) bool { return reflect.DeepEqual(other, value) }) {
			c.add(path+"[]", nil, value)
		}
	}
}

func (c *comparison) add(path string, guide, ours any) {
	c.found = append(c.found, difference{c.document, path, compact(guide), compact(ours)})
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func listed(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

func plainValues(lists ...[]any) bool {
	return !slices.ContainsFunc(slices.Concat(lists...), func(value any) bool {
		_, object := value.(map[string]any)
		return object
	})
}

func compact(value any) string {
	if value == nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was JSON before
	}
	return string(text)
}

// TestCompare keeps the comparison honest: what it passes over, the table of
// differences would never show.
func TestCompare(t *testing.T) {
	for name, tt := range map[string]struct {
		guide, ours string
		want        []difference
	}{
		"equal":                  {`{"a":[{"b":1}],"c":null}`, `{"a":[{"b":1}]}`, nil},
		"order of values":        {`{"a":["x","y"]}`, `{"a":["y","x"]}`, nil},
		"a list of one":          {`{"a":"x"}`, `{"a":["x"]}`, nil},
		"another value":          {`{"a":{"b":1}}`, `{"a":{"b":2}}`, []difference{{"", "a.b", "1", "2"}}},
		"another type":           {`{"a":"1"}`, `{"a":1}`, []difference{{"", "a", `"1"`, "1"}}},
		"a value more":           {`{"a":["x"]}`, `{"a":["x","y"]}`, []difference{{"", "a[]", "", `"y"`}}},
		"a value less":           {`{"a":["x","y"]}`, `{"a":"x"}`, []difference{{"", "a[]", `"y"`, ""}}},
		"a member more":          {`{}`, `{"a":{}}`, []difference{{"", "a", "", "{}"}}},
		"a member less":          {`{"a":[]}`, `{}`, []difference{{"", "a", "[]", ""}}},
		"an object more":         {`{"a":[{"b":1}]}`, `{"a":[{"b":1},{"b":2}]}`, []difference{{"", "a[1]", "", `{"b":2}`}}},
		"objects in an order":    {`{"a":[{"b":1},{"b":2}]}`, `{"a":[{"b":2},{"b":1}]}`, []difference{{"", "a[0].b", "1", "2"}, {"", "a[1].b", "2", "1"}}},
		"an object from a value": {`{"a":"x"}`, `{"a":{"b":"x"}}`, []difference{{"", "a", `"x"`, `{"b":"x"}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			var guide, ours any
			for text, value := range map[string]*any{tt.guide: &guide, tt.ours: &ours} {
				if err := json.Unmarshal([]byte(text), value); err != nil {
					t.Fatal(err)
				}
			}
			if tt.guide == tt.ours {
				ours = guide
			}
			var c comparison
			c.compare("", guide, ours)
			if !slices.Equal(c.found, tt.want) {
				t.Errorf("found %q, want %q", c.found, tt.want)
			}
		})
	}
}
