package s3bucket

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// sameElements reports whether two lists hold equal elements in any order.
func sameElements[T any](a, b []T, equal func(a, b T) bool) bool {
	if len(a) != len(b) {
		return false
	}
	rest := slices.Clone(b)
	for _, x := range a {
		i := slices.IndexFunc(rest, func(y T) bool { return equal(x, y) })
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return true
}

// sameStrings reports whether two lists hold the same strings in any order.
func sameStrings[T ~string](a, b []T) bool {
	return sameElements(a, b, func(a, b T) bool { return a == b })
}

// same reports whether two values are equal, or one of them says nothing: a
// server then filled in a default.
func same[T comparable](a, b T) bool {
	var nothing T
	return a == b || a == nothing || b == nothing
}

// sameOptional reports whether two optional parts are both there and equal, or
// neither is there.
func sameOptional[T any](a, b *T, equal func(a, b T) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	return equal(*a, *b)
}

// filter is what the filters of the documents have in common. S3 writes one
// condition by itself and several in an And; here that makes no difference.
type filter struct {
	prefix          string
	accessPoint     string
	tags            map[string]string
	larger, smaller int64 // bytes; 0 for no bound
}

func (f filter) equal(g filter) bool {
	return f.prefix == g.prefix && f.accessPoint == g.accessPoint &&
		f.larger == g.larger && f.smaller == g.smaller && maps.Equal(f.tags, g.tags)
}

// tag returns the one tag of a filter as a list.
func oneTag(tag *types.Tag) []types.Tag {
	if tag == nil {
		return nil
	}
	return []types.Tag{*tag}
}

func tagMap(tags []types.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}
