package provider_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// operator runs the real CLI with configurations of a library.
type operator struct {
	library
	session *tfcli.Session
	dir     string
}

// newOperator starts a server with a bucket of videos and initializes a folder.
func newOperator(t *testing.T, keys ...string) *operator {
	t.Helper()
	o := &operator{library: newLibrary(t, keys...), dir: t.TempDir()}
	cli, err := tfcli.Find(t.Context(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	if o.session, err = tfcli.NewSession(t.Context(), cli, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	o.write("")
	o.succeeds("init")
	return o
}

// write makes blocks the configuration, behind the provider block.
func (o *operator) write(blocks string) {
	o.t.Helper()
	config := "terraform {\n  required_providers {\n    fovea = {\n      source = \"parafovea/fovea\"\n    }\n  }\n}\n" + o.Config("%s", blocks)
	if err := os.WriteFile(filepath.Join(o.dir, "main.tf"), []byte(config), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// manifest gives the block of a manifest of the bucket.
func (o *operator) manifest(name, arguments string) string {
	return "resource \"fovea_manifest\" \"" + name + "\" {\n  bucket = \"" + o.bucket + "\"\n" + arguments + "\n}\n"
}

// run runs a command and gives what it printed, folded to single spaces and without
// the frame of messages, and its exit code.
func (o *operator) run(args ...string) (printed string, code int) {
	o.t.Helper()
	printed, err := o.session.Run(o.t.Context(), o.dir, args...)
	var failed *tfcli.CommandError
	if errors.As(err, &failed) {
		printed = failed.Output
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			o.t.Fatal(err)
		}
		code = exit.ExitCode()
	} else if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(printed)), " "), code
}

func (o *operator) succeeds(args ...string) string {
	o.t.Helper()
	printed, code := o.run(args...)
	if code != 0 {
		o.t.Fatalf("%s: got exit code %d, want 0:\n%s", strings.Join(args, " "), code, printed)
	}
	return printed
}

func (o *operator) apply(more ...string) string {
	o.t.Helper()
	return o.succeeds(append([]string{"apply", "-auto-approve"}, more...)...)
}

// settled expects the manifest to be published and the next plan to be empty.
func (o *operator) settled() {
	o.t.Helper()
	if o.get("manifest.json") == "" {
		o.t.Fatal("got no manifest, want it published")
	}
	if printed, code := o.run("plan", "-detailed-exitcode"); code != 0 {
		o.t.Fatalf("plan: got exit code %d, want 0:\n%s", code, printed)
	}
}

// says expects what was printed to contain each of the texts.
func says(t *testing.T, printed string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(printed, text) {
			t.Errorf("got %s\nwant it to contain %q", printed, text)
		}
	}
}

// saysNot expects it to contain none of them.
func saysNot(t *testing.T, printed string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(printed, text) {
			t.Errorf("got %s\nwant it not to contain %q", printed, text)
		}
	}
}
