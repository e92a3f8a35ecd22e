package keyscan

import (
	"errors"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/keymodel"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

const (
	// freeCuts is how many cuts may be without an answer while few segments have
	// one. Beyond it there may be as many as there are segments that proved worth
	// it.
	freeCuts = 4
	// A scan means to spend freeCost requests on cuts, and costShare of one for
	// every page up to longScan: how many cuts keep all workers busy hardly depends
	// on how long the scan is.
	freeCost  = 20
	costShare = 0.2
	longScan  = 1000
	// hitCost and openCost are what a cut that finds keys costs, in requests, and
	// what one without an answer is expected to.
	hitCost  = 0.5
	openCost = 0.6
	// worthCutting is how many pages a segment must have left to be cut, while
	// cuts are cheap. They get dearest times as dear.
	worthCutting = 2
	dearest      = 50
)

// plan decides which part of a listing is asked for next. It sends nothing and
// locks nothing: pages go in, segments come out.
type plan struct {
	prefix     int // bytes that all keys begin with
	workers    int
	exclusions exclusions
	counts     *counts

	first    *segment
	current  *segment   // the first that is not consumed
	unlisted []*segment // those that no worker has taken yet
	model    keymodel.Model
	running  int  // segments that are not done
	untried  int  // of these, cuts without an answer so far
	ranges   bool // a later segment than the first has had a page, so that the server knows StartAfter
}

// newPlan makes a plan for what lies behind the cursor, divided at some keys from the
// start.
func newPlan(o *Options, counts *counts, ex exclusions, c *cursor, seen *keymodel.Model, divisions []string) *plan {
	first := &segment{cursor: *c, stale: true}
	p := &plan{
		prefix: len(o.Prefix), workers: o.Concurrency, exclusions: ex, counts: counts,
		first: first, current: first, model: *seen, running: 1 + len(divisions),
	}
	last := first
	for _, at := range divisions {
		last = last.endAt([]byte(at))
		p.unlisted = append(p.unlisted, last)
	}
	return p
}

// errAgain says that a page is of no use, and that its cursor has found another
// way to ask for it.
var errAgain = errors.New("the page is to be asked for in another way")

// judge fails when a page cannot be used.
func (p *plan) judge(g *segment, page *listpage.Page) error {
	err := g.check(page)
	switch {
	case errors.Is(err, errVerify):
		g.verify()
		return errAgain
	case !errors.As(err, new(misplaced)):
	case g.detour != nil:
		g.reroute()
		return errAgain
	case !p.ranges:
		return errNoRanges
	}
	// A page without a key that promises more says nothing of where it lies.
	if err == nil && g != p.first && (page.Count > 0 || !page.Truncated) {
		p.ranges = true
	}
	return err
}

// place moves a segment's cursor behind a page.
func (p *plan) place(g *segment, page *listpage.Page) {
	g.listed = !page.Truncated || page.Count > 0 && g.reaches(page.Last)
	p.learn(g, page)
	g.uncut++
	g.first = append(g.first[:0], page.First...)
	g.advance(page, p.exclusions)
	g.listed = g.listed || g.reaches(g.last) // after a jump
	if g.listed {
		p.running--
	}
	g.stale = true
}

// learn draws conclusions from a page.
func (p *plan) learn(g *segment, page *listpage.Page) {
	p.model.Observe(page)
	parent := g.parent
	hit := page.Count > 0 && !g.beyond(page.First)
	if parent == nil || !hit && !g.listed {
		return
	}
	g.parent = nil
	p.untried--
	if hit {
		parent.misses, g.misses = 0, 0
		return
	}
	p.counts.misses.Add(1)
	p.model.Missed(parent.last, g.last)
	parent.misses = max(parent.misses, g.misses+1)
	parent.stale = true
}

// assign gives a worker a segment to list, or nil when none is worth it.
func (p *plan) assign() *segment {
	if len(p.unlisted) == 0 {
		return p.cut()
	}
	g := p.unlisted[0]
	p.unlisted = p.unlisted[1:]
	return g
}

// cut halves the segment with the most left to list.
func (p *plan) cut() *segment {
	worth, untried := p.caution()
	for p.untried < untried {
		var most *segment
		for g := p.current; g != nil; g = g.next {
			if g.stale {
				g.estimate(&p.model, p.prefix)
			}
			if g.left >= worth && (most == nil || g.left > most.left) {
				most = g
			}
		}
		if most == nil {
			return nil
		}
		if rest := most.cut(&p.model, p.prefix, p.exclusions); rest != nil {
			most.stale = true
			p.running++
			p.untried++
			p.counts.splits.Add(1)
			return rest
		}
		most.left = 0
	}
	return nil
}

// caution returns how many pages a segment must have left to be cut, and how many
// cuts may be without an answer. The more of what may be spent is gone, the dearer
// cuts get, but not to workers that have nothing else to do: a scan never comes
// down to one worker for thrift.
func (p *plan) caution() (worth float64, untried int) {
	pages, misses := float64(p.counts.pages.Load()), float64(p.counts.misses.Load())
	hits := float64(p.counts.splits.Load()) - misses - float64(p.untried)
	budget := freeCost + costShare*min(pages, longScan)
	left := max(budget-misses-hits*hitCost, budget/dearest)
	busy := float64(p.running) / float64(p.workers)
	worth = worthCutting * (1 + busy*(budget/left-1))
	return worth, min(max(freeCuts, p.running-p.untried), max(1, int(left/openCost)))
}
