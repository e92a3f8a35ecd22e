package tfcli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// providerVersion is the version under which a fresh build is offered: later
// than every release, so that a constraint with >= holds.
const providerVersion = "999.0.0"

// registryHosts are the hosts that a configuration's provider sources may
// mean: Terraform's for Terraform, or spelt out; OpenTofu's for OpenTofu.
var registryHosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// makeMirror fills the folder dir as a provider mirror for both registries:
// with a fresh build of this provider, and with the hashicorp/aws versions
// that the machine has. It tells whether there are any.
func makeMirror(ctx context.Context, dir string) (hasAWS bool, err error) {
	first := leaf(dir, registryHosts[0], "parafovea", "fovea", providerVersion)
	name := "terraform-provider-fovea_v" + providerVersion + executable()
	if err := BuildProvider(ctx, filepath.Join(first, name)); err != nil {
		return false, err
	}
	if err := link(first, leaf(dir, registryHosts[1], "parafovea", "fovea", providerVersion)); err != nil {
		return false, err
	}

	installed := installedAWS()
	for _, from := range installed {
		version := filepath.Base(filepath.Dir(from))
		for _, host := range registryHosts {
			if err := link(from, leaf(dir, host, "hashicorp", "aws", version)); err != nil {
				return false, err
			}
		}
	}
	return len(installed) > 0, nil
}

// leaf is the folder of a mirror that holds an unpacked provider.
func leaf(mirror, host, namespace, name, version string) string {
	return filepath.Join(mirror, host, namespace, name, version, runtime.GOOS+"_"+runtime.GOARCH)
}

func link(target, name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.Symlink(target, name)
}

// installedAWS gives the folders of hashicorp/aws for this machine in the first
// of the usual mirrors that has any; FOVEA_AWS_MIRROR names one to prefer.
func installedAWS() []string {
	mirrors := []string{
		os.Getenv("FOVEA_AWS_MIRROR"), os.Getenv("TF_PLUGIN_CACHE_DIR"),
		"/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", // where the CLI itself looks
	}
	if home, err := os.UserHomeDir(); err == nil {
		mirrors = append(mirrors, filepath.Join(home, ".terraform.d", "plugins"), filepath.Join(home, ".terraform.d", "plugin-cache"))
	}
	for _, mirror := range mirrors {
		if !filepath.IsAbs(mirror) {
			continue
		}
		// The only error is that of a malformed pattern: such a name is no mirror.
		if found, err := filepath.Glob(leaf(mirror, registryHosts[0], "hashicorp", "aws", "*")); err == nil && len(found) > 0 {
			return found
		}
	}
	return nil
}

// writeCLIConfig makes the CLI take providers from the mirror alone, so that
// it asks no registry.
func writeCLIConfig(path, mirror string) error {
	config := fmt.Sprintf(`disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = %q
  }
}
`, filepath.ToSlash(mirror))
	return os.WriteFile(path, []byte(config), 0o600)
}
