// Command withcli runs a command for which acceptance tests are on, with the
// Terraform or OpenTofu that package tfcli finds:
//
//	go run ./internal/dev/cmd/withcli go test ./...
//
// The command does not see the machine's own settings of Terraform, OpenTofu
// and AWS, but for TF_ACC_*, and AWS_* when FOVEA_TEST_SERVER is aws.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withcli COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	// An interrupt reaches the command too: wait for it, then end with it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1], os.Args[2:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, name string, args []string) int {
	cli, err := tfcli.Find(ctx, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "withcli:", err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "acceptance tests run", cli)
	// Not bound to ctx: a test that is killed cannot clean up.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(environ(), "TF_ACC=1", "TF_ACC_TERRAFORM_PATH="+cli.Path, "TF_ACC_PROVIDER_HOST="+cli.RegistryHost())
	err = cmd.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "withcli:", err)
		return 1
	}
	return 0
}

func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(setting string) bool {
		name, _, _ := strings.Cut(setting, "=")
		switch {
		case strings.HasPrefix(name, "TF_"):
			return !strings.HasPrefix(name, "TF_ACC")
		case strings.HasPrefix(name, "AWS_"):
			return os.Getenv("FOVEA_TEST_SERVER") != "aws"
		default:
			return strings.HasPrefix(name, "TOFU_")
		}
	})
}
