package keyscan

import (
	"context"
	"errors"
	"sync"
)

// pool lists the segments of a bucket at the same time. Every worker lists one
// segment to its end and then cuts another in two; the consumer takes their
// pages in the order of keys.
type pool struct {
	scanner *Scanner
	ctx     context.Context
	cancel  context.CancelCauseFunc
	store   store
	workers sync.WaitGroup

	mu    sync.Mutex
	idle  sync.Cond // a segment may be worth cutting, or all is over
	ready sync.Cond // the current segment has a page or ends, or all is over
	known sync.Cond // it is known whether ranges can be asked for, or all is over

	current *segment // the consumer's
	model   keyModel
	running int  // segments that are not done
	untried int  // of these, cuts without an answer so far
	ranges  bool // a cut was answered, so that the server knows StartAfter
	err     error
}

// errNoRanges says that the server takes no notice of StartAfter or keeps an
// order of its own, and that nothing was listed relying on either.
var errNoRanges = errors.New("the server cannot be asked for ranges of keys")

// freeCuts is how many cuts may be without an answer while few segments have
// one. Beyond it there may be as many as there are segments that proved worth
// it.
const freeCuts = 4

// A scan may have freeMisses cuts that find no key, and one more for so many
// pages. Beyond it a segment must have missCaution times as many pages left to
// be cut.
const (
	freeMisses  = 16
	missRate    = 40
	missCaution = 4
)

// parallel lists what lies behind the cursor. When it fails with errNoRanges,
// the cursor is behind all that was yielded.
func (s *Scanner) parallel(ctx context.Context, c *cursor, seen *keyModel, yield func(Object, error) bool) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &pool{
		scanner: s, ctx: ctx, cancel: cancel, model: *seen, running: 1,
		store: store{budget: s.options.MemoryBudget, dir: s.options.TempDir, spilled: &s.counts.spilled},
	}
	p.idle.L, p.ready.L, p.known.L = &p.mu, &p.mu, &p.mu
	first := &segment{cursor: *c}
	first.estimate(&p.model, len(s.options.Prefix))
	p.current = first
	defer func() {
		p.fail(errStopped)
		p.workers.Wait()
		err = errors.Join(err, p.store.close())
	}()
	for i := range s.options.Concurrency {
		p.workers.Go(func() {
			if i == 0 {
				p.list(first)
			}
			p.work()
		})
	}
	err = p.consume(yield)
	if errors.Is(err, errNoRanges) {
		p.workers.Wait()
		*c = first.cursor
		c.noJump = true
		for _, w := range first.pages {
			if err := p.yield(w, yield); err != nil {
				return err
			}
		}
	}
	return err
}

// fail ends all with the first error.
func (p *pool) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
	p.cancel(err)
	p.idle.Broadcast()
	p.ready.Broadcast()
	p.known.Broadcast()
}

// work cuts segments and lists what it cut off, until all is listed.
func (p *pool) work() {
	for g := p.claim(); g != nil; g = p.claim() {
		p.list(g)
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
	c := &p.scanner.counts
	worth := worthCutting + float64(c.pages.Load())/1000
	if c.misses.Load() > freeMisses+c.pages.Load()/missRate {
		worth *= missCaution
	}
	for p.untried < max(freeCuts, p.running-p.untried) {
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

// list lists a segment to its end.
func (p *pool) list(g *segment) {
	d := decoder{omitETags: p.scanner.options.OmitETags}
	for {
		err := p.scanner.fetcher.fetch(p.ctx, &g.cursor, &d)
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

// accept takes a page of a segment in and reports whether it is the last one.
func (p *pool) accept(g *segment, page *page) (done bool, err error) {
	again, done, next, err := p.place(g, page)
	if err != nil || again {
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
	if done {
		g.done = true
		g.left = 0
		p.running--
		if p.running == 0 {
			p.idle.Broadcast()
		}
	}
	p.idle.Signal()
	if g == p.current {
		p.ready.Signal()
	}
	return done, nil
}

// place finds out what of a page belongs to its segment, and moves the segment's
// cursor behind it. again says that the page is of no use and is to be asked for
// in another way, next that the consumer waits for it.
func (p *pool) place(g *segment, page *page) (again, done, next bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return false, false, false, p.err
	}
	if err := g.check(page); err != nil {
		if !errors.As(err, new(misplaced)) {
			return false, false, false, err
		}
		if g.detour != nil {
			again, _ := g.reroute()
			return again, false, false, nil
		}
		if !p.ranges {
			err = errNoRanges
		}
		return false, false, false, err
	}
	if g.parent != nil {
		p.ranges = true
		p.known.Broadcast()
	}
	beyond := g.beyond(page)
	for beyond && !p.ranges && p.err == nil {
		p.known.Wait()
	}
	if p.err != nil {
		return false, false, false, p.err
	}
	done = beyond || !page.truncated
	if beyond {
		g.trim(page)
	}
	p.learn(g, page, done)
	g.uncut++
	g.first = append(g.first[:0], page.first...)
	g.advance(page, p.scanner.exclusions)
	g.done = done
	g.estimate(&p.model, len(p.scanner.options.Prefix))
	g.done = false
	return false, done, g == p.current && len(g.pages) == 0, nil
}

// learn draws conclusions from a page.
func (p *pool) learn(g *segment, page *page, done bool) {
	p.model.observe(page)
	parent := g.parent
	if parent == nil || page.count == 0 && !done {
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

// consume yields the pages of all segments in order.
func (p *pool) consume(yield func(Object, error) bool) error {
	for {
		w, more, err := p.take()
		if err != nil || !more {
			return err
		}
		if err := p.yield(w, yield); err != nil {
			return err
		}
	}
}

// take waits for the page that comes next.
func (p *pool) take() (w waiting, more bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.current != nil {
		g := p.current
		switch {
		case p.err != nil:
			return waiting{}, false, p.err
		case len(g.pages) > 0:
			w, g.pages[0] = g.pages[0], waiting{}
			g.pages = g.pages[1:]
			return w, true, nil
		case g.done:
			p.current = g.next
		default:
			p.ready.Wait()
		}
	}
	return waiting{}, false, nil
}

func (p *pool) yield(w waiting, yield func(Object, error) bool) error {
	packed, err := p.store.take(w)
	if err != nil {
		return err
	}
	if !each(packed, w.count, w.text, yield) {
		return errStopped
	}
	return nil
}
