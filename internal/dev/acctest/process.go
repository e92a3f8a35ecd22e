package acctest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"
)

// program is a server in a process of its own, for all tests of a package. The
// first test that wants it starts it, and Main stops it.
type program struct {
	name    string
	command func(host, port string) (*exec.Cmd, error)
	ready   string // a path that the server answers once it is up

	once     sync.Once
	endpoint string
	err      error
	process  *exec.Cmd
}

func (p *program) start() (endpoint string, err error) {
	p.once.Do(func() { p.endpoint, p.err = p.launch() })
	return p.endpoint, p.err
}

func (p *program) launch() (string, error) {
	host, port, err := freeAddress()
	if err != nil {
		return "", err
	}
	process, err := p.command(host, port)
	if err != nil {
		return "", err
	}
	process.Stdout, process.Stderr = io.Discard, io.Discard
	if err := process.Start(); err != nil {
		return "", fmt.Errorf("starting %s: %w", p.name, err)
	}
	p.process = process
	endpoint := "http://" + net.JoinHostPort(host, port)
	return endpoint, p.await(endpoint)
}

// await waits until the server answers, whatever it says.
func (p *program) await(endpoint string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+p.ready, http.NoBody)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			return resp.Body.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", p.name, ctx.Err())
		}
	}
}

func (p *program) stop() {
	if p.process != nil && p.process.Process != nil {
		_ = p.process.Process.Kill() // it may have ended already
		_ = p.process.Wait()         // killed: the error says just that
	}
}

func freeAddress() (host, port string, err error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	host, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "", "", err
	}
	return host, port, listener.Close()
}
