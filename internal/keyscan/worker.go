package keyscan

// freeCuts is how many cuts may be without an answer while few segments have
// one. Beyond it there may be as many as there are segments that proved worth
// it.
const freeCuts = 4

// A scan may have freeMisses cuts that find no key, and one more for every
// missRate pages. Beyond it a segment must have missCaution times as many pages
// left to be cut.
const (
	freeMisses  = 12
	missRate    = 40
	missCaution = 4
	longScan    = 250 // pages
)

// work cuts segments and lists what it cut off, until all is listed.
func (p *pool) work(d *decoder) {
	for g := p.claim(); g != nil; g = p.claim() {
		p.list(g, d)
	}
}

// claim waits for a segment that is worth cutting. It returns nil when all is
// over.
func (p *pool) claim() *segment {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil && p.running > 0 {
		if g := p.cut(); g != nil {
			p.running++
			p.untried++
			p.scanner.counts.splits.Add(1)
			p.idle.Signal()
			return g
		}
		p.idle.Wait()
	}
	return nil
}

// cut halves the segment with the most left to list.
func (p *pool) cut() *segment {
	worth, untried := p.caution()
	for p.untried < untried {
		var most *segment
		for g := p.current; g != nil; g = g.next {
			if g.left >= worth && (most == nil || g.left > most.left) {
				most = g
			}
		}
		if most == nil {
			return nil
		}
		common := len(p.scanner.options.Prefix)
		if rest := most.cut(&p.model, common, p.scanner.exclusions); rest != nil {
			most.estimate(&p.model, common)
			return rest
		}
		most.left = 0
	}
	return nil
}

// caution returns how many pages a segment must have left to be cut, and how many
// cuts may be without an answer. Half a page is lost with a cut, which weighs
// little where there are many pages in all. Where cuts often find no key, they
// are dear, except in a long scan that leaves workers without anything to do.
func (p *pool) caution() (worth float64, untried int) {
	pages, misses := p.scanner.counts.pages.Load(), p.scanner.counts.misses.Load()
	worth, untried = worthCutting+float64(pages)/1000, max(freeCuts, p.running-p.untried)
	if misses > freeMisses+pages/missRate {
		switch {
		case pages < longScan:
			return worth * missCaution, 1
		case p.running > p.scanner.options.Concurrency*3/4:
			return worth * missCaution, untried
		}
	}
	return worth, untried
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
