package main

import (
	"os"
	"testing"
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
