package acctest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Main runs a package's tests in an environment without the machine's own AWS
// and Terraform settings, and stops what was started. It is for TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
func Main(m *testing.M) int {
	if err := cleanEnvironment(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	forgetVersion, err := rememberVersion()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	for _, end := range []func() error{stopServers, writeReport, forgetVersion} {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}

func cleanEnvironment() error {
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if machineSetting(name) {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	for name, value := range map[string]string{
		"CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true", "TF_CLI_CONFIG_FILE": os.DevNull,
		// The CLI is started thousands of times, and lives for a moment: collecting its
		// garbage is a fifth of what the tests take. This process, which has started
		// already, holds what its servers are sent, and goes on collecting.
		"GOGC": "400",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// machineSetting tells the settings that would leak into a test.
func machineSetting(name string) bool {
	switch {
	case strings.HasPrefix(name, "TF_ACC"):
		return false
	case strings.HasPrefix(name, "TF_"):
		return true
	case strings.HasPrefix(name, "AWS_"):
		return ServerName() != AWS
	}
	switch strings.ToUpper(name) {
	case "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY":
		return ServerName() != AWS
	}
	return false
}
