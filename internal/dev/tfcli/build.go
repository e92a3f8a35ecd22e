package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// executable is the ending of a binary's name.
func executable() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// BuildProvider compiles the provider into the file output, as a release does:
// without symbols and paths.
func BuildProvider(ctx context.Context, output string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	return goBuild(ctx, root, output, ".", "-trimpath", "-ldflags=-s -w")
}

// builtOpenTofu gives the path of the OpenTofu that tools/opentofu pins, and
// builds it when this version is not in .bin/ yet.
func builtOpenTofu(ctx context.Context, progress func(string)) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	module := filepath.Join(root, "tools", "opentofu")
	pinned, err := goCommand(ctx, module, "list", "-m", "-f", "{{.Version}}", "github.com/opentofu/opentofu").Output()
	if err != nil {
		return "", fmt.Errorf("finding the version of OpenTofu in %s: %w", module, err)
	}
	version := strings.TrimSpace(string(pinned))
	path := filepath.Join(root, ".bin", "opentofu-"+version, "tofu"+executable())
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}

	progress("neither terraform nor tofu is on PATH: building OpenTofu " + version + " into .bin/, once, some 5 minutes")
	// The version that OpenTofu prints ends in -dev unless the linker says otherwise.
	const release = "-ldflags=-s -w -X github.com/opentofu/opentofu/version.dev=no"
	started := time.Now()
	if err := goBuild(ctx, module, path, "github.com/opentofu/opentofu/cmd/tofu", release, "-trimpath"); err != nil {
		return "", err
	}
	progress(fmt.Sprintf("built OpenTofu in %s", time.Since(started).Round(time.Second)))
	return path, nil
}

// goBuild builds a package of the module in dir. The output appears whole or
// not at all, also when two processes build it at once.
func goBuild(ctx context.Context, dir, output, pkg string, flags ...string) error {
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(output), ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // nothing to be done about what cannot be removed
	built := filepath.Join(scratch, filepath.Base(output))
	cmd := goCommand(ctx, dir, append(append([]string{"build", "-o", built}, flags...), pkg)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return os.Rename(built, output)
}

// goCommand runs the go command in dir, for this machine and outside of any
// workspace around the repository.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS=", "GOARCH=")
	return cmd
}
