package keyscan

import (
	"context"
	"sync"
)

// gate limits how many requests are under way. The limit falls by a quarter
// when the server is overloaded and rises by about one for every round of
// requests that succeed (additive increase, multiplicative decrease).
type gate struct {
	mu     sync.Mutex
	freed  sync.Cond
	most   float64
	limit  float64
	inUse  float64
	lowers int // how often the limit has fallen
}

// slower is what the limit is multiplied with when it falls.
const slower = 0.75

func newGate(most int) *gate {
	g := &gate{most: float64(most), limit: float64(most)}
	g.freed.L = &g.mu
	return g
}

// acquire waits until a request may be sent. What it returns goes to release.
func (g *gate) acquire(ctx context.Context) (pass int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inUse+1 > g.limit && ctx.Err() == nil {
		stop := context.AfterFunc(ctx, func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.freed.Broadcast()
		})
		defer stop()
		for g.inUse+1 > g.limit && ctx.Err() == nil {
			g.freed.Wait()
		}
	}
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	g.inUse++
	return g.lowers, nil
}

// release ends a request. Requests that were sent before the limit fell last
// say nothing about the new limit.
func (g *gate) release(pass int, overloaded bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inUse--
	switch {
	case !overloaded:
		g.limit = min(g.most, g.limit+1/g.limit)
	case pass == g.lowers:
		g.limit = max(1, min(g.limit, g.inUse+1)*slower)
		g.lowers++
	}
	g.freed.Broadcast()
}
