package main

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

// providerWatch follows the memory of the provider processes that a CLI starts.
type providerWatch struct {
	dir  string
	end  chan struct{}
	done sync.WaitGroup
	peak float64 // MiB
}

// watchProviders begins to watch the providers of a CLI that runs in dir. The
// kernel keeps the peak of each process, so it is enough to look now and then.
func watchProviders(dir string) *providerWatch {
	w := &providerWatch{dir: dir, end: make(chan struct{})}
	w.done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			w.look()
			select {
			case <-tick.C:
			case <-w.end:
				return
			}
		}
	})
	return w
}

// stop gives the peak of the largest process, in MiB.
func (w *providerWatch) stop() float64 {
	close(w.end)
	w.done.Wait()
	return w.peak
}

func (w *providerWatch) look() {
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return // the pattern is well-formed
	}
	for _, process := range processes {
		// Processes end while they are looked at: what cannot be read is gone.
		if cwd, err := os.Readlink(process + "/cwd"); err != nil || cwd != w.dir {
			continue
		}
		command, err := os.ReadFile(process + "/cmdline")
		if err != nil || !strings.Contains(string(command), "terraform-provider-") {
			continue
		}
		if status, err := os.ReadFile(process + "/status"); err == nil {
			w.peak = max(w.peak, peakMiB(status))
		}
	}
}

// peakMiB reads the peak of the resident memory out of a process's status file.
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
