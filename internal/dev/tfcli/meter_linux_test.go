package tfcli

import (
	"os/exec"
	"testing"
	"time"
)

func TestPeakMiB(t *testing.T) {
	if got := peakMiB([]byte("Name:\tx\nVmHWM:\t   51200 kB\nVmRSS:\t 40000 kB\n")); got != 50 {
		t.Errorf("got %g MiB, want 50", got)
	}
	if got := peakMiB([]byte("Name:\tx\n")); got != 0 {
		t.Errorf("without a peak: got %g MiB, want 0", got)
	}
}

// TestMeter measures a child that waits for the end of its input.
func TestMeter(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "cat")
	cmd.Dir = t.TempDir()
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("cat is not on PATH: ", err)
	}
	// A meter looks at least once, but maybe before the child has become cat.
	deadline := time.Now().Add(10 * time.Second)
	for _, command := range []string{"cat", ""} {
		got := 0.0
		for got == 0 && time.Now().Before(deadline) {
			got = StartMeter(cmd.Dir, command).Stop(nil).PeakMiB
		}
		if got <= 0 || got > 1000 {
			t.Errorf("command %q: got a peak of %g MiB, want 0 to 1000", command, got)
		}
	}
	if got := StartMeter(cmd.Dir, "no such command").Stop(nil); got.PeakMiB != 0 || got.CPUSeconds != 0 {
		t.Errorf("no such command: got %+v, want no memory and no CPU", got)
	}
	meter := StartMeter(cmd.Dir, "cat")
	if err := input.Close(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	want := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if got := meter.Stop(cmd.ProcessState); got.CPUSeconds != want || got.WallSeconds <= 0 {
		t.Errorf("got %+v, want %g s of CPU and some time", got, want)
	}
}
