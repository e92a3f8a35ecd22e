package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// rememberVersion puts a script in front of the CLI that tells its version, which
// the test framework asks for twice a test case: over a thousand processes. What
// else the CLI is asked for goes to it as it is.
func rememberVersion() (forget func() error, err error) {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" || os.Getenv(resource.EnvTfAcc) == "" || runtime.GOOS == "windows" {
		return func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp("", "fovea-cli-")
	if err != nil {
		return nil, err
	}
	forget = func() error { return os.RemoveAll(dir) }
	ask := exec.CommandContext(context.Background(), cli, "version", "-json")
	ask.Dir = dir // where there is no configuration, whose providers it would tell too
	answer, err := ask.Output()
	if err != nil {
		return forget, fmt.Errorf("%s version: %w", cli, err)
	}
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$*\" = 'version -json' ]; then\n  cat <<'END'\n%s\nEND\nelse\n  exec %s \"$@\"\nfi\n",
		strings.TrimSpace(string(answer)), shellQuoted(cli))
	wrapper := filepath.Join(dir, filepath.Base(cli))
	if err := os.WriteFile(wrapper, []byte(script), 0o700); err != nil {
		return forget, err
	}
	return forget, os.Setenv("TF_ACC_TERRAFORM_PATH", wrapper)
}

func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
