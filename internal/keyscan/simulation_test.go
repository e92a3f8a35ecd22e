package keyscan

import (
	"container/heap"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/keymodel"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
)

// simulation runs a plan against a key space without a server, a client or a
// clock: every request takes one unit of made-up time. What comes out is the same
// on every machine and in every run.
type simulation struct {
	keys    keySpace
	workers int

	counts counts
	plan   *plan
	now    float64
	order  int
	flight flights
}

// flight is a request that is under way.
type flight struct {
	segment *segment
	lands   float64
	order   int // of those that land at the same time
}

type flights []flight

func (f flights) Len() int      { return len(f) }
func (f flights) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f flights) Less(i, j int) bool {
	return f[i].lands < f[j].lands || f[i].lands == f[j].lands && f[i].order < f[j].order
}
func (f *flights) Push(x any) { *f = append(*f, x.(flight)) } //nolint:forcetypeassert // the heap holds nothing else
func (f *flights) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// page is what the server answers, but for the objects themselves.
func (s *simulation) page(c *cursor) listpage.Page {
	first := 0
	if c.token != "" {
		first, _ = strconv.Atoi(c.token)
	} else if c.after != "" {
		first = s.keys.after(c.after)
	}
	end := min(first+pageSize, s.keys.count)
	p := listpage.Page{Count: end - first, Truncated: end < s.keys.count}
	if p.Truncated {
		p.Token = strconv.Itoa(end)
	}
	if p.Count > 0 {
		p.First, p.Last = []byte(s.keys.key(first)), []byte(s.keys.key(end-1))
	}
	for i := first + listpage.SampleEvery - 1; i < end; i += listpage.SampleEvery {
		p.Samples = append(p.Samples, []byte(s.keys.key(i)))
	}
	return p
}

func (s *simulation) send(g *segment) {
	s.counts.requests.Add(1)
	s.counts.pages.Add(1)
	s.order++
	heap.Push(&s.flight, flight{g, s.now + 1, s.order})
}

// result is what a listing took.
type result struct {
	rounds, pages float64
	Stats
}

func (s *simulation) run(t *testing.T) result {
	var c cursor
	var seen keymodel.Model
	for range sequentialPages {
		p := s.page(&c)
		c.first = append(c.first[:0], p.First...)
		c.advance(&p, nil)
		seen.Observe(&p)
		s.now++
		s.counts.requests.Add(1)
		s.counts.pages.Add(1)
	}
	s.plan = newPlan(&Options{Concurrency: s.workers}, &s.counts, nil, &c, &seen, nil)
	s.send(s.plan.current)
	s.employ()
	for len(s.flight) > 0 {
		f := heap.Pop(&s.flight).(flight) //nolint:forcetypeassert // the heap holds nothing else
		s.now = f.lands
		g := f.segment
		p := s.page(&g.cursor)
		if err := s.plan.judge(g, &p); err != nil {
			t.Fatal(err)
		}
		if !s.plan.ranges && g.beyond(p.Last) {
			f.order += 1000
			heap.Push(&s.flight, f)
			continue
		}
		s.plan.place(g, &p)
		if !g.listed {
			s.send(g)
		}
		s.employ()
	}
	r := result{rounds: s.now, pages: float64(s.keys.count) / pageSize}
	r.Requests, r.Splits, r.Misses = s.counts.requests.Load(), s.counts.splits.Load(), s.counts.misses.Load()
	return r
}

// employ gives idle workers something to do.
func (s *simulation) employ() {
	for len(s.flight) < s.workers {
		g := s.plan.assign()
		if g == nil {
			return
		}
		s.send(g)
	}
}

// goals are what a listing with 64 workers must keep to: how many requests a page,
// for some shapes more than for the others, and how many round trips the slowest
// of the benchmarks' shapes may take for each one of the fastest.
var goals = []struct {
	keys             int
	requests, slower float64
	dearer           map[string]float64
}{
	{1_000_000, 1.3, 1 / 0.6, nil},
	{5_000_000, 1.05, 1 / 0.6, map[string]float64{"benchmark hot": 1.08, "benchmark unicode": 1.08}},
}

func TestRequestsAndRounds(t *testing.T) {
	if raceDetector {
		t.Skip("it has one goroutine, and make test runs it without the race detector")
	}
	for _, goal := range goals {
		t.Run(strconv.Itoa(goal.keys), func(t *testing.T) {
			fastest, slowest := math.Inf(1), 0.0
			for name, distribution := range distributions {
				benchmark := strings.HasPrefix(name, "benchmark")
				if goal.keys > 1_000_000 && !benchmark {
					continue
				}
				r := (&simulation{keys: distribution(goal.keys), workers: 64}).run(t)
				t.Logf("%-18s %3.0f rounds, %2.0f %% of what 64 workers could do; %.3f requests a page, %d splits, %d misses",
					name, r.rounds, 100*r.pages/64/r.rounds, float64(r.Requests)/r.pages, r.Splits, r.Misses)
				if got, want := float64(r.Requests)/r.pages, max(goal.requests, goal.dearer[name]); got > want {
					t.Errorf("%s: %.3f requests a page, want %.2f", name, got, want)
				}
				if benchmark {
					fastest, slowest = min(fastest, r.rounds), max(slowest, r.rounds)
				}
			}
			if slowest > fastest*goal.slower {
				t.Errorf("the slowest takes %.0f rounds, the fastest %.0f", slowest, fastest)
			}
		})
	}
}
