package examples

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// folder is a copy of an example, in which commands run.
type folder struct {
	session *tfcli.Session
	dir     string
}

// examplesDir is examples/ of the repository.
func examplesDir(t *testing.T) string {
	t.Helper()
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "examples")
}

// copyExample copies an example of examples/ as it is, and adds what points it to the
// test's server: an override file, and the values of variables.
func copyExample(t *testing.T, name, override string, variables map[string]any) *folder {
	t.Helper()
	return copyFolder(t, filepath.Join("examples", name), override, variables)
}

// copyFolder does the same for any folder of the repository. The modules are copied
// too, to where the configuration looks for them.
func copyFolder(t *testing.T, path, override string, variables map[string]any) *folder {
	t.Helper()
	s, err := session()
	if err != nil {
		t.Fatal(err)
	}
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := os.CopyFS(filepath.Join(to, "modules"), os.DirFS(filepath.Join(root, "modules"))); err != nil {
		t.Fatal(err)
	}
	f := &folder{session: s, dir: filepath.Join(to, path)}
	if !strings.HasPrefix(path, "modules") {
		if err := os.CopyFS(f.dir, os.DirFS(filepath.Join(root, path))); err != nil {
			t.Fatal(err)
		}
	}
	f.write(t, "test_override.tf", override)
	if variables == nil {
		return f
	}
	values, err := json.Marshal(variables)
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "test.auto.tfvars.json", string(values))
	return f
}

func (f *folder) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command and gives what it printed; one that fails ends the test.
func (f *folder) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := f.session.Run(t.Context(), f.dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// apply initializes the folder when it is new, and applies.
func (f *folder) apply(t *testing.T, args ...string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(f.dir, ".terraform")); os.IsNotExist(err) {
		f.run(t, "init")
		f.run(t, "validate")
	}
	f.run(t, append([]string{"apply", "-auto-approve"}, args...)...)
}

// plan plans and tells whether there is something to change.
func (f *folder) plan(t *testing.T, args ...string) (printed string, changes bool) {
	t.Helper()
	printed, err := f.session.Run(t.Context(), f.dir, append([]string{"plan", "-detailed-exitcode"}, args...)...)
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 2 {
		return printed, true
	}
	if err != nil {
		t.Fatal(err)
	}
	return printed, false
}

func (f *folder) planIsEmpty(t *testing.T, args ...string) {
	t.Helper()
	if printed, changes := f.plan(t, args...); changes {
		t.Fatalf("the second plan is not empty:\n%s", printed)
	}
}

// destroy expects Terraform to refuse a destroy as long as the configuration keeps
// buckets from being destroyed, as all with a block for one do but the quickstart.
func (f *folder) destroy(t *testing.T) {
	t.Helper()
	if f.hasBucket(t) && filepath.Base(f.dir) != "quickstart" {
		_, err := f.session.Run(t.Context(), f.dir, "destroy", "-auto-approve")
		if err == nil || !strings.Contains(err.Error(), "Instance cannot be destroyed") {
			t.Fatalf("a destroy despite prevent_destroy ended with %v", err)
		}
		if err := tfcli.RemovePreventDestroy(f.dir); err != nil {
			t.Fatal(err)
		}
	}
	f.run(t, "destroy", "-auto-approve")
}

// hasBucket reports whether the configuration itself has a block for a bucket.
func (f *folder) hasBucket(t *testing.T) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(f.dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), `resource "fovea_video_bucket"`)
	})
}

// output reads one output into value.
func (f *folder) output(t *testing.T, name string, value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(f.run(t, "output", "-json", name)), value); err != nil {
		t.Fatal(err)
	}
}

// settingsOf reads an .env file.
func settingsOf(dotenv string) map[string]string {
	settings := map[string]string{}
	for line := range strings.Lines(dotenv) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			settings[name] = strings.Trim(value, "'")
		}
	}
	return settings
}
