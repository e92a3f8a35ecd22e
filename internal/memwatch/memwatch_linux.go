package memwatch

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

// Watch follows the memory of processes.
type Watch struct {
	dir, command string
	end          chan struct{}
	done         sync.WaitGroup
	peak         float64 // MiB
}

// Start begins to watch the processes that run in dir, which is absolute and
// without symbolic links, and whose command line contains command. The kernel keeps
// the peak of each process, so it is enough to look now and then.
func Start(dir, command string) *Watch {
	w := &Watch{dir: dir, command: command, end: make(chan struct{})}
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

// Stop gives the peak of the largest process, in MiB; 0 where it cannot be read.
func (w *Watch) Stop() float64 {
	close(w.end)
	w.done.Wait()
	return w.peak
}

func (w *Watch) look() {
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
		if err != nil || !strings.Contains(string(command), w.command) {
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
