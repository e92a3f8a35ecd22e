package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// The oldest Terraform and OpenTofu that the provider supports.
const oldestMajor, oldestMinor = 1, 8

// CLI is a terraform or tofu binary.
type CLI struct {
	Path    string // absolute
	Product string // "Terraform" or "OpenTofu"
	Version string // such as "1.11.4"
}

func (c CLI) String() string { return fmt.Sprintf("%s %s (%s)", c.Product, c.Version, c.Path) }

// RegistryHost is the host that the CLI takes for a provider source without one.
func (c CLI) RegistryHost() string {
	if c.Product == "OpenTofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

// Find gives the CLI that FOVEA_TF_CLI or TF_ACC_TERRAFORM_PATH names, else
// terraform, else tofu from PATH, else an OpenTofu that it builds into .bin/
// once. A binary that was named must work; one on PATH that is too old is
// skipped. What takes long or is skipped is reported to progress.
func Find(ctx context.Context, progress func(string)) (CLI, error) {
	for _, name := range []string{"FOVEA_TF_CLI", "TF_ACC_TERRAFORM_PATH"} {
		if value := os.Getenv(name); value != "" {
			cli, err := lookUp(ctx, value)
			if err != nil {
				return CLI{}, fmt.Errorf("%s: %w", name, err)
			}
			return cli, nil
		}
	}
	for _, name := range []string{"terraform", "tofu"} {
		cli, err := lookUp(ctx, name)
		if err == nil {
			return cli, nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			progress(fmt.Sprintf("passing over %s on PATH: %v", name, err))
		}
	}
	path, err := builtOpenTofu(ctx, progress)
	if err != nil {
		return CLI{}, err
	}
	return lookUp(ctx, path)
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// lookUp asks a binary, given by its name on PATH or by its path, what it is.
func lookUp(ctx context.Context, name string) (CLI, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return CLI{}, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return CLI{}, err
	}
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(CleanEnviron(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version: %w\n%s", path, err, out)
	}
	found := versionLine.FindSubmatch(out)
	if found == nil {
		return CLI{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: its version command prints %q", path, out)
	}
	cli := CLI{Path: path, Product: string(found[1]), Version: string(found[2])}
	var major, minor int
	if _, err := fmt.Sscanf(cli.Version, "%d.%d", &major, &minor); err != nil {
		return CLI{}, fmt.Errorf("%s has a version that is no number: %w", cli, err)
	}
	if major < oldestMajor || major == oldestMajor && minor < oldestMinor {
		return CLI{}, fmt.Errorf("%s is too old, the provider needs %d.%d or newer", cli, oldestMajor, oldestMinor)
	}
	return cli, nil
}
