package keyscan

import "errors"

// accept takes a page of a segment in and reports whether it is the last one.
func (p *pool) accept(g *segment, page *page) (done bool, err error) {
	next, err := p.place(g, page)
	if errors.Is(err, errAgain) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// Nobody cuts a segment that ends with this page.
	if page.count > 0 && g.listed && g.beyond(page.last) {
		g.trim(page)
	}
	listed, last := page.count, string(page.last)
	page.exclude(p.scanner.exclusions)
	w, err := p.store.put(page, next)
	if err != nil {
		return false, err
	}
	w.listed, w.last = listed, last
	p.mu.Lock()
	defer p.mu.Unlock()
	if listed > 0 {
		g.pages = append(g.pages, w)
	}
	if g.listed {
		g.done = true
		if p.plan.running == 0 {
			p.idle.Broadcast()
		}
	}
	p.idle.Signal()
	if g == p.plan.current {
		p.ready.Signal()
	}
	return g.done, nil
}

// place moves a segment behind a page. next says that the consumer waits for this
// page.
func (p *pool) place(g *segment, page *page) (next bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.plan.judge(g, page); err != nil {
		return false, err
	}
	if p.plan.ranges {
		p.known.Broadcast()
	}
	// As long as StartAfter may be without effect, only this segment can list
	// what lies beyond it.
	for !p.plan.ranges && page.count > 0 && g.beyond(page.last) && p.err == nil {
		p.known.Wait()
	}
	if p.err != nil {
		return false, p.err
	}
	p.plan.place(g, page)
	return g == p.plan.current && len(g.pages) == 0, nil
}
