package acctest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

func fake(t *testing.T) *fakeaws.Server {
	t.Helper()
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// motoServer is started by the first test that wants it and stopped by Main.
var motoServer struct {
	once     sync.Once
	endpoint string
	err      error
	process  *exec.Cmd
}

func moto(t *testing.T) string {
	t.Helper()
	binary, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("moto_server is not on PATH")
	}
	m := &motoServer
	m.once.Do(func() { m.endpoint, m.process, m.err = startMoto(binary) })
	if m.err != nil {
		t.Fatal(m.err)
	}
	return m.endpoint
}

func startMoto(binary string) (string, *exec.Cmd, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "", nil, err
	}
	if err := listener.Close(); err != nil {
		return "", nil, err
	}
	process := exec.CommandContext(context.Background(), binary, "-H", host, "-p", port)
	process.Stdout, process.Stderr = io.Discard, io.Discard
	if err := process.Start(); err != nil {
		return "", nil, fmt.Errorf("starting moto_server: %w", err)
	}
	endpoint := "http://" + net.JoinHostPort(host, port)
	ready, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ready, http.MethodGet, endpoint+"/moto-api/data.json", http.NoBody)
		if err != nil {
			return "", process, err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			return endpoint, process, resp.Body.Close()
		}
		select {
		case <-tick.C:
		case <-ready.Done():
			return "", process, fmt.Errorf("moto_server does not answer: %w", ready.Err())
		}
	}
}

// Main runs a package's tests in an environment without the machine's own AWS
// and Terraform settings, and stops what was started. It is for TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
func Main(m *testing.M) int {
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if machineSetting(name) {
			if err := os.Unsetenv(name); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
	}
	for name, value := range map[string]string{
		"CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true", "TF_CLI_CONFIG_FILE": os.DevNull,
	} {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	code := m.Run()
	if p := motoServer.process; p != nil && p.Process != nil {
		_ = p.Process.Kill() // it may have ended already
		_ = p.Wait()         // killed: the error says just that
	}
	return code
}

// machineSetting tells the settings that would leak into a test.
func machineSetting(name string) bool {
	switch {
	case strings.HasPrefix(name, "TF_ACC"):
		return false
	case strings.HasPrefix(name, "TF_"):
		return true
	case strings.HasPrefix(name, "AWS_"):
		return serverName() != "aws"
	}
	switch strings.ToUpper(name) {
	case "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY":
		return serverName() != "aws"
	}
	return false
}
