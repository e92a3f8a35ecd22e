// Package keymodel estimates where the keys of a bucket lie from those that were
// listed: how much of a range is left, and which key halves it.
package keymodel

import (
	"bytes"
	"iter"
	"math"
	"math/bits"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

// Model is what is known of how a bucket's keys are made: some keys, and
// which bytes occur at which place of any key.
//
// The keys seen are never a fair sample: a listing sees the first ones of a
// range. So bytes that were not seen where one of their class was are taken to
// be likely, digits where there is a digit, until the listing has seen such places
// to their end often enough without meeting them.
type Model struct {
	samples samples
	places  map[place]*position
}

// position is what is known of a place in keys.
type position struct {
	seen byteSet
	ends []end
}

// end counts how often the listing saw a place to its end with this byte as the
// last one there.
type end struct {
	last  byte
	count float64
}

func (p *position) endAt(c byte) {
	for i := range p.ends {
		if p.ends[i].last == c {
			p.ends[i].count++
			return
		}
	}
	p.ends = append(p.ends, end{c, 1})
}

// from counts the ends at c or behind it.
func (p *position) from(c byte) float64 {
	var n float64
	for _, e := range p.ends {
		if e.last >= c {
			n += e.count
		}
	}
	return n
}

// goesOn is how likely a place that has come to one byte comes to a later one, as
// far as is known.
func (p *position) goesOn(from, to byte) float64 { return (p.from(to) + 1) / (p.from(from) + 1) }

// unheard reports whether places like this one have always ended before c.
func (p *position) unheard(c byte) bool { return len(p.ends) > 0 && p.from(c) == 0 }

// Observe learns from a page with keys.
func (m *Model) Observe(p *listpage.Page) {
	if p.Count == 0 {
		return
	}
	if m.places == nil {
		m.places = map[place]*position{}
	}
	m.samples.add(p.First)
	before := p.First
	m.see(nil, before)
	for _, key := range p.Samples {
		m.see(before, key)
		before = key
	}
	m.see(before, p.Last)
}

// see learns from a key, and from the one listed before it.
func (m *Model) see(before, key []byte) {
	shared := listpage.SharedLen(before, key)
	at := placeIn(key[:shared])
	past := at
	for i := shared; i < len(before); i++ {
		if i > shared {
			m.endAt(past, before[i])
		}
		past = past.after(before[i])
	}
	for _, c := range key[shared:] {
		m.at(at).seen.add(c)
		m.at(at.anywhere()).seen.add(c)
		if c >= utf8.RuneSelf {
			m.at(at.alphabet(!utf8.RuneStart(c))).seen.add(c)
		}
		at = at.after(c)
	}
}

func (m *Model) endAt(at place, c byte) {
	m.at(at).endAt(c)
	m.at(at.anywhere()).endAt(c)
}

func (m *Model) at(at place) *position {
	p := m.places[at]
	if p == nil {
		p = &position{}
		m.places[at] = p
	}
	return p
}

// position is what is known of a place, or of its like.
func (m *Model) position(at place) *position {
	if p := m.places[at]; p != nil {
		return p
	}
	if p := m.places[at.anywhere()]; p != nil {
		return p
	}
	return &position{}
}

// Missed learns from a cut behind which there was no key. last is what had been
// listed before it.
func (m *Model) Missed(last, cut []byte) {
	i := listpage.SharedLen(last, cut)
	if i == len(cut) {
		return
	}
	m.endAt(placeIn(cut[:i]), cut[i]-1)
}

// class is a set of bytes of which each is likely where another one was seen.
type class struct {
	first, last byte
	// rare says that a position where several were seen may well have no other.
	rare bool
}

var byteClasses = []class{
	{'0', '9', false},
	{'a', 'z', false},
	{'A', 'Z', false},
	{0x80, 0xBF, true}, // inside a rune: its alphabet says more
	{0xC2, 0xDF, true}, // at the start of a rune of two, three, four bytes
	{0xE0, 0xEF, true},
	{0xF0, 0xF4, true},
	{0x01, 0x7F, true}, // punctuation, and what is in no other class
}

func classOf(c byte) class {
	for _, class := range byteClasses {
		if c >= class.first && c <= class.last {
			return class
		}
	}
	return class{c, c, false}
}

// weights are how likely the bytes at a position are, in relation to one another.
type weights struct {
	of    [256]float64
	total float64 // once only has been called
}

// rareShare is the weight of an unseen byte of a rare class.
const rareShare = 1.0 / 64

// vary fills w for a position where all of seen occur, and so may others of their
// classes and of the alphabet. Unless open says that other places like it tell
// nothing of this one, bytes behind from are as likely as those went on so far,
// and bytes that none of them had are the less likely the more they were.
func (w *weights) vary(seen *byteSet, p, alphabet *position, from byte, open bool) {
	*w = weights{}
	for c := range seen.all() {
		class := classOf(c)
		share := 1.0
		if class.rare {
			share = rareShare
		}
		for o := int(class.first); o <= int(class.last); o++ {
			w.of[o] = max(w.of[o], share)
		}
	}
	w.raise(&alphabet.seen)
	w.raise(&p.seen)
	if !open {
		doubt := 1 / (1 + p.from(0))
		for o := range w.of {
			if !p.seen.has(byte(o)) {
				w.of[o] *= doubt
			}
		}
	}
	for c := range seen.all() {
		w.of[c] = 1
	}
	if !open {
		for o := int(from) + 1; o < len(w.of); o++ {
			if w.of[o] > 0 {
				w.of[o] *= p.goesOn(from, byte(o))
			}
		}
	}
}

// raise makes those of a set likely that are possible at all.
func (w *weights) raise(set *byteSet) {
	for c := range set.all() {
		if w.of[c] > 0 {
			w.of[c] = 1
		}
	}
}

// fix makes c the likely byte. All others get no more than share together, those
// of c's class more than the rest.
func (w *weights) fix(c byte, share float64) {
	own := classOf(c)
	w.of[c] = 0
	for o := range w.of {
		if byte(o) < own.first || byte(o) > own.last {
			w.of[o] *= otherClassShare
		}
	}
	w.sum()
	if w.total > 0 {
		for o := range w.of {
			w.of[o] *= share / w.total
		}
	}
	w.of[c] = 1
}

// otherClassShare is the weight of a byte of another class than the one that a
// position is known for.
const otherClassShare = 1.0 / 16

// only leaves out what is no UTF-8, as mayFollow says.
func (w *weights) only(first, last byte) {
	if first == 0 {
		clear(w.of[0x80:0xC0])
		w.sum()
		return
	}
	clear(w.of[:first])
	clear(w.of[int(last)+1:])
	w.sum()
	if w.total == 0 {
		for o := int(first); o <= int(last); o++ {
			w.of[o] = 1
		}
		w.sum()
	}
}

// sum adds up four at a time, which do not wait for one another.
func (w *weights) sum() {
	var a, b, c, d float64
	for i := 0; i < len(w.of); i += 4 {
		a, b, c, d = a+w.of[i], b+w.of[i+1], c+w.of[i+2], d+w.of[i+3]
	}
	w.total = (a + b) + (c + d)
}

// below is the share of the bytes before c.
func (w *weights) below(c byte) float64 {
	var sum float64
	for _, share := range w.of[:c] {
		sum += share
	}
	return sum / w.total
}

// place says where in a key a byte stands: keys are alike at the same place. Folders
// and characters are counted, not bytes, so that names of different lengths and
// scripts do not shift what follows them.
type place struct {
	folder, rune uint16
	before       byte // the byte before it in the same name; 0 for none
}

// anyByte stands for any byte before a place: it is in no UTF-8.
const anyByte = 0xFF

// placeIn is the place of the byte that follows a part of a key.
func placeIn(part []byte) place {
	var at place
	for _, c := range part {
		at = at.after(c)
	}
	return at
}

// after is the place that follows, when c stands at this one.
func (at place) after(c byte) place {
	if c == '/' {
		return place{folder: at.folder + 1}
	}
	at.before = c
	if utf8.RuneStart(c) {
		at.rune++
	}
	return at
}

// anywhere is the place whatever comes before it.
func (at place) anywhere() place {
	at.before = anyByte
	return at
}

// alphabet is where all bytes are gathered that begin a character, or go on with
// it, anywhere in a key.
func (at place) alphabet(within bool) place {
	if !within {
		at.before = anyByte
	}
	return place{folder: math.MaxUint16, before: at.before}
}

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
