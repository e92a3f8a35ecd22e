// Command demo goes from an empty folder to a video that plays: it applies
// examples/quickstart with the real Terraform or OpenTofu to a stand-in for AWS
// in this process, and uses what it made. It needs no account and no network,
// and leaves nothing behind.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interrupted is the exit code of a program that was ended by Ctrl-C.
const interrupted = 130

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, out io.Writer) int {
	started := time.Now()
	dir, err := os.MkdirTemp("", "fovea-demo-")
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	d := &demo{out: out, dir: dir}
	err = d.run(ctx)
	if err := errors.Join(d.stopServer(), os.RemoveAll(dir)); err != nil {
		fmt.Fprintf(out, "\nCleaning up failed: %v\n", err)
		return 1
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(out, "\nInterrupted. The server is stopped, the temporary files are gone.")
		return interrupted
	case err != nil:
		fmt.Fprintf(out, "\nThe demo failed: %v\n", err)
		return 1
	}
	fmt.Fprintf(out, "\nDone in %.0f s. The server is stopped, the temporary files are gone.\n", time.Since(started).Seconds())
	return 0
}
