package provider_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// cliSession is one build of the provider for all tests of the package that drive
// the CLI as a user does.
var cliSession = sync.OnceValues(func() (*tfcli.Session, error) {
	ctx := context.Background()
	cli, err := tfcli.Find(ctx, func(string) {})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "fovea-cli-*") // removed by TestMain
	if err != nil {
		return nil, err
	}
	cliSessionDir = dir
	return tfcli.NewSession(ctx, cli, dir)
})

var cliSessionDir string

// workspace is a folder with a configuration, in which the CLI runs as a user runs
// it: with provider processes of its own, and with what it prints.
type workspace struct {
	*acctest.Env
	t   *testing.T
	dir string
}

// newWorkspace writes a configuration and initializes its folder.
func newWorkspace(t *testing.T, e *acctest.Env, config string) *workspace {
	t.Helper()
	w := &workspace{Env: e, t: t, dir: t.TempDir()}
	w.configure(config)
	w.mustRun("init")
	return w
}

// configure replaces the configuration; the provider block comes from here.
func (w *workspace) configure(config string) {
	w.t.Helper()
	const required = "terraform {\n  required_providers {\n    fovea = {\n      source = \"registry.terraform.io/parafovea/fovea\"\n    }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(required+w.Config("%s", config)), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// on returns the workspace for a subtest.
func (w *workspace) on(t *testing.T) *workspace { return &workspace{w.Env, t, w.dir} }

func (w *workspace) session() *tfcli.Session {
	w.t.Helper()
	session, err := cliSession()
	if err != nil {
		w.t.Fatal(err)
	}
	return session
}

// terraform runs the CLI, and returns what it prints and its exit code.
func (w *workspace) terraform(args ...string) (output string, code int) {
	w.t.Helper()
	output, err := w.session().Run(w.t.Context(), w.dir, args...)
	var failed *tfcli.CommandError
	var exit *exec.ExitError
	switch {
	case err == nil:
		return output, 0
	case errors.As(err, &failed) && errors.As(err, &exit):
		return failed.Output, exit.ExitCode()
	}
	w.t.Fatal(err)
	return "", 0
}

func (w *workspace) mustRun(args ...string) string {
	w.t.Helper()
	output, code := w.terraform(args...)
	if code != 0 {
		w.t.Fatalf("terraform %s: got exit code %d, want 0:\n%s", strings.Join(args, " "), code, output)
	}
	return output
}

// apply applies without asking. What follows are options, or a saved plan.
func (w *workspace) apply(more ...string) string {
	w.t.Helper()
	return w.mustRun(append([]string{"apply", "-auto-approve"}, more...)...)
}

// refused expects a command to fail with these words, in any order.
func (w *workspace) refused(words []string, args ...string) string {
	w.t.Helper()
	output, code := w.terraform(args...)
	if code == 0 {
		w.t.Fatalf("terraform %s: got exit code 0, want a refusal with %q:\n%s", strings.Join(args, " "), words, output)
	}
	w.says(output, words...)
	return output
}

// plain is what the CLI printed without the frame of messages.
func plain(output string) string {
	return strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)
}

// says expects words in what the CLI printed, which breaks lines where it likes.
func (w *workspace) says(output string, words ...string) {
	w.t.Helper()
	for _, want := range words {
		if !acctest.Message(want).MatchString(plain(output)) {
			w.t.Errorf("got this output, want it to say %q:\n%s", want, output)
		}
	}
}

// saysNot expects none of the words.
func (w *workspace) saysNot(output string, words ...string) {
	w.t.Helper()
	for _, unwanted := range words {
		if acctest.Message(unwanted).MatchString(plain(output)) {
			w.t.Errorf("got this output, want it not to say %q:\n%s", unwanted, output)
		}
	}
}

// unchanged expects a plan without changes.
func (w *workspace) unchanged() {
	w.t.Helper()
	if output, code := w.terraform("plan", "-detailed-exitcode"); code != 0 {
		w.t.Fatalf("got exit code %d, want 0 of a plan without changes:\n%s", code, output)
	}
}

// interrupted applies, and returns what the CLI prints. It presses Ctrl-C as often as told
// when the fault strikes, each time after the CLI has heard the one before.
func (w *workspace) interrupted(fault fakeaws.Fault, times int) (string, error) {
	w.t.Helper()
	printed := &heard{heard: make(chan struct{})}
	cmd := w.session().Command(w.t.Context(), w.dir, "apply", "-auto-approve")
	cmd.Stdout, cmd.Stderr = printed, printed
	started, exited := make(chan struct{}), make(chan struct{})
	blocks := fault.Operation == "UploadPart" // its body is too long to see that the client gives up
	fault.Times = 1
	fault.Hook = func() {
		<-started // only then is there a process
		for i := range times {
			if i > 0 {
				printed.wait(exited)
			}
			if err := cmd.Cancel(); err != nil {
				w.t.Error(err)
			}
		}
		if blocks {
			<-exited
		}
	}
	defer w.Fake.Inject(fault)()
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	close(started)
	err := cmd.Wait()
	close(exited)
	return printed.String(), err
}

// heard keeps what the CLI prints, and knows when that tells of a Ctrl-C.
type heard struct {
	mu      sync.Mutex
	printed bytes.Buffer
	once    sync.Once
	heard   chan struct{}
}

// Write implements io.Writer.
func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.printed.Write(p)
	if bytes.Contains(h.printed.Bytes(), []byte("Interrupt received.")) {
		h.once.Do(func() { close(h.heard) })
	}
	return n, err
}

func (h *heard) wait(exited <-chan struct{}) {
	select {
	case <-h.heard:
	case <-exited:
	}
}

// String is what was printed.
func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.printed.String()
}
