package keyscan

import (
	"bytes"
	"iter"
	"math/bits"
	"slices"
	"sort"
)

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) add(c byte) { s[c>>6] |= 1 << (c & 63) }

func (s *byteSet) has(c byte) bool { return s[c>>6]&(1<<(c&63)) != 0 }

// all yields the bytes of the set in order.
func (s *byteSet) all() iter.Seq[byte] {
	return func(yield func(byte) bool) {
		for word, set := range s {
			for ; set != 0; set &= set - 1 {
				if !yield(byte(word<<6 + bits.TrailingZeros64(set))) { //nolint:gosec // less than 256
					return
				}
			}
		}
	}
}

// one reports whether the set holds one byte.
func (s *byteSet) one() bool {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n == 1
}

// samples are some keys in byte order, spread over all that was listed.
type samples [][]byte

// mostSamples is the number of samples at which every other one is dropped.
const mostSamples = 4096

func (s *samples) add(key []byte) {
	at, found := slices.BinarySearchFunc(*s, key, bytes.Compare)
	if found {
		return
	}
	*s = slices.Insert(*s, at, bytes.Clone(key))
	if len(*s) < mostSamples {
		return
	}
	kept := (*s)[:0]
	for i := 0; i < len(*s); i += 2 {
		kept = append(kept, (*s)[i])
	}
	clear((*s)[len(kept):])
	*s = kept
}

// following returns, for every prefix of key that is at least from and less than
// until bytes long, the bytes that follow it in the samples and in key.
func (s samples) following(key []byte, from, until int) []byteSet {
	sets := make([]byteSet, 0, until-from)
	low := sort.Search(len(s), func(i int) bool { return bytes.Compare(s[i], key[:from]) >= 0 })
	high := low + sort.Search(len(s)-low, func(i int) bool { return !bytes.HasPrefix(s[low+i], key[:from]) })
	for depth := from; depth < until; depth++ {
		if low < high && len(s[low]) == depth {
			low++ // the prefix itself
		}
		// All from low to high are longer than depth and the same up to there.
		var set byteSet
		set.add(key[depth])
		nextLow, nextHigh := low, low
		for i := low; i < high; {
			c := s[i][depth]
			end := i + sort.Search(high-i, func(j int) bool { return s[i+j][depth] > c })
			set.add(c)
			if c == key[depth] {
				nextLow, nextHigh = i, end
			}
			i = end
		}
		sets = append(sets, set)
		low, high = nextLow, nextHigh
	}
	return sets
}
