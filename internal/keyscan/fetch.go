package keyscan

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
	"github.com/parafovea/terraform-provider-fovea/internal/wait"
)

// fetcher gets pages, as often as it takes.
type fetcher struct {
	lister  Lister
	options Options
	gate    *gate
	counts  *counts

	// foreign says that the server's pages are better left to the SDK's decoder.
	foreign atomic.Bool
}

const (
	// busyAttempts is how often a page is asked for while the server is
	// overloaded. With the pauses between, that is some three minutes.
	busyAttempts = 24
	// brokenAttempts is how often a page is asked for when its answers break
	// off or make no sense.
	brokenAttempts = 4

	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

// fetch gets the page at the cursor. It waits and asks again while the server
// is overloaded or its answers break off.
func (f *fetcher) fetch(ctx context.Context, c *cursor, d *listpage.Decoder) error {
	in := f.input(c)
	for busy, broken := 0, 0; ; {
		pass, err := f.gate.acquire(ctx)
		if err != nil {
			return err
		}
		f.counts.requests.Add(1)
		err = f.once(ctx, in, d)
		f.gate.release(pass, overloaded(err))
		switch {
		case err == nil:
			f.counts.pages.Add(1)
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, listpage.ErrForeign):
			f.foreign.Store(true)
			continue
		case overloaded(err):
			f.counts.throttles.Add(1)
			busy++
		case listpage.BrokenOff(err):
			broken++
		default:
			return err
		}
		if busy == busyAttempts || broken == brokenAttempts {
			return fmt.Errorf("asked %d times for one page: %w", busy+broken, err)
		}
		if (wait.Wall{}).Sleep(ctx, backoff(busy+broken)) != nil {
			return context.Cause(ctx)
		}
	}
}

func (f *fetcher) input(c *cursor) *s3.ListObjectsV2Input {
	in := &s3.ListObjectsV2Input{Bucket: &f.options.Bucket, EncodingType: types.EncodingTypeUrl}
	if f.options.Prefix != "" {
		in.Prefix = &f.options.Prefix
	}
	if c.token != "" {
		in.ContinuationToken = &c.token
	} else if c.after != "" {
		in.StartAfter = &c.after
	}
	return in
}

func (f *fetcher) once(ctx context.Context, in *s3.ListObjectsV2Input, d *listpage.Decoder) error {
	d.Reset()
	options := []func(*s3.Options){leaveOverloadToUs}
	if !f.foreign.Load() {
		options = append(options, d.SwapIn)
	}
	out, err := f.lister.ListObjectsV2(ctx, in, options...)
	if err != nil {
		return err
	}
	if !d.Decoded {
		err = d.Page.Convert(out, f.options.Bucket, f.options.OmitETags)
	}
	if err == nil && d.Page.Count > 0 {
		err = f.checkPrefix(d.Page.First, d.Page.Last)
	}
	return err
}

// checkPrefix looks at the first and the last key of a page: those between begin alike.
func (f *fetcher) checkPrefix(keys ...[]byte) error {
	for _, key := range keys {
		if !strings.HasPrefix(string(key), f.options.Prefix) {
			return fmt.Errorf("%w: it has the key %q, and the request was for keys with the prefix %q", ErrNotListing, key, f.options.Prefix)
		}
	}
	return nil
}

// backoff is how long to wait after the nth failure of a page.
func backoff(n int) time.Duration {
	d := min(firstPause<<min(n-1, 10), longestPause)
	return d/2 + rand.N(d/2) //nolint:gosec // a pause is no secret
}

// overloaded reports whether the server asks for fewer requests, or fails in a
// way that S3 gives the same advice for.
func overloaded(err error) bool {
	if err == nil {
		return false
	}
	switch awserr.Status(err) {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return true
	}
	return awserr.Throttled(err) || awserr.Is(err, "InternalError")
}

// leaveOverloadToUs keeps the SDK from repeating a request to an overloaded
// server: it would hide from the gate that there are too many of them.
func leaveOverloadToUs(o *s3.Options) {
	if o.Retryer != nil {
		o.Retryer = retryer{o.Retryer}
	}
}

type retryer struct{ aws.Retryer }

func (r retryer) IsErrorRetryable(err error) bool {
	return !overloaded(err) && r.Retryer.IsErrorRetryable(err)
}

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
