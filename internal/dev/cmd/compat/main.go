// Command compat runs the acceptance tests against the servers of other makers and
// writes what works where into the template of the servers guide:
//
//	go run ./internal/dev/cmd/withcli go run ./internal/dev/cmd/compat ./internal/provider/...
//
// The results are kept, so that a server that is not on this machine keeps its
// column. FOVEA_TEST_SERVER limits the run to one server; with any other, nothing is
// run and the table is written from the results that are kept.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest/compat"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: compat PACKAGE...")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, packages []string) error {
	root, err := tfcli.Root()
	if err != nil {
		return err
	}
	chosen := os.Getenv("FOVEA_TEST_SERVER")
	var reports []compat.Report
	for _, server := range []string{acctest.Moto, acctest.VersityGW} {
		kept := filepath.Join(root, "internal", "dev", "acctest", "compat", "results", server+".json")
		if err := acctest.Available(server); err != nil {
			fmt.Printf("%s: its column stays as it was, because %v\n", server, err)
		} else if chosen == "" || chosen == server {
			if err := test(ctx, server, kept, packages); err != nil {
				return fmt.Errorf("the tests on %s: %w", server, err)
			}
		}
		report, err := compat.Read(kept)
		if errors.Is(err, os.ErrNotExist) {
			continue // it was never run
		}
		if err != nil {
			return err
		}
		reports = append(reports, report)
	}
	table := compat.Table(reports...)
	fmt.Print("\n", table)
	return insert(filepath.Join(root, "templates", "guides", "servers.md.tmpl"), table)
}

// test runs the acceptance tests against a server, and keeps their report if all of
// them pass.
func test(ctx context.Context, server, kept string, packages []string) error {
	dir, err := os.MkdirTemp("", "fovea-compat-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "report.json")
	began := time.Now()
	// Not bound to ctx: a test that is killed cannot clean up. An interrupt reaches
	// it as well.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "go", append([]string{"test", "-count=1", "-timeout=60m"}, packages...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "FOVEA_TEST_SERVER="+server, compat.ReportFile+"="+file)
	if err := cmd.Run(); err != nil {
		return err
	}
	fmt.Printf("%s: %.0f s\n", server, time.Since(began).Seconds())
	report, err := compat.Read(file)
	if err != nil {
		return err
	}
	return report.Write(kept)
}

func insert(file, table string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := compat.Insert(string(page), table)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(text), 0o600)
}
