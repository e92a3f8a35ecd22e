// Command stack measures what it takes to plan, apply and destroy the stack of
// the deployment guide: with this provider, and with hashicorp/aws where a mirror holds it.
// Both run with the same CLI against the same kind of server, so that the ratios
// mean something on any machine.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	flags := flag.NewFlagSet("stack", flag.ContinueOnError)
	runs := flags.Int("runs", 3, "how often each step is measured; the table has medians")
	results := flags.String("json", "", "`file` to save every measurement in")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *runs < 1 {
		return fmt.Errorf("-runs=%d: at least one run is needed", *runs)
	}

	tell := func(format string, args ...any) { fmt.Fprintf(progress, format+"\n", args...) }
	cli, err := tfcli.Find(ctx, func(text string) { tell("%s", text) })
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "fovea-stack-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	mirrors := filepath.Join(dir, "cli")
	if err := os.Mkdir(mirrors, 0o755); err != nil {
		return err
	}
	tell("building the provider")
	session, err := tfcli.NewSession(ctx, cli, mirrors)
	if err != nil {
		return err
	}

	report := Report{CLI: cli.Product + " " + cli.Version}
	for _, contender := range contenders() {
		if contender.needsAWS && !session.HasAWS {
			tell("skipped: %s, which is in no mirror here (FOVEA_AWS_MIRROR names one)", contender.name)
			continue
		}
		binary, err := contender.binary(mirrors)
		if err != nil {
			return err
		}
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		subject := Subject{Name: contender.name, BinaryMB: float64(info.Size()) / 1e6}
		for i := range *runs {
			tell("%s: run %d of %d", contender.name, i+1, *runs)
			figures, err := measure(ctx, session, contender, filepath.Join(dir, fmt.Sprintf("%s-%d", filepath.Base(contender.stack), i)))
			if err != nil {
				return fmt.Errorf("%s: %w", contender.name, err)
			}
			subject.Runs = append(subject.Runs, figures)
		}
		report.Subjects = append(report.Subjects, subject)
	}
	if *results != "" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*results, append(text, '\n'), 0o600); err != nil {
			return err
		}
	}
	return report.write(out)
}
