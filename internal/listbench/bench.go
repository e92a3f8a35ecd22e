package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// bench measures everything once.
type bench struct {
	options
	tell func(format string, args ...any)

	dir     string // for everything that is written
	listed  int    // buckets so far
	results Results
	// digests are those of the buckets' videos, by bucket: whoever makes one must
	// come to the same.
	digests map[bucket]string
	// quantiles are those that the last scan of a bucket printed.
	quantiles map[bucket][]string
}

// smallBuckets have the sizes at which a listing takes a request more.
var smallBuckets = []int{1, 999, 1000, 1001, 10_000}

func (b *bench) measure(ctx context.Context) (_ Results, err error) {
	began := time.Now()
	if b.dir, err = os.MkdirTemp("", "fovea-listbench-"); err != nil {
		return Results{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.digests, b.quantiles = map[bucket]string{}, map[bucket][]string{}
	b.results = Results{
		Cores: runtime.NumCPU(), LatencyMS: float64(b.latency) / float64(time.Millisecond), Skipped: map[string]string{},
	}
	for _, part := range []func(context.Context) error{b.sizes, b.shapes, b.limited, b.sideBySide, b.manifests} {
		if err := part(ctx); err != nil {
			return Results{}, err
		}
	}
	b.results.WallSeconds = time.Since(began).Seconds()
	return b.results, nil
}

// sideBySide lists the same bucket with every program that is there.
func (b *bench) sideBySide(ctx context.Context) error {
	for _, c := range contenders(b.workers) {
		keys := b.keys
		if c.slow {
			keys = min(keys, b.slowKeys)
		}
		switch c.name {
		case oursParallel:
			if err := b.repeat(ctx, datesOf(keys)); err != nil {
				return err
			}
			continue
		case oursAgain: // repeat has done it
			continue
		}
		if err := b.list(ctx, c, datesOf(keys), 0); err != nil {
			return err
		}
	}
	return nil
}

// sizes lists buckets of many sizes with the scan alone.
func (b *bench) sizes(ctx context.Context) error {
	for _, keys := range smallBuckets {
		if err := b.list(ctx, b.scan(), datesOf(keys), 0); err != nil {
			return err
		}
	}
	for _, keys := range b.scale {
		if err := b.repeat(ctx, datesOf(keys)); err != nil {
			return err
		}
	}
	return nil
}

// shapes lists as many keys that are spread in other ways.
func (b *bench) shapes(ctx context.Context) error {
	for _, shape := range fakeaws.Shapes {
		if err := b.repeat(ctx, bucket{Keys: b.keys, Shape: shape}); err != nil {
			return err
		}
	}
	return nil
}

// limited lists the bucket of a server that refuses what exceeds a rate.
func (b *bench) limited(ctx context.Context) error {
	if b.perSecond <= 0 {
		return nil
	}
	return b.list(ctx, b.scan(), datesOf(b.keys), b.perSecond)
}

func datesOf(keys int) bucket { return bucket{Keys: keys, Shape: fakeaws.ShapeDates} }

func (b *bench) scan() contender { return contenders(b.workers)[0] }

// again is a scan of a bucket that was scanned before.
func (b *bench) again(of bucket) contender {
	return ours(oursAgain, listSettings{Workers: b.workers, Quantiles: b.quantiles[of]})
}

// repeat lists a bucket with the scan, and once more as one that is known, as often as
// asked for in all.
func (b *bench) repeat(ctx context.Context, of bucket) error {
	done := 0
	for _, l := range b.results.Listings {
		if l.Lister == oursParallel && l.Keys == of.Keys && l.Shape == of.Shape && l.PerSecond == 0 {
			done++
		}
	}
	for ; done < b.runs; done++ {
		if err := b.list(ctx, b.scan(), of, 0); err != nil {
			return err
		}
		if err := b.list(ctx, b.again(of), of, 0); err != nil {
			return err
		}
	}
	return nil
}

// list has a program list a bucket of a new server, unless the program is not there.
func (b *bench) list(ctx context.Context, c contender, of bucket, perSecond float64) error {
	program, err := c.find(ctx)
	if err != nil {
		b.tell("skipped: %s: %v", c.name, err)
		b.results.Skipped[c.name] = err.Error()
		return nil
	}
	b.tell("%s: %s keys (%s)", c.name, grouped(of.Keys), of.Shape)
	l, err := b.listing(ctx, c, program, of, perSecond)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	b.results.Listings = append(b.results.Listings, l)
	return nil
}

func (b *bench) listing(ctx context.Context, c contender, program string, of bucket, perSecond float64) (l Listing, err error) {
	const name = "videos"
	l = Listing{Lister: c.name, Shape: of.Shape, Keys: of.Keys, Workers: c.workers, PerSecond: perSecond}
	server, err := startServer(ctx, serverSettings{
		Buckets: []bucket{{Name: name, Keys: of.Keys, Shape: of.Shape}}, Latency: b.latency, PerSecond: perSecond,
	})
	if err != nil {
		return l, err
	}
	defer func() {
		took, stopped := server.stop()
		l.ServerCPUSeconds = took.Seconds()
		err = errors.Join(err, stopped)
	}()
	command, err := c.command(program, server.address.URL, name)
	if err != nil {
		return l, err
	}
	b.listed++
	dir := filepath.Join(b.dir, fmt.Sprintf("listing-%d", b.listed))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return l, err
	}
	var all found
	l.Figures, err = measureProcess(ctx, dir, server.environ(), command, func(r io.Reader) (err error) {
		all, err = c.read(r)
		return err
	})
	if err != nil {
		return l, err
	}
	counts, err := server.counts()
	l.Requests, l.Lists, l.Refused = counts.Requests, counts.Lists, counts.Refused
	if all.quantiles != nil {
		b.quantiles[of] = all.quantiles
	}
	return l, errors.Join(err, all.check(of.Keys), b.sameDigest(of, all.digest))
}

// sameDigest fails when two programs have made different digests of a bucket.
func (b *bench) sameDigest(of bucket, digest string) error {
	if known := b.digests[of]; known != "" && digest != "" && known != digest {
		return fmt.Errorf("the digest of its videos is %s, and was %s before", digest, known)
	}
	if digest != "" {
		b.digests[of] = digest
	}
	return nil
}
