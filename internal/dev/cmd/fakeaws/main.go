// Command fakeaws serves S3, IAM and STS on one address until it is told to
// stop by SIGINT or SIGTERM:
//
//	fakeaws -listen 127.0.0.1:9000 -log
//
// It prints the endpoint and the credentials of the root user as lines that a
// shell can evaluate, and writes them to a file for other programs when asked.
// Nothing is kept when it ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
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

// settings are the flags.
type settings struct {
	server    fakeaws.Options
	log       bool
	envFile   string
	latency   time.Duration
	synthetic synthetics
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("fakeaws", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints what is wrong
	flags.StringVar(&s.server.Listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&s.server.Region, "region", "us-east-1", "`region` named to clients")
	flags.StringVar(&s.server.AccountID, "account", "123456789012", "`id` of the account that the root user belongs to")
	flags.BoolVar(&s.log, "log", false, "write a line a request to standard error")
	flags.StringVar(&s.envFile, "env-file", "", "`path` of a file for NAME=value lines, written when the server is ready")
	flags.DurationVar(&s.latency, "latency", 0, "`time` that every request waits, such as 30ms")
	flags.Var(&s.synthetic, "synthetic", "bucket of made-up keys as `name=shape:count`; may be given more than once; shapes: "+shapeNames())
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stderr)
			flags.PrintDefaults()
		}
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("fakeaws: %q is no flag", flags.Arg(0))
	}
	return s, nil
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.log {
		s.server.Log = stderr
	}
	server, err := fakeaws.Start(s.server)
	if err != nil {
		return err
	}
	if err := prepare(server, s, stdout); err != nil {
		_ = server.Close() // the first error counts
		return err
	}
	<-ctx.Done()
	return server.Close()
}

// prepare makes the buckets and tells where the server is.
func prepare(server *fakeaws.Server, s settings, stdout io.Writer) error {
	for _, b := range s.synthetic {
		if err := server.AddSyntheticBucket(b.bucket, b.content); err != nil {
			return err
		}
	}
	if s.latency > 0 {
		server.Inject(fakeaws.Fault{Latency: s.latency})
	}
	env := environment(server, s.server.Region)
	if _, err := fmt.Fprint(stdout, "export "+strings.Join(env, "\nexport ")+"\n"); err != nil {
		return err
	}
	if s.envFile == "" {
		return nil
	}
	return writeWhole(s.envFile, strings.Join(env, "\n")+"\n")
}

// environment holds nothing that a shell would have to have quoted. The region
// is there twice: the first version of the AWS CLI knows the second name alone.
func environment(server *fakeaws.Server, region string) []string {
	root := server.Root()
	return []string{
		"AWS_ENDPOINT_URL=" + server.URL(),
		"AWS_REGION=" + region,
		"AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + root.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + root.SecretAccessKey,
	}
}

// writeWhole makes the file appear at once, so that a process that waits for it never
// reads half of it. The file holds a secret, so only its owner may read it.
func writeWhole(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".fakeaws-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error counts
	}
	return err
}
