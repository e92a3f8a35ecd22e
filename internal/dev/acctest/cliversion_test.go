package acctest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

func TestVersionIsAskedForOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows the CLI is not wrapped in a shell script")
	}
	dir := t.TempDir()
	calls, cli := filepath.Join(dir, "calls"), filepath.Join(dir, "it's a CLI")
	script := "#!/bin/sh\necho \"$#: $*\" >> '" + calls + "'\necho '{\"terraform_version\": \"1.2.3\"}'\n"
	if err := os.WriteFile(cli, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TF_ACC", "1")
	t.Setenv("TF_ACC_TERRAFORM_PATH", cli)
	forget, err := rememberVersion()
	if err != nil {
		t.Fatal(err)
	}
	wrapper := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for range 2 {
		out, err := exec.CommandContext(t.Context(), wrapper, "version", "-json").Output()
		if err != nil || string(out) != "{\"terraform_version\": \"1.2.3\"}\n" {
			t.Errorf("the version is %q, %v", out, err)
		}
	}
	if err := os.WriteFile(cli, []byte(script+"exit 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	exit := new(exec.ExitError)
	if err := exec.CommandContext(t.Context(), wrapper, "plan", "-out=a b").Run(); !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("the plan ends with %v", err)
	}
	if text, err := os.ReadFile(calls); err != nil || string(text) != "2: version -json\n2: plan -out=a b\n" {
		t.Errorf("the CLI was called with %q, %v", text, err)
	}
	if err := forget(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(wrapper); !os.IsNotExist(err) {
		t.Errorf("the wrapper stays behind: %v", err)
	}
}
