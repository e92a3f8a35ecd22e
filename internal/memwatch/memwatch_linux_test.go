package memwatch

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestPeakMiB(t *testing.T) {
	if got := peakMiB([]byte("Name:\tx\nVmHWM:\t   51200 kB\nVmRSS:\t 40000 kB\n")); got != 50 {
		t.Errorf("%g MiB, not 50", got)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	if got := peakMiB(status); got < 1 || got > 10_000 {
		t.Errorf("this process has used %g MiB, it seems", got)
	}
}

// TestWatch watches a child that waits for the end of its input.
func TestWatch(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "cat")
	cmd.Dir = dir
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Skip("no pipe: ", err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("no cat here: ", err)
	}
	// A watch looks at least once, though maybe before the child has become cat.
	deadline := time.Now().Add(10 * time.Second)
	for _, command := range []string{"cat", ""} {
		got := 0.0
		for got == 0 && time.Now().Before(deadline) {
			got = Start(dir, command).Stop()
		}
		if got <= 0 || got > 1000 {
			t.Errorf("%q: the child has used %g MiB, it seems", command, got)
		}
	}
	if got := Start(dir, "no such command").Stop(); got != 0 {
		t.Errorf("what does not run has used %g MiB", got)
	}
	if err := input.Close(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
