package tfcli

import (
	"os"
	"slices"
	"strings"
)

// CleanEnviron is this process's environment without what changes how
// Terraform, OpenTofu or an AWS client behaves: TF_*, TOFU_*, AWS_* and proxies.
func CleanEnviron() []string {
	return slices.DeleteFunc(os.Environ(), func(setting string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(setting), "=")
		for _, prefix := range []string{"TF_", "TOFU_", "AWS_"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return strings.HasSuffix(name, "_PROXY")
	})
}
