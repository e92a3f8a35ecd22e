package fakeaws

import (
	"iter"
	"strings"
)

// listed is one line of a listing: an object, or the common prefix that stands
// for all keys that begin with it.
type listed struct {
	object *object
	prefix string
}

// last is where the next page goes on behind this line.
func (l listed) last() string {
	if l.object != nil {
		return l.object.key
	}
	return l.prefix
}

// walk yields, in order, the lines of a listing that lie behind after. Objects
// that shows refuses are left out. A common prefix that is not behind after is
// dropped, even when keys that it stands for are.
func walk(keys keySpace, q listQuery, after string, shows func(*object) bool) iter.Seq[listed] {
	return func(yield func(listed) bool) {
		start := q.prefix
		if after >= start && after != "" {
			start = after + "\x00"
		}
		for {
			next, more := walkRun(keys, q, start, after, shows, yield)
			if !more || next == "" {
				return
			}
			start = next
		}
	}
}

// walkRun goes on from start to the end, or up to a common prefix, behind
// which it answers to start anew. more is false when the listing ends.
func walkRun(keys keySpace, q listQuery, start, after string, shows func(*object) bool, yield func(listed) bool) (next string, more bool) {
	for o := range keys.From(start) {
		if !strings.HasPrefix(o.key, q.prefix) {
			return "", false
		}
		common := commonPrefix(o.key, q)
		switch {
		case common == "":
			if shows(o) && !yield(listed{object: o}) {
				return "", false
			}
		case common <= after:
			return behind(common), true
		case shows(o):
			return behind(common), yield(listed{prefix: common})
		}
	}
	return "", false
}

// commonPrefix is the prefix up to and with the delimiter, "" when the key is
// listed itself.
func commonPrefix(key string, q listQuery) string {
	if q.delimiter == "" {
		return ""
	}
	i := strings.Index(key[len(q.prefix):], q.delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(q.prefix)+i+len(q.delimiter)]
}

// behind is the first string after all that begin with prefix, "" when there
// is none.
func behind(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xFF {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}

func hasCurrent(o *object) bool { return o.current() != nil }
