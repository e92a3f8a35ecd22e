package keyscan

import (
	"bytes"
	"errors"
)

// errAgain says that a page is of no use, and that its cursor has found another
// way to ask for it.
var errAgain = errors.New("the page is to be asked for in another way")

// accept takes a page of a segment in and reports whether it is the last one.
func (p *pool) accept(g *segment, page *page) (done bool, err error) {
	next, err := p.place(g, page)
	if errors.Is(err, errAgain) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var w waiting
	if page.count > 0 {
		if w, err = p.store.put(page, next); err != nil {
			return false, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if page.count > 0 {
		g.pages = append(g.pages, w)
	}
	if g.listed {
		g.done = true
		p.running--
		if p.running == 0 {
			p.idle.Broadcast()
		}
	}
	p.idle.Signal()
	if g == p.current {
		p.ready.Signal()
	}
	return g.done, nil
}

// place leaves in a page what belongs to its segment, and moves the segment's
// cursor behind it. next says that the consumer waits for this page.
func (p *pool) place(g *segment, page *page) (next bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.judge(g, page); err != nil {
		return false, err
	}
	if g.parent != nil {
		p.ranges = true
		p.known.Broadcast()
	}
	beyond := g.beyond(page)
	// As long as StartAfter may be without effect, only this segment can list
	// what lies beyond it.
	for beyond && !p.ranges && p.err == nil {
		p.known.Wait()
	}
	if p.err != nil {
		return false, p.err
	}
	if beyond {
		g.trim(page)
	}
	g.listed = beyond || !page.truncated
	p.learn(g, page)
	g.uncut++
	g.first = append(g.first[:0], page.first...)
	g.advance(page, p.scanner.exclusions)
	g.listed = g.listed || g.end != nil && bytes.Compare(g.last, g.end) >= 0
	g.estimate(&p.model, len(p.scanner.options.Prefix))
	return g == p.current && len(g.pages) == 0, nil
}

// judge fails when a page cannot be used.
func (p *pool) judge(g *segment, page *page) error {
	err := g.check(page)
	if !errors.As(err, new(misplaced)) {
		return err
	}
	if g.detour != nil {
		g.reroute()
		return errAgain
	}
	if !p.ranges {
		return errNoRanges
	}
	return err
}

// learn draws conclusions from a page.
func (p *pool) learn(g *segment, page *page) {
	p.model.observe(page)
	parent := g.parent
	if parent == nil || page.count == 0 && !g.listed {
		return
	}
	g.parent = nil
	p.untried--
	if page.count > 0 {
		parent.misses, g.misses = 0, 0
		return
	}
	p.scanner.counts.misses.Add(1)
	p.model.missed(parent.last, g.last)
	parent.misses = max(parent.misses, g.misses+1)
	parent.estimate(&p.model, len(p.scanner.options.Prefix))
}
