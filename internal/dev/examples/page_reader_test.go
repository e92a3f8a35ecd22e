package examples

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// reader follows a page: it pastes the page's blocks into files and into a shell, in
// a folder of its own, with terraform and tofu on PATH. What a reader of the page has
// in the environment, such as credentials, is there too; the text is not changed.
type reader struct {
	text   string // of the page
	blocks []pageBlock
	dir    string // the working directory; a story may change it
	bin    string // the first folder of PATH
	env    []string
	taken  map[string]bool // the blocks that were run, by their beginnings
}

func newReader(t *testing.T, page string) *reader {
	t.Helper()
	text := readText(t, page)
	return &reader{text: text, blocks: blocksOfPage(text), taken: map[string]bool{}}
}

// startsAt gives the reader an empty folder and a server in place of AWS, by the
// environment alone.
func (r *reader) startsAt(t *testing.T, e *acctest.Env) {
	t.Helper()
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	r.bin, r.dir = t.TempDir(), t.TempDir()
	for _, name := range []string{"terraform", "tofu"} {
		if err := os.Symlink(s.CLI.Path, filepath.Join(r.bin, name)); err != nil {
			t.Skipf("the CLI cannot be given another name: %v", err)
		}
	}
	r.env = append(slices.Clone(s.Command(t.Context(), r.dir).Env), "TF_INPUT=1", "AWS_PAGER=",
		"PATH="+r.bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"AWS_REGION="+e.Region, "AWS_DEFAULT_REGION="+e.Region)
	for name, value := range e.Environ() {
		r.env = append(r.env, name+"="+value)
	}
}

// needs skips the test if a program that the page uses is not on PATH.
func (r *reader) needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the page uses %s, which is not on PATH", program)
		}
	}
}

// programs puts stand-ins for programs on PATH: shell scripts, by name.
func (r *reader) programs(t *testing.T, scripts map[string]string) {
	t.Helper()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(r.bin, name), []byte("#!/bin/sh\nset -eu\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// setenv sets an environment variable for the blocks that follow.
func (r *reader) setenv(name, value string) { r.env = append(r.env, name+"="+value) }

// block gives the block of the page that begins with a text, and counts as running it.
func (r *reader) block(t *testing.T, begins string) pageBlock {
	t.Helper()
	var found []pageBlock
	for _, b := range r.blocks {
		if b.begins(begins) {
			found = append(found, b)
		}
	}
	if len(found) != 1 {
		t.Fatalf("got %d blocks of the page that begin with %q, want 1", len(found), begins)
	}
	r.taken[begins] = true
	return found[0]
}

// pastes writes the block that begins with a text into a file.
func (r *reader) pastes(t *testing.T, begins, file string) {
	t.Helper()
	r.writes(t, file, r.block(t, begins).text)
}

// writes writes a file that the page does not show, such as a video.
func (r *reader) writes(t *testing.T, file, content string) {
	t.Helper()
	path := filepath.Join(r.dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runs runs the block that begins with a text, and gives what it printed. A command
// that fails ends the test. Questions are answered with yes.
func (r *reader) runs(t *testing.T, begins string) string {
	t.Helper()
	out, err := r.tries(t, begins)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tries is runs for a block that may fail.
func (r *reader) tries(t *testing.T, begins string) (string, error) {
	t.Helper()
	return r.shell(t, r.block(t, begins).text)
}

// runsWith is runs for a block with placeholders that the page asks the reader to
// replace: pairs of what is there and what to write, as for strings.NewReplacer.
func (r *reader) runsWith(t *testing.T, begins string, replacements ...string) string {
	t.Helper()
	text := r.block(t, begins).text
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(text, replacements[i]) {
			t.Fatalf("the block that begins with %q has no %q to replace", begins, replacements[i])
		}
	}
	return r.types(t, strings.NewReplacer(replacements...).Replace(text))
}

// types runs commands that are not on the page, or in its text only.
func (r *reader) types(t *testing.T, commands string) string {
	t.Helper()
	out, err := r.shell(t, commands)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shell stops at the first command that fails.
func (r *reader) shell(t *testing.T, commands string) (string, error) {
	t.Helper()
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("sh is not on PATH")
	}
	cmd := s.Command(t.Context(), r.dir)
	cmd.Path, cmd.Args, cmd.Env, cmd.Stdin = sh, []string{"sh", "-eu", "-c", commands}, r.env, yes{}
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = &tfcli.CommandError{Command: strings.TrimSpace(commands), Output: string(out), Err: err}
	}
	return string(out), err
}

// yes answers every question of Terraform with yes.
type yes struct{}

func (yes) Read(p []byte) (int, error) {
	const answer = "yes\n"
	if len(p) < len(answer) {
		return 0, io.ErrShortBuffer
	}
	return copy(p, answer), nil
}

// clonesFromHere lets git clone this repository, its last commit, when it is asked for
// the one on GitHub.
func (r *reader) clonesFromHere(t *testing.T) {
	t.Helper()
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("this copy of the repository cannot be cloned: it has no .git")
	}
	// A clone of its own, on a branch to pull from: a CI job has none checked out.
	origin := filepath.Join(t.TempDir(), "origin.git")
	r.types(t, "git clone -q --bare '"+root+"' '"+origin+"' && cd '"+origin+"' && git update-ref refs/heads/main HEAD && git symbolic-ref HEAD refs/heads/main")
	r.redirectsGit(origin)
}

// redirectsGit lets git clone a local repository in place of the one on GitHub.
func (r *reader) redirectsGit(repository string) {
	r.setenv("GIT_CONFIG_COUNT", "1")
	r.setenv("GIT_CONFIG_KEY_0", "url."+repository+".insteadOf")
	r.setenv("GIT_CONFIG_VALUE_0", "https://github.com/parafovea/terraform-provider-fovea.git")
}

// installsIntoHome gives the reader a home of its own, into which make install
// installs and where terraform init looks.
func (r *reader) installsIntoHome(t *testing.T) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} { // they depend on HOME
		r.setenv(name, strings.TrimSpace(r.types(t, "go env "+name)))
	}
	r.setenv("GOFLAGS", "-trimpath -buildvcs=false") // as the session has built the provider: most of it is in the cache
	r.setenv("HOME", t.TempDir())
	r.setenv("TF_CLI_CONFIG_FILE", os.DevNull)
}

func TestReader(t *testing.T) {
	r := &reader{blocks: blocksOfPage("```shell\necho one\n```\n\n```shell\necho two\n```\n"), taken: map[string]bool{}}
	if got := r.block(t, "echo t").text; got != "echo two\n" {
		t.Errorf("got %q, want the second block", got)
	}
	if !r.taken["echo t"] || len(r.taken) != 1 {
		t.Errorf("got %v as taken, want the block that was asked for", r.taken)
	}
	buffer := make([]byte, 8)
	if n, err := (yes{}).Read(buffer); err != nil || string(buffer[:n]) != "yes\n" {
		t.Errorf("got %q, %v, want yes", buffer[:n], err)
	}
}
