package s3bucket

import "slices"

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
