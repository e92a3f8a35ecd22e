package keymodel

import (
	"bytes"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Range is a range of keys as the model sees it: a page that was listed, and
// what lies between it and the end of the range. It maps keys to numbers from 0
// to 1 that keep their order and are, roughly, the share of the range that
// lies before a key; and back.
//
// Where all keys of the page have the same byte, the byte may be a fixed part of
// all keys, or the listing has not got far enough to see it change. It counts as
// changing where keys that begin alike are known to differ. Elsewhere the other
// bytes get one share, which all such positions divide between them: so the
// middle of what is unknown is about the middle of these positions, and a cut
// there settles half of them, whether it finds keys or not.
type Range struct {
	model *Model
	last  []byte // key of the page
	end   []byte // nil when nothing bounds the range

	common    int       // bytes that all keys of the range begin with
	following []byteSet // what follows the prefixes of last that the page shares
	fixed     int       // how many of these have one byte only
	open      []bool    // by index of last: how far places like this one went says nothing here

	steps []step // towards last, as far as they were needed

	atFirst, atLast, atEnd float64
}

// step is what a byte of a key says of where the key lies, among all keys that begin
// like it.
type step struct {
	before float64 // share of the keys with a byte before it
	with   float64 // share of those with this very byte
}

// finest is the smallest share that is told apart from none.
const finest = 1e-13

// Range measures what lies behind the page from first to last. All keys begin
// with the same common bytes.
func (m *Model) Range(common int, first, last, end []byte) *Range {
	s := &Range{model: m, last: last, end: end, common: common, atEnd: 1}
	if end != nil {
		s.common = max(common, listpage.SharedLen(first, end))
	}
	s.following = m.samples.following(last, s.common, max(s.common, listpage.SharedLen(first, last)))
	for _, set := range s.following {
		if set.one() {
			s.fixed++
		}
	}
	s.open = make([]bool, len(last))
	here, name := placeIn(last[:s.common]), s.common
	for i := s.common; i < len(last); i++ {
		if m.position(here).unheard(last[i]) {
			for ; name < i; name++ {
				s.open[name] = true
			}
		}
		if here = here.after(last[i]); last[i] == '/' {
			name = i + 1
		}
	}
	s.atFirst, s.atLast = s.fraction(first), s.fraction(last)
	if end != nil {
		s.atEnd = s.fraction(end)
	}
	return s
}

// weigh fills w for the byte that follows before, which the page's last key
// begins with as well, or does not.
func (s *Range) weigh(w *weights, before []byte, here place, likeLast bool) {
	i := len(before)
	p := s.model.position(here)
	first, last := mayFollow(before)
	alphabet := s.model.position(here.alphabet(first != 0))
	at := i - s.common
	switch {
	case !likeLast || i >= len(s.last):
		w.vary(&p.seen, p, alphabet, 0, false)
	case at >= len(s.following):
		w.vary(&p.seen, p, alphabet, s.last[i], s.open[i])
	case !s.following[at].one():
		w.vary(&s.following[at], p, alphabet, s.last[i], s.open[i])
	default:
		c := s.last[i]
		w.vary(&p.seen, p, alphabet, c, s.open[i])
		share := 1.0
		if !s.open[i] {
			share = p.goesOn(c, c+1)
		}
		w.fix(c, share/float64(s.fixed))
	}
	w.only(first, last)
}

// fraction is the share of the range that lies before key.
func (s *Range) fraction(key []byte) float64 {
	sum, scale, likeLast, here := 0.0, 1.0, true, placeIn(key[:s.common])
	for i := s.common; i < len(key) && scale > finest; i++ {
		step := s.step(key[:i+1], here, likeLast)
		sum += scale * step.before
		scale *= step.with
		likeLast = likeLast && i < len(s.last) && key[i] == s.last[i]
		here = here.after(key[i])
	}
	return sum
}

// step is that of the last byte of part. What is before it is the beginning of the
// page's last key, or is not. The steps towards that key are those of other keys too,
// so that they are remembered.
func (s *Range) step(part []byte, here place, likeLast bool) step {
	i := len(part) - 1
	c, at := part[i], i-s.common
	known := likeLast && i < len(s.last) && c == s.last[i]
	if known && at < len(s.steps) {
		return s.steps[at]
	}
	var w weights
	var found step
	if s.weigh(&w, part[:i], here, likeLast); w.total > 0 {
		found = step{w.below(c), w.of[c] / w.total}
	}
	if known {
		s.steps = append(s.steps, found)
	}
	return found
}

// Pages estimates how many pages lie behind the one known.
func (s *Range) Pages() float64 {
	left := s.atEnd - s.atLast
	if left < finest {
		return 0
	}
	return left / max(s.atLast-s.atFirst, finest)
}

// Middle returns a key that halves what lies behind the next page, or nil when
// the model sees no place to cut.
func (s *Range) Middle() []byte {
	low := s.atLast + (s.atLast - s.atFirst)
	if low >= s.atEnd {
		low = s.atLast
	}
	target, tolerance := (low+s.atEnd)/2, (s.atEnd-low)/8
	var w weights
	key, likeLast := bytes.Clone(s.last[:s.common]), true
	here := placeIn(key)
	for scale := 1.0; scale > finest && len(key) < s3wire.MaxKey-utf8.UTFMax; {
		i := len(key)
		s.weigh(&w, key, here, likeLast)
		if w.total == 0 {
			return nil
		}
		c, before := w.find(target)
		share := w.of[c] / w.total
		target = max(0, target-before) / share
		scale *= share
		key = append(key, c)
		here = here.after(c)
		likeLast = likeLast && i < len(s.last) && c == s.last[i]
		if scale <= tolerance {
			if cut := wholeRunes(key); utf8.Valid(cut) && s.Inside(cut) {
				return cut
			}
		}
	}
	return nil
}

// find returns the byte that a share from 0 to 1 falls on, and the share of those
// before it.
func (w *weights) find(target float64) (c byte, before float64) {
	for o, weight := range w.of {
		if weight == 0 {
			continue
		}
		share := weight / w.total
		c = byte(o)
		if target < before+share {
			return c, before
		}
		before += share
	}
	return c, before - w.of[c]/w.total
}

// Inside reports whether the key lies between the page and the end.
func (s *Range) Inside(key []byte) bool {
	return bytes.Compare(key, s.last) > 0 && (s.end == nil || bytes.Compare(key, s.end) < 0)
}

// Keys are UTF-8, and so must be what a listing starts after: S3 refuses what is
// not.

// mayFollow returns the bytes that may follow a part of a key: first to last,
// which go on with a rune, or all but those, when first is 0.
func mayFollow(part []byte) (first, last byte) {
	for back := 1; back < utf8.UTFMax && back <= len(part); back++ {
		lead := part[len(part)-back]
		if lead < utf8.RuneSelf {
			return 0, 0
		}
		if !utf8.RuneStart(lead) {
			continue
		}
		switch {
		case utf8.FullRune(part[len(part)-back:]):
			return 0, 0
		case back > 1:
			return 0x80, 0xBF
		case lead == 0xE0:
			return 0xA0, 0xBF
		case lead == 0xED:
			return 0x80, 0x9F
		case lead == 0xF0:
			return 0x90, 0xBF
		case lead == 0xF4:
			return 0x80, 0x8F
		}
		return 0x80, 0xBF
	}
	return 0, 0
}

// wholeRunes completes the rune that a key breaks off in with the first bytes
// that may follow.
func wholeRunes(key []byte) []byte {
	key = key[:len(key):len(key)]
	for first, _ := mayFollow(key); first != 0; first, _ = mayFollow(key) {
		key = append(key, first)
	}
	return key
}
