package tfcli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Session runs CLI commands with a fresh build of the provider. Commands may
// run at the same time in different folders.
type Session struct {
	CLI    CLI
	HasAWS bool // the machine has hashicorp/aws, so a configuration may use it too

	environ []string
}

// NewSession builds the provider and writes what the CLI needs to find it into
// dir, which must exist, be empty, and stay until the last command has ended.
func NewSession(ctx context.Context, cli CLI, dir string) (*Session, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	mirror, config, none := filepath.Join(dir, "mirror"), filepath.Join(dir, "cli.tfrc"), filepath.Join(dir, "empty")
	hasAWS, err := makeMirror(ctx, mirror)
	if err != nil {
		return nil, err
	}
	if err := writeCLIConfig(config, mirror); err != nil {
		return nil, err
	}
	if err := os.WriteFile(none, nil, 0o600); err != nil {
		return nil, err
	}
	return &Session{CLI: cli, HasAWS: hasAWS, environ: append(CleanEnviron(),
		"TF_CLI_CONFIG_FILE="+config,
		"TF_CLI_ARGS=-no-color",
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
		"CHECKPOINT_DISABLE=1",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+none,
		"AWS_SHARED_CREDENTIALS_FILE="+none,
	)}, nil
}

// Setenv sets an environment variable for the commands that follow.
func (s *Session) Setenv(name, value string) { s.environ = append(s.environ, name+"="+value) }

// stopTime is how long an interrupted command may take to save its state.
const stopTime = time.Minute

// Run runs a command in the folder dir and gives its standard output; a
// failure is a *CommandError. When ctx ends, the command is interrupted as if
// by Ctrl-C, so that it saves the state of what it has done.
func (s *Session) Run(ctx context.Context, dir string, args ...string) (string, error) {
	stdout, _, err := s.run(ctx, dir, args...)
	return stdout, err
}

// Measure is Run, and returns what the command and the providers that it started
// used. The memory is that of the largest provider process.
func (s *Session) Measure(ctx context.Context, dir string, args ...string) (string, Usage, error) {
	meter := StartMeter(dir, "terraform-provider-")
	stdout, state, err := s.run(ctx, dir, args...)
	return stdout, meter.Stop(state), err
}

func (s *Session) run(ctx context.Context, dir string, args ...string) (string, *os.ProcessState, error) {
	var out, stderr bytes.Buffer
	cmd := s.Command(ctx, dir, args...)
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		killGroup(cmd)
	}
	if err != nil {
		err = &CommandError{
			Command: filepath.Base(s.CLI.Path) + " " + strings.Join(args, " "),
			Output:  out.String() + stderr.String(),
			Err:     err,
		}
	}
	return out.String(), cmd.ProcessState, err
}

// Command prepares a command in the folder dir. Its Cancel interrupts it and the
// providers that it has started, as Ctrl-C at a terminal does; so does the end of
// ctx.
func (s *Session) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.CLI.Path, args...)
	cmd.Dir, cmd.Env = dir, slices.Clone(s.environ) // callers append to it
	cmd.WaitDelay = stopTime
	interruptable(cmd)
	return cmd
}

// CommandError tells which command failed, and what it printed.
type CommandError struct {
	Command string
	Output  string
	Err     error
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("%s: %v\n%s", e.Command, e.Err, e.Output)
}

func (e *CommandError) Unwrap() error { return e.Err }
