// Command listing measures what it takes to list buckets of up to ten million
// keys: with this provider's scan beside other programs, and with the provider in a
// real plan and apply. A fakeaws in this process makes the keys up; what is measured
// runs in processes of its own. All of them share the machine, so the ratios mean
// more than the times.
//
// With -docs it measures nothing, and writes saved results into the guide.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if isChild(os.Args) {
		err = list(ctx, os.Args[2], os.Stdout)
	} else {
		debug.SetGCPercent(400) // the server leaves more of the processors to what is measured
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	keys, slowKeys int
	scale, plans   []int
	workers, runs  int
	latency        time.Duration
	perSecond      float64
	json, docs     string
}

func parse(args []string) (options, error) {
	o := options{
		scale: []int{1_000_000, 5_000_000, 10_000_000},
		plans: []int{1000, 10_000, 100_000, 1_000_000, 5_000_000, 10_000_000},
	}
	flags := flag.NewFlagSet("listing", flag.ContinueOnError)
	flags.IntVar(&o.keys, "keys", 1_000_000, "`keys` of the bucket that every program lists")
	flags.IntVar(&o.slowKeys, "slow-keys", 100_000, "`keys` for the programs that take minutes for a million: their rate is the same")
	flags.Func("scale", "comma-separated numbers of `keys` that the scan alone lists", numbers(&o.scale))
	flags.Func("plans", "comma-separated numbers of `keys` to plan and apply a manifest of; \"\" for none", numbers(&o.plans))
	flags.IntVar(&o.workers, "workers", 64, "maximum number of concurrent `requests` of the scan")
	flags.IntVar(&o.runs, "runs", 3, "`number` of measurements of each scan; the tables have medians")
	flags.DurationVar(&o.latency, "latency", 30*time.Millisecond, "`time` that the server takes for a request")
	flags.Float64Var(&o.perSecond, "per-second", 300, "list `requests` per second that a throttling server allows; 0 to skip that measurement")
	flags.StringVar(&o.json, "json", "", "`file` to save every measurement in")
	flags.StringVar(&o.docs, "docs", "", "`file` of saved measurements to write the guide's tables and plot from, instead of measuring")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("listing: unexpected argument %q", flags.Arg(0))
	}
	for name, n := range map[string]int{"keys": o.keys, "slow-keys": o.slowKeys, "workers": o.workers, "runs": o.runs} {
		if n < 1 {
			return o, fmt.Errorf("-%s=%d: must be at least 1", name, n)
		}
	}
	return o, nil
}

// numbers returns the parser of a flag of numbers of keys.
func numbers(list *[]int) func(string) error {
	return func(text string) error {
		*list = nil
		if text == "" {
			return nil
		}
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(part)
			if err != nil || n < 1 {
				return fmt.Errorf("%q is not a number of keys", part)
			}
			*list = append(*list, n)
		}
		return nil
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.docs != "" {
		return writeDocs(o.docs)
	}
	if o.json != "" { // to learn now, not after minutes, that it cannot be written
		if err := (Results{}).save(o.json); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "fovea-listing-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := newBench(o, dir, func(format string, args ...any) { fmt.Fprintf(progress, format+"\n", args...) })
	results, err := b.measure(ctx)
	if err != nil {
		return err
	}
	if o.json != "" {
		if err := results.save(o.json); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, results.report())
	return err
}
