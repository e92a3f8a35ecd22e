package keyscan

import (
	"math"
)

// keyModel is what is known of how a bucket's keys are made: some keys, and
// which bytes occur at which position of any key.
//
// The keys seen are never a fair sample: a listing sees the first ones of a
// range. So bytes that were not seen where one of their class was are taken to
// be likely, digits where there is a digit.
type keyModel struct {
	samples   samples
	positions []position
}

// position is the bytes seen at one index of the keys.
type position struct {
	seen   byteSet
	kinds  int
	misses int // cuts at an unseen byte that found no key
}

// observe learns from a page.
func (m *keyModel) observe(p *page) {
	if p.count == 0 {
		return
	}
	m.samples.add(p.first)
	m.see(p.first)
	m.see(p.last)
	for _, key := range p.samples {
		m.see(key)
	}
}

func (m *keyModel) see(key []byte) {
	for len(m.positions) < len(key) {
		m.positions = append(m.positions, position{})
	}
	for i, c := range key {
		if p := &m.positions[i]; !p.seen.has(c) {
			p.seen.add(c)
			p.kinds++
		}
	}
}

// missed learns from a cut behind which there was no key. last is what had been
// listed before it.
func (m *keyModel) missed(last, cut []byte) {
	if i := sharedLen(last, cut); i < len(cut) && i < len(m.positions) && !m.positions[i].seen.has(cut[i]) {
		m.positions[i].misses++
	}
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
	{0x80, 0xBF, false}, // inside a rune
	{0xC2, 0xDF, false}, // at the start of a rune of two, three, four bytes
	{0xE0, 0xEF, false},
	{0xF0, 0xF4, false},
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
	total float64
}

// rareShare is the weight of an unseen byte of a rare class.
const rareShare = 1.0 / 64

// vary fills w for a position where all of seen occur, and so will others of
// their classes: those seen there in other keys rather than the rest.
func (w *weights) vary(seen *byteSet, p *position) {
	*w = weights{}
	unseen := math.Ldexp(1, -p.misses)
	for c := range seen.all() {
		class := classOf(c)
		share := unseen
		if class.rare {
			share *= rareShare
		}
		for o := int(class.first); o <= int(class.last); o++ {
			w.of[o] = max(w.of[o], share)
		}
	}
	for c := range p.seen.all() {
		if w.of[c] > 0 {
			w.of[c] = 1
		}
	}
	for c := range seen.all() {
		w.of[c] = 1
	}
	w.sum()
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
	w.sum()
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

func (w *weights) sum() {
	w.total = 0
	for _, share := range w.of {
		w.total += share
	}
}

// below is the share of the bytes before c.
func (w *weights) below(c byte) float64 {
	var sum float64
	for _, share := range w.of[:c] {
		sum += share
	}
	return sum / w.total
}
