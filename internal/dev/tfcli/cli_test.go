//go:build unix

package tfcli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// script makes an executable shell script in a folder with a space in its name.
func script(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "with space", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// onPath makes PATH hold the scripts alone, and lets no variable name a CLI.
func onPath(t *testing.T, scripts ...string) {
	t.Helper()
	t.Setenv("FOVEA_TF_CLI", "")
	t.Setenv("TF_ACC_TERRAFORM_PATH", "")
	var dirs []string
	for _, s := range scripts {
		dirs = append(dirs, filepath.Dir(s))
	}
	t.Setenv("PATH", strings.Join(dirs, string(os.PathListSeparator)))
}

func TestFindPrefersTerraformOnPath(t *testing.T) {
	terraform := script(t, "terraform", "echo 'Terraform v1.11.4'; echo 'on linux_amd64'")
	onPath(t, script(t, "tofu", "echo 'OpenTofu v1.12.6'"), terraform)
	cli, err := Find(t.Context(), func(line string) { t.Errorf("unexpected progress: %s", line) })
	if err != nil {
		t.Fatal(err)
	}
	if want := (CLI{Path: terraform, Product: "Terraform", Version: "1.11.4"}); cli != want {
		t.Errorf("found %v, want %v", cli, want)
	}
	if got := cli.RegistryHost(); got != "registry.terraform.io" {
		t.Errorf("registry host %s", got)
	}
}

func TestFindPassesOverWhatIsTooOld(t *testing.T) {
	tofu := script(t, "tofu", "echo 'OpenTofu v1.8.0-rc1'")
	onPath(t, script(t, "terraform", "echo 'Terraform v1.5.7'"), tofu)
	var told string
	cli, err := Find(t.Context(), func(line string) { told += line })
	if err != nil {
		t.Fatal(err)
	}
	if want := (CLI{Path: tofu, Product: "OpenTofu", Version: "1.8.0-rc1"}); cli != want {
		t.Errorf("found %v, want %v", cli, want)
	}
	if got := cli.RegistryHost(); got != "registry.opentofu.org" {
		t.Errorf("registry host %s", got)
	}
	if !strings.Contains(told, "1.5.7") || !strings.Contains(told, "too old") {
		t.Errorf("told %q", told)
	}
}

func TestFindTakesOnlyAWorkingCLIFromAVariable(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"too old":     {"echo 'Terraform v0.12.31'", "too old"},
		"another":     {"echo 'Packer v1.11.0'", "neither Terraform nor OpenTofu"},
		"no number":   {"echo 'Terraform vNext'", "no number"},
		"fails":       {"echo broken >&2; exit 3", "broken"},
		"not present": {"", "FOVEA_TF_CLI"},
	} {
		t.Run(name, func(t *testing.T) {
			onPath(t, script(t, "terraform", "echo 'Terraform v1.11.4'"))
			path := script(t, "named", test.body)
			if test.body == "" {
				path += "-not"
			}
			t.Setenv("FOVEA_TF_CLI", path)
			_, err := Find(t.Context(), func(string) {})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestCleanEnviron(t *testing.T) {
	for _, name := range []string{"AWS_PROFILE", "TF_LOG", "TF_VAR_region", "TF_DATA_DIR", "TOFU_CPU_PROFILE", "https_proxy", "NO_PROXY"} {
		t.Setenv(name, "leaks")
	}
	t.Setenv("FOVEA_STAYS", "yes")
	all := strings.Join(CleanEnviron(), "\n")
	if strings.Contains(all, "leaks") {
		t.Errorf("environment holds settings of the machine:\n%s", all)
	}
	if !strings.Contains(all, "FOVEA_STAYS=yes") || !strings.Contains(all, "PATH=") {
		t.Errorf("environment lost what a command needs:\n%s", all)
	}
}

func TestRunGivesOutputAndFailure(t *testing.T) {
	session := &Session{CLI: CLI{Path: script(t, "cli", `echo "out $1"; echo "trouble" >&2; exit 2`)}}
	out, err := session.Run(t.Context(), t.TempDir(), "apply", "-json")
	if out != "out apply\n" {
		t.Errorf("standard output %q", out)
	}
	failure := new(CommandError)
	if !errors.As(err, &failure) || failure.Command != "cli apply -json" || failure.Output != "out apply\ntrouble\n" {
		t.Errorf("error %+v", err)
	}
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("error %v hides the exit code", err)
	}
}

func TestRunLetsAnInterruptedCommandSaveItsState(t *testing.T) {
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	if err := exec.CommandContext(t.Context(), "mkfifo", ready).Run(); err != nil {
		t.Skip("no named pipe can be made (mkfifo): ", err)
	}
	session := &Session{
		CLI:     CLI{Path: script(t, "cli", `trap 'echo saved; exit 1' INT; echo go > "$1"; while :; do sleep 0.1; done`)},
		environ: os.Environ(),
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		_, _ = os.ReadFile(ready) // returns when the trap is set
		cancel()
	}()
	out, err := session.Run(ctx, dir, ready)
	if err == nil || out != "saved\n" {
		t.Errorf("output %q, error %v", out, err)
	}
}
