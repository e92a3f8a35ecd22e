package provider_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
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

// run runs the CLI and returns all that it prints.
func (w *workspace) run(args ...string) (output string, err error) {
	w.t.Helper()
	session, err := cliSession()
	if err != nil {
		w.t.Fatal(err)
	}
	output, err = session.Run(w.t.Context(), w.dir, args...)
	var failed *tfcli.CommandError
	if errors.As(err, &failed) {
		output = failed.Output
	}
	return output, err
}

func (w *workspace) mustRun(args ...string) string {
	w.t.Helper()
	output, err := w.run(args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return output
}

func (w *workspace) apply() string {
	w.t.Helper()
	return w.mustRun("apply", "-auto-approve")
}

// refused expects a command to fail with these words, in any order.
func (w *workspace) refused(words []string, args ...string) string {
	w.t.Helper()
	output, err := w.run(args...)
	if err == nil {
		w.t.Fatalf("terraform %s succeeded, want a refusal with %q:\n%s", strings.Join(args, " "), words, output)
	}
	w.says(output, words...)
	return output
}

// says expects words in what the CLI printed, which breaks lines where it likes.
func (w *workspace) says(output string, words ...string) {
	w.t.Helper()
	plain := strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)
	for _, want := range words {
		if !acctest.Message(want).MatchString(plain) {
			w.t.Errorf("the output does not say %q:\n%s", want, output)
		}
	}
}

// unchanged expects a plan without changes.
func (w *workspace) unchanged() {
	w.t.Helper()
	if output, err := w.run("plan", "-detailed-exitcode"); err != nil {
		w.t.Fatalf("the plan is not empty: %v\n%s", err, output)
	}
}
