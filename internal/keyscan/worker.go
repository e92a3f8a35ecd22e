package keyscan

// work cuts segments and lists what it cut off, until all is listed.
func (p *pool) work(d *decoder) {
	for g := p.claim(); g != nil; g = p.claim() {
		p.list(g, d)
	}
}

// claim waits for a segment to list, or for one that is worth cutting. It returns nil when all is
// over.
func (p *pool) claim() *segment {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil && p.plan.running > 0 {
		if g := p.plan.assign(); g != nil {
			p.idle.Signal()
			return g
		}
		p.idle.Wait()
	}
	return nil
}

// list lists a segment to its end.
func (p *pool) list(g *segment, d *decoder) {
	for {
		err := p.scanner.fetcher.fetch(p.ctx, &g.cursor, d)
		if err == nil {
			var done bool
			if done, err = p.accept(g, &d.page); done && err == nil {
				return
			}
		}
		if err != nil {
			p.fail(err)
			return
		}
	}
}
