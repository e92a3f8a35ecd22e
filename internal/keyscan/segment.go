package keyscan

import (
	"bytes"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/keymodel"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

// segment is a range of keys that one worker lists: those behind the cursor, up
// to and including end. The segments of a scan follow one another without a gap,
// so that their pages, one segment after the other, are the listing.
type segment struct {
	cursor
	end  []byte // nil when nothing bounds it
	next *segment

	pages  []waiting // listed, not yet consumed
	listed bool      // the last page has come
	done   bool      // it is among pages

	// parent is the segment that this one was cut from, until its first page
	// has come.
	parent *segment
	uncut  int     // pages listed since the last cut
	left   float64 // how many pages are left to list, by estimate
	stale  bool    // there is more to estimate it by, which is only done for who may cut it
	misses int     // cuts in a row that found no key, each made knowing of the one before
}

// estimate guesses how much of the segment is left to list.
func (g *segment) estimate(m *keymodel.Model, common int) {
	g.left, g.stale = 0, false
	if g.listed || g.parent != nil || len(g.first) == 0 {
		return
	}
	s := m.Range(common, g.first, g.last, g.end)
	g.left = s.Pages()
	for range g.misses {
		g.left /= missDiscount
	}
	// What has gone on for long against the model's expectation is likely to go
	// on as long again.
	if g.left > 0 {
		g.left = max(g.left, float64(g.uncut)/2)
	}
}

// missDiscount is what a miss divides the estimate by: it was too high.
const missDiscount = 1.5

// cut ends the segment at a key in its middle and returns the rest as a segment
// of its own, or nil when there is no such key.
func (g *segment) cut(m *keymodel.Model, common int, ex exclusions) *segment {
	s := m.Range(common, g.first, g.last, g.end)
	at := s.Middle()
	if at == nil {
		return nil
	}
	if prefix, excluded := ex.of(at); excluded {
		if at = []byte(afterPrefix(prefix)); !s.Inside(at) {
			return nil
		}
	}
	rest := g.endAt(at)
	rest.parent, rest.misses = g, g.misses
	g.uncut = 0
	return rest
}

// endAt ends the segment at a key and returns the rest.
func (g *segment) endAt(key []byte) *segment {
	rest := &segment{cursor: cursor{after: string(key), last: bytes.Clone(key)}, end: g.end, next: g.next}
	g.end, g.next = key, rest
	return rest
}

// beyond reports whether a key belongs to a later segment.
func (g *segment) beyond(key []byte) bool {
	return g.end != nil && bytes.Compare(key, g.end) > 0
}

// reaches reports whether nothing of the segment lies behind a key.
func (g *segment) reaches(key []byte) bool {
	return g.end != nil && bytes.Compare(key, g.end) >= 0
}

// trim takes the keys of the next segment out of a page.
func (g *segment) trim(p *listpage.Page) {
	p.Keep(func(key []byte) bool { return bytes.Compare(key, g.end) <= 0 })
}
