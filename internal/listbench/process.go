package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/memwatch"
)

// Figures are what a program has cost, from its start to its end.
type Figures struct {
	WallSeconds float64 `json:"wall_seconds"`
	CPUSeconds  float64 `json:"cpu_seconds"`
	PeakMiB     float64 `json:"peak_rss_mib"` // of its largest process; 0 where it cannot be read
	Requests    int     `json:"http_requests"`
	Lists       int     `json:"list_requests"` // of these, those of ListObjectsV2
}

// measureProcess runs a command in dir, where nothing else runs, and hands what it
// prints to read.
func measureProcess(ctx context.Context, dir string, environ, command []string, read func(io.Reader) error) (Figures, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return Figures{}, err
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the commands are the bench's own
	var stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environ, &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return Figures{}, err
	}
	watch := memwatch.Start(dir, "")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		watch.Stop()
		return Figures{}, err
	}
	readErr := read(stdout)
	err = cmd.Wait()
	f := Figures{
		WallSeconds: time.Since(began).Seconds(),
		CPUSeconds:  (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(),
		PeakMiB:     watch.Stop(),
	}
	if err != nil {
		return f, fmt.Errorf("%s: %w\n%s", filepath.Base(command[0]), err, stderr.String())
	}
	return f, readErr
}
