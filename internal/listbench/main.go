// Command listbench measures what it takes to list buckets of up to ten million
// keys: with this provider's scan beside what else lists buckets, and with the
// provider in a real plan and apply. The keys are made up by a fakeaws that runs in
// a process of its own; all processes share the machine, so that the ratios mean
// more than the times.
//
// With -docs it measures nothing, and writes saved results into the guide.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if isChild(os.Args) {
		err = child(ctx, os.Args[2:], os.Stdin, os.Stdout)
	} else {
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
	scale, plans   numbers
	workers, runs  int
	latency        time.Duration
	perSecond      float64
	json, docs     string
}

func parse(args []string) (options, error) {
	o := options{
		scale: numbers{1_000_000, 5_000_000, 10_000_000},
		plans: numbers{1000, 10_000, 100_000, 1_000_000, 5_000_000, 10_000_000},
	}
	flags := flag.NewFlagSet("listbench", flag.ContinueOnError)
	flags.IntVar(&o.keys, "keys", 1_000_000, "`keys` of the bucket that every program lists")
	flags.IntVar(&o.slowKeys, "slow-keys", 100_000, "`keys` for the programs that take minutes for a million: their rate is the same")
	flags.Var(&o.scale, "scale", "numbers of `keys` that the scan alone lists, with commas")
	flags.Var(&o.plans, "plans", "numbers of `keys` to plan and apply a manifest of, with commas; \"\" for none")
	flags.IntVar(&o.workers, "workers", 64, "`requests` that the scan has under way at a time")
	flags.IntVar(&o.runs, "runs", 3, "how `often` the scan is measured; the tables have medians")
	flags.DurationVar(&o.latency, "latency", 30*time.Millisecond, "`time` that the server takes for a request")
	flags.Float64Var(&o.perSecond, "per-second", 300, "`requests` a second that a server allows, for the figures of a limit")
	flags.StringVar(&o.json, "json", "", "`file` to save every measurement in")
	flags.StringVar(&o.docs, "docs", "", "`file` of saved measurements to write the guide's tables and plot from, in place of measuring")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("listbench: %q is no flag", flags.Arg(0))
	}
	for name, n := range map[string]int{"keys": o.keys, "slow-keys": o.slowKeys, "workers": o.workers, "runs": o.runs} {
		if n < 1 {
			return o, fmt.Errorf("-%s=%d: at least 1 is needed", name, n)
		}
	}
	return o, nil
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
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
	b := bench{options: o, tell: func(format string, args ...any) { fmt.Fprintf(progress, format+"\n", args...) }}
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
