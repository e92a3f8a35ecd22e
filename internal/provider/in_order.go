package provider

import (
	"cmp"
	"slices"
)

// inOrder sorts what a server answered as the state has it, for lists whose order
// S3 does not keep. What the state lacks comes last. When neither has an element,
// the list stays null or empty as it was.
func inOrder[T any, K comparable](got, before []T, key func(T) K) []T {
	if len(got) == 0 && len(before) == 0 {
		return before
	}
	places := map[K]int{}
	for i, element := range before {
		places[key(element)] = i
	}
	place := func(element T) int {
		if i, ok := places[key(element)]; ok {
			return i
		}
		return len(before)
	}
	slices.SortStableFunc(got, func(a, b T) int { return cmp.Compare(place(a), place(b)) })
	return got
}
