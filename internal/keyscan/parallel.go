package keyscan

import (
	"context"
	"errors"
	"sync"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/keymodel"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
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

	plan *plan
	err  error
}

// errNoRanges says that the server ignores StartAfter or lists in another order, and that
// nothing was listed relying on either.
var errNoRanges = errors.New("the server cannot be asked for ranges of keys")

// parallel lists what lies behind the cursor. When it fails with errNoRanges,
// the cursor is behind all that was yielded.
func (s *Scanner) parallel(ctx context.Context, c *cursor, seen *keymodel.Model, divisions []string, yield func(Object, error) bool) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &pool{
		scanner: s, ctx: ctx, cancel: cancel,
		plan:  newPlan(&s.options, &s.counts, s.exclusions, c, seen, divisions),
		store: store{budget: s.options.MemoryBudget, dir: s.options.TempDir, spilled: &s.counts.spilled},
	}
	p.idle.L, p.ready.L, p.known.L = &p.mu, &p.mu, &p.mu
	first := p.plan.first
	defer func() {
		p.fail(errStopped)
		p.workers.Wait()
		err = errors.Join(err, p.store.close())
	}()
	for i := range s.options.Concurrency {
		p.workers.Go(func() {
			d := listpage.NewDecoder(s.options.Bucket, s.options.Wanted, s.options.OmitETags)
			if i == 0 {
				p.list(first, d)
			}
			p.work(d)
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
	for p.plan.current != nil {
		g := p.plan.current
		switch {
		case p.err != nil:
			return waiting{}, false, p.err
		case len(g.pages) > 0:
			w, g.pages[0] = g.pages[0], waiting{}
			g.pages = g.pages[1:]
			return w, true, nil
		case g.done:
			g.pages = nil // the memory of those taken
			p.plan.current = g.next
		default:
			p.ready.Wait()
		}
	}
	return waiting{}, false, nil
}

func (p *pool) yield(w waiting, yield func(Object, error) bool) error {
	p.scanner.tally.add(w.listed, w.last)
	packed, err := p.store.take(w)
	if err != nil {
		return err
	}
	if !listpage.Each(packed, w.count, w.text, yield) {
		return errStopped
	}
	return nil
}

// accept takes a page of a segment in and reports whether it is the last one.
func (p *pool) accept(g *segment, page *listpage.Page) (done bool, err error) {
	next, err := p.place(g, page)
	if errors.Is(err, errAgain) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// Nobody cuts a segment that ends with this page.
	if page.Count > 0 && g.listed && g.beyond(page.Last) {
		g.trim(page)
	}
	listed, last := page.Count, string(page.Last)
	p.scanner.exclusions.excludeFrom(page)
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
func (p *pool) place(g *segment, page *listpage.Page) (next bool, err error) {
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
	for !p.plan.ranges && page.Count > 0 && g.beyond(page.Last) && p.err == nil {
		p.known.Wait()
	}
	if p.err != nil {
		return false, p.err
	}
	p.plan.place(g, page)
	return g == p.plan.current && len(g.pages) == 0, nil
}

// work cuts segments and lists what it cut off, until all is listed.
func (p *pool) work(d *listpage.Decoder) {
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
func (p *pool) list(g *segment, d *listpage.Decoder) {
	for {
		err := p.scanner.fetcher.fetch(p.ctx, &g.cursor, d)
		if err == nil {
			var done bool
			if done, err = p.accept(g, &d.Page); done && err == nil {
				return
			}
		}
		if err != nil {
			p.fail(err)
			return
		}
	}
}
