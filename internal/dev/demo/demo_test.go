package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// interruptAt keeps what the demo prints, and interrupts it when that ends in
// a certain way.
type interruptAt struct {
	strings.Builder
	ending    string
	interrupt context.CancelFunc
}

func (w *interruptAt) Write(p []byte) (int, error) {
	n, err := w.Builder.Write(p)
	if w.ending != "" && strings.HasSuffix(strings.TrimRight(w.String(), " "), w.ending) {
		w.interrupt()
	}
	return n, err
}

// runHere runs the demo with a temporary folder that it must leave empty.
func runHere(t *testing.T, ending string) (code int, printed string) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs the real CLI: runs with TF_ACC=1, which make test sets")
	}
	tmp := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TF_CLI_CONFIG_FILE", "/nowhere")
	t.Setenv("TF_VAR_force_destroy", "no bool")
	t.Setenv("AWS_PROFILE", "no-such-profile")
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &interruptAt{ending: ending, interrupt: cancel}
	code = run(ctx, out)
	left, err := filepath.Glob(filepath.Join(tmp, "fovea-demo-*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return code, out.String()
}

func TestDemoEndsWithNothingLeft(t *testing.T) {
	code, printed := runHere(t, "")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, printed)
	}
	for _, want := range []string{"206 Partial Content", "No changes.", "added_count = 1", "Destroy complete!"} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %q in:\n%s", want, printed)
		}
	}
}

func TestDemoCleansUpWhenInterrupted(t *testing.T) {
	code, printed := runHere(t, "apply: bucket, CORS, user, key, manifest")
	if code != interrupted {
		t.Errorf("exit code %d, want %d:\n%s", code, interrupted, printed)
	}
	if !strings.Contains(printed, "Interrupted.") || strings.Contains(printed, "upload three videos") {
		t.Errorf("printed:\n%s", printed)
	}
}
