package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// bench measures everything once.
type bench struct {
	options
	tell func(format string, args ...any)

	dir     string // for everything that is written
	listed  int    // listings so far
	results Results
	// known is what the last scan of a bucket found. All programs that make a digest
	// must agree on it.
	known map[bucket]found
}

// bucket is a bucket of made-up keys.
type bucket struct {
	keys  int
	shape fakeaws.Shape
}

func datesOf(keys int) bucket { return bucket{keys, fakeaws.ShapeDates} }

// bucketName is the name of the bucket on every server.
const bucketName = "videos"

// smallBuckets are listed page after page. They have the sizes at which a listing
// takes one more request.
var smallBuckets = []int{1, 999, 1000, 1001, 10_000}

func newBench(o options, dir string, tell func(format string, args ...any)) *bench {
	return &bench{
		options: o, dir: dir, tell: tell, known: map[bucket]found{},
		results: Results{Cores: runtime.NumCPU(), LatencyMS: float64(o.latency) / float64(time.Millisecond), Skipped: map[string]string{}},
	}
}

func (b *bench) measure(ctx context.Context) (Results, error) {
	began := time.Now()
	if err := b.scans(ctx); err != nil {
		return Results{}, err
	}
	for _, c := range contenders(b.workers) {
		keys := b.keys
		if c.slow {
			keys = min(keys, b.slowKeys)
		}
		if c.name == oursParallel || c.name == oursAgain { // measured by scans
			continue
		}
		if err := b.list(ctx, c, datesOf(keys), 0); err != nil {
			return Results{}, err
		}
	}
	if err := b.manifests(ctx); err != nil {
		return Results{}, err
	}
	b.results.WallSeconds = time.Since(began).Seconds()
	return b.results, nil
}

// scans lists buckets of many sizes and shapes with this provider's scan, each of
// them once more as a bucket that is known, and one on a server that throttles.
func (b *bench) scans(ctx context.Context) error {
	scan := ours(oursParallel, listSettings{Workers: b.workers})
	for _, keys := range smallBuckets {
		if err := b.list(ctx, scan, datesOf(keys), 0); err != nil {
			return err
		}
	}
	var buckets []bucket
	for _, keys := range b.scale {
		buckets = append(buckets, datesOf(keys))
	}
	for _, shape := range fakeaws.Shapes {
		if of := (bucket{b.keys, shape}); !slices.Contains(buckets, of) {
			buckets = append(buckets, of)
		}
	}
	for _, of := range buckets {
		for range b.runs {
			if err := b.list(ctx, scan, of, 0); err != nil {
				return err
			}
			again := ours(oursAgain, listSettings{Workers: b.workers, Quantiles: b.known[of].quantiles})
			if err := b.list(ctx, again, of, 0); err != nil {
				return err
			}
		}
	}
	if b.perSecond <= 0 {
		return nil
	}
	return b.list(ctx, scan, datesOf(b.keys), b.perSecond)
}

// list measures a program that lists a bucket of a new server, unless the program
// is not there.
func (b *bench) list(ctx context.Context, c contender, of bucket, perSecond float64) error {
	program, err := c.find(ctx)
	if err != nil {
		b.tell("skipped: %s: %v", c.name, err)
		b.results.Skipped[c.name] = err.Error()
		return nil
	}
	b.tell("%s: %s keys (%s)", c.name, grouped(of.keys), of.shape)
	l := Listing{Lister: c.name, Shape: of.shape, Keys: of.keys, Workers: c.workers, PerSecond: perSecond}
	if err := b.measureListing(ctx, c, program, of, &l); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	b.results.Listings = append(b.results.Listings, l)
	return nil
}

func (b *bench) measureListing(ctx context.Context, c contender, program string, of bucket, l *Listing) (err error) {
	server, err := startServer(of, b.latency, l.PerSecond)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	b.listed++
	dir := filepath.Join(b.dir, fmt.Sprintf("listing-%d", b.listed))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, c.args(server.URL(), bucketName)...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environ(server), &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	meter := tfcli.StartMeter(dir, "") // nothing else runs there
	var all found
	if err = cmd.Start(); err == nil {
		var readErr error
		if all, readErr = c.read(stdout); readErr != nil {
			_, _ = io.Copy(io.Discard, stdout) // what the program says of its failure matters more
		}
		err = errors.Join(cmd.Wait(), readErr)
	}
	l.Usage = meter.Stop(cmd.ProcessState)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, stderr.String())
	}
	l.Requests, l.Lists, l.Refused = counts(server)
	if err := all.check(of.keys); err != nil {
		return err
	}
	return b.remember(of, all)
}

// remember keeps what a scan found. It fails if an earlier one made another digest.
func (b *bench) remember(of bucket, all found) error {
	if all.digest == "" {
		return nil
	}
	before := b.known[of]
	if before.digest != "" && before.digest != all.digest {
		return fmt.Errorf("got the digest %s of the videos, another program got %s", all.digest, before.digest)
	}
	if all.quantiles == nil {
		all.quantiles = before.quantiles
	}
	b.known[of] = all
	return nil
}

// startServer starts a server that holds one bucket. perSecond is the number of list
// requests per second that it allows, 0 for no limit.
func startServer(of bucket, latency time.Duration, perSecond float64) (*fakeaws.Server, error) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		return nil, err
	}
	if err := server.AddSyntheticBucket(bucketName, fakeaws.Synthetic{Keys: of.keys, Shape: of.shape}); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	if perSecond > 0 {
		server.Inject(fakeaws.Fault{Operation: "ListObjectsV2", PerSecond: perSecond})
	}
	if latency > 0 {
		server.Inject(fakeaws.Fault{Latency: latency})
	}
	return server, nil
}

// counts returns how many requests a server got, how many of them list, and how
// many of them it answered with SlowDown.
func counts(server *fakeaws.Server) (requests, lists, refused int) {
	log := server.Requests()
	for _, e := range log.Entries() {
		if e.Code == "SlowDown" {
			refused++
		}
	}
	return log.Total(), log.Count("ListObjectsV2"), refused
}

// settings returns what makes an AWS client use the server, by variable.
func settings(server *fakeaws.Server) map[string]string {
	root := server.Root()
	return map[string]string{
		"AWS_ENDPOINT_URL":      server.URL(),
		"AWS_REGION":            "us-east-1",
		"AWS_DEFAULT_REGION":    "us-east-1",
		"AWS_ACCESS_KEY_ID":     root.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": root.SecretAccessKey,
	}
}

// environ is the environment of a program that lists a bucket of the server, without
// the machine's own settings.
func environ(server *fakeaws.Server) []string {
	all := append(tfcli.CleanEnviron(),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_PAGER=",
		"RCLONE_CONFIG="+os.DevNull,
	)
	for name, value := range settings(server) {
		all = append(all, name+"="+value)
	}
	return all
}
