package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/memwatch"
	"github.com/parafovea/terraform-provider-fovea/internal/tfcli"
)

// Figures are what one step of one run has cost.
type Figures struct {
	WallSeconds float64 `json:"wall_seconds"`
	CPUSeconds  float64 `json:"cpu_seconds"`   // of the CLI and its providers
	Requests    int64   `json:"http_requests"` // to S3, IAM and STS
	PeakMiB     float64 `json:"peak_rss_mib"`  // of the largest provider process; 0 where it cannot be read
}

// The steps of a run, in this order.
const (
	stepApply     = "apply"
	stepPlan      = "plan, no change"
	stepNoRefresh = "plan -refresh=false"
	stepDestroy   = "destroy"
)

func steps() []string { return []string{stepApply, stepPlan, stepNoRefresh, stepDestroy} }

// measure runs every step of a contender's stack once, against a server of its
// own, from an empty folder.
func measure(ctx context.Context, session *tfcli.Session, c contender, dir string) (_ map[string]Figures, err error) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	root := server.Root()
	session.Setenv("AWS_ACCESS_KEY_ID", root.AccessKeyID)
	session.Setenv("AWS_SECRET_ACCESS_KEY", root.SecretAccessKey)
	session.Setenv("AWS_ENDPOINT_URL", server.URL())
	if err := c.write(dir); err != nil {
		return nil, err
	}
	if _, err := session.Run(ctx, dir, "init"); err != nil {
		return nil, err
	}

	run := map[string]Figures{}
	for _, step := range []struct {
		name string
		args []string
	}{
		{stepApply, []string{"apply", "-auto-approve"}},
		{stepPlan, []string{"plan"}},
		{stepNoRefresh, []string{"plan", "-refresh=false"}},
		{stepDestroy, []string{"destroy", "-auto-approve"}},
	} {
		server.Requests().Reset()
		watch := memwatch.Start(dir, "terraform-provider-")
		began := time.Now()
		printed, cpu, err := session.Measure(ctx, dir, step.args...)
		figures := Figures{
			WallSeconds: time.Since(began).Seconds(),
			CPUSeconds:  cpu.Seconds(),
			Requests:    int64(server.Requests().Total()),
			PeakMiB:     watch.Stop(),
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
		if strings.HasPrefix(step.name, "plan") && !strings.Contains(printed, "No changes.") {
			return nil, fmt.Errorf("%s is not empty:\n%s", step.name, printed)
		}
		run[step.name] = figures
	}
	return run, os.RemoveAll(dir)
}
