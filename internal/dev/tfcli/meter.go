package tfcli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Usage is what a command used from its start to its end.
type Usage struct {
	WallSeconds float64 `json:"wall_seconds"`
	CPUSeconds  float64 `json:"cpu_seconds"`  // of the command and of what it started
	PeakMiB     float64 `json:"peak_rss_mib"` // of the largest process watched; 0 if not Linux
}

// Meter measures the Usage of one command.
type Meter struct {
	dir, command string
	began        time.Time
	end          chan struct{}
	done         sync.WaitGroup
	peak         float64 // MiB
}

// StartMeter starts to watch the memory of the processes that run in dir and whose
// command line contains command. The working directory identifies the processes
// that the command itself starts, too. The kernel keeps the peak of each process, so
// an occasional look is enough.
func StartMeter(dir, command string) *Meter {
	if resolved, err := filepath.EvalSymlinks(dir); err == nil { // as the kernel names it
		dir = resolved
	}
	m := &Meter{dir: dir, command: command, began: time.Now(), end: make(chan struct{})}
	m.done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			m.look()
			select {
			case <-tick.C:
			case <-m.end:
				return
			}
		}
	})
	return m
}

// Stop returns what was used. state is that of the command after it has ended, nil
// if it did not start.
func (m *Meter) Stop(state *os.ProcessState) Usage {
	u := Usage{WallSeconds: time.Since(m.began).Seconds()}
	close(m.end)
	m.done.Wait()
	u.PeakMiB = m.peak
	if state != nil {
		u.CPUSeconds = (state.UserTime() + state.SystemTime()).Seconds()
	}
	return u
}

func (m *Meter) look() {
	processes, err := filepath.Glob("/proc/[0-9]*") // none unless this is Linux
	if err != nil {
		return // the pattern is well-formed
	}
	for _, process := range processes {
		// Processes end while they are looked at: what cannot be read is gone.
		if cwd, err := os.Readlink(process + "/cwd"); err != nil || cwd != m.dir {
			continue
		}
		command, err := os.ReadFile(process + "/cmdline")
		if err != nil || !strings.Contains(string(command), m.command) {
			continue
		}
		if status, err := os.ReadFile(process + "/status"); err == nil {
			m.peak = max(m.peak, peakMiB(status))
		}
	}
}

// peakMiB reads the peak of the resident memory from a process's status file.
func peakMiB(status []byte) float64 {
	lines := bufio.NewScanner(bytes.NewReader(status))
	for lines.Scan() {
		var kib float64
		if n, err := fmt.Sscanf(lines.Text(), "VmHWM: %f kB", &kib); n == 1 && err == nil {
			return kib / 1024
		}
	}
	return 0
}
