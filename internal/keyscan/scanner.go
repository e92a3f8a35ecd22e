package keyscan

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/keymodel"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

// Scanner lists the objects of a bucket.
type Scanner struct {
	fetcher    fetcher
	exclusions exclusions
	options    Options
	counts     counts
	tally      tally
	complete   bool // the scan came to its end
}

type counts struct {
	requests, pages, throttles, splits, misses, spilled atomic.Int64
	sequential                                          atomic.Bool
}

// sequentialPages is how many pages are listed one after another before the
// rest is listed in parallel. Looking for places to cut at costs requests that
// a small bucket does not need.
const sequentialPages = 10

// New returns a Scanner.
func New(client Lister, o Options) *Scanner {
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	if o.MemoryBudget <= 0 {
		o.MemoryBudget = DefaultMemoryBudget
	}
	s := &Scanner{options: o, exclusions: newExclusions(o.ExcludePrefixes)}
	s.fetcher = fetcher{lister: client, options: o, gate: newGate(o.Concurrency), counts: &s.counts}
	return s
}

// Objects yields what a sequential listing gives, in the byte order of keys.
// An error ends the sequence; it comes without an object. A consumer that stops
// early ends the listing. Nothing runs on once the sequence has ended.
//
// From a server that keeps an order of its own, objects come in that order, unless
// Options.Ordered is set; see Stats.Sequential.
func (s *Scanner) Objects(ctx context.Context) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		s.tally = tally{}
		err := s.list(ctx, yield)
		s.complete = err == nil
		if err != nil && !errors.Is(err, errStopped) {
			yield(Object{}, fmt.Errorf("listing bucket %s: %w", s.options.Bucket, err))
		}
	}
}

// Stats tells what the scan has done so far. It may be called at any time.
func (s *Scanner) Stats() Stats {
	return Stats{
		Requests:   s.counts.requests.Load(),
		Pages:      s.counts.pages.Load(),
		Throttles:  s.counts.throttles.Load(),
		Splits:     s.counts.splits.Load(),
		Misses:     s.counts.misses.Load(),
		Spilled:    s.counts.spilled.Load(),
		Sequential: s.counts.sequential.Load(),
	}
}

// errStopped says that the consumer wants no more.
var errStopped = errors.New("the consumer wants no more")

func (s *Scanner) list(ctx context.Context, yield func(Object, error) bool) error {
	for _, p := range s.exclusions {
		if strings.HasPrefix(s.options.Prefix, p) {
			return nil
		}
	}
	var c cursor
	var seen keymodel.Model
	if s.options.Concurrency > 1 {
		divisions, more, err := s.begin(ctx, &c, &seen, yield)
		if err != nil || !more {
			return err
		}
		if !s.counts.sequential.Load() {
			err = s.parallel(ctx, &c, &seen, divisions, yield)
			if !errors.Is(err, errNoRanges) {
				return err
			}
			s.counts.sequential.Store(true)
			if c.ended { // before it was found out
				return nil
			}
		}
	}
	_, err := s.sequential(ctx, &c, -1, &seen, yield)
	return err
}

// begin lists the first pages sequentially, and reports whether there is more, and
// where that can be divided as far as quantiles tell. With these it is one page, which
// shows whether the bucket has become small, or the server another one.
func (s *Scanner) begin(ctx context.Context, c *cursor, seen *keymodel.Model, yield func(Object, error) bool) (divisions []string, more bool, err error) {
	for _, pages := range []int{1, sequentialPages - 1} {
		if more, err = s.sequential(ctx, c, pages, seen, yield); err != nil || !more {
			return nil, false, err
		}
		if divisions = s.divisions(c); len(divisions) > 0 {
			break
		}
	}
	return divisions, true, nil
}

// sequential lists page after page, as the consumer asks for objects, and
// reports whether there is more after so many pages; -1 means all. A listing of
// so many pages teaches the model what keys look like.
func (s *Scanner) sequential(ctx context.Context, c *cursor, pages int, seen *keymodel.Model, yield func(Object, error) bool) (more bool, err error) {
	d := listpage.NewDecoder(s.options.Bucket, s.options.Wanted, s.options.OmitETags)
	for ; pages != 0; pages-- {
		if err := s.fetcher.fetch(ctx, c, d); err != nil {
			return false, err
		}
		err := c.check(&d.Page)
		if errors.Is(err, errVerify) {
			c.verify()
			continue
		}
		if errors.As(err, new(misplaced)) {
			again, ok := c.reroute()
			if again {
				s.counts.sequential.Store(true)
				continue
			}
			if ok && !s.options.Ordered {
				s.counts.sequential.Store(true)
				err = nil
			}
		}
		if err != nil {
			return false, err
		}
		c.first = append(c.first[:0], d.Page.First...)
		c.advance(&d.Page, s.exclusions)
		if pages > 0 {
			seen.Observe(&d.Page)
		}
		s.tally.add(d.Page.Count, string(d.Page.Last))
		s.exclusions.excludeFrom(&d.Page)
		if !listpage.Each(d.Page.Packed, d.Page.Kept, d.Page.Text, yield) {
			return false, errStopped
		}
		if !d.Page.Truncated {
			return false, nil
		}
	}
	return true, nil
}
