package publish

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// keySorter sorts the places of videos, not these, in an order that goes by the key
// first, and by the place last. Keys in a bucket begin alike and lie all over the
// memory, so that comparing them as a whole takes most of the time: it compares
// eight bytes at a time, which it keeps beside the place.
type keySorter struct {
	videos []manifest.Video
	order  func(a, b manifest.Video) int
	places []place
}

type place struct {
	word uint64 // eight bytes of the key, with zeros behind its end
	at   int32
}

const (
	wordSize = 8
	// fewPlaces are sorted by whole keys.
	fewPlaces = 12
)

func newKeySorter(videos []manifest.Video, order func(a, b manifest.Video) int) *keySorter {
	s := &keySorter{videos, order, make([]place, len(videos))}
	for i := range s.places {
		s.places[i].at = int32(i)
	}
	return s
}

// sort sorts places whose keys have their first depth bytes in common.
func (s *keySorter) sort(places []place, depth int) {
	if len(places) <= fewPlaces {
		s.sortWhole(places)
		return
	}
	for i := range places {
		places[i].word = wordAt(s.videos[places[i].at].Key, depth)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.word, b.word) })
	for len(places) > 0 {
		n, ends := 0, false
		for ; n < len(places) && places[n].word == places[0].word; n++ {
			ends = ends || len(s.videos[places[n].at].Key) < depth+wordSize
		}
		if ends { // twins, or keys with zeros
			s.sortWhole(places[:n])
		} else if n > 1 {
			s.sort(places[:n], depth+wordSize)
		}
		places = places[n:]
	}
}

func (s *keySorter) sortWhole(places []place) {
	slices.SortFunc(places, func(a, b place) int {
		if order := s.order(s.videos[a.at], s.videos[b.at]); order != 0 {
			return order
		}
		return cmp.Compare(a.at, b.at)
	})
}

// wordAt makes a number of the bytes of a text from a place on, that rises as they
// do.
func wordAt(text string, from int) uint64 {
	var word [wordSize]byte
	copy(word[:], text[min(from, len(text)):])
	return binary.BigEndian.Uint64(word[:])
}
