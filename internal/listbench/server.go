package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/tfcli"
)

// server is a fakeaws in a process of its own, so that what it takes of the
// processors is not counted as the client's.
type server struct {
	cmd       *exec.Cmd
	questions io.WriteCloser
	answers   *json.Decoder
	address   serverAddress
}

func startServer(ctx context.Context, s serverSettings) (*server, error) {
	command, err := self(childServe, s)
	if err != nil {
		return nil, err
	}
	// Interrupted or not, the server ends with its input, and clears up.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...) //nolint:gosec // it is this program
	cmd.Stderr = os.Stderr
	// The server shares the processors with what is measured: it is to take little of them.
	cmd.Env = append(tfcli.CleanEnviron(), "GOGC=400")
	questions, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	started := &server{cmd: cmd, questions: questions, answers: json.NewDecoder(answers)}
	if err := started.answers.Decode(&started.address); err != nil {
		_, stopped := started.stop()
		return nil, errors.Join(fmt.Errorf("the server does not say where it is: %w", err), stopped)
	}
	return started, nil
}

// counts tells what the server was asked for since the last counts.
func (s *server) counts() (serverCounts, error) {
	var counts serverCounts
	if _, err := io.WriteString(s.questions, "\n"); err != nil {
		return counts, err
	}
	return counts, s.answers.Decode(&counts)
}

// stop ends the server, and tells how much time of processors it took.
func (s *server) stop() (time.Duration, error) {
	err := errors.Join(s.questions.Close(), s.cmd.Wait())
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime(), err
}

// settings are what makes an AWS client talk to the server, as NAME=value.
func (s *server) settings() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.address.URL,
		"AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + s.address.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + s.address.SecretAccessKey,
	}
}

// environ is the environment of a program that lists a bucket of the server, with
// nothing of the machine's own settings.
func (s *server) environ() []string {
	return append(append(tfcli.CleanEnviron(), s.settings()...),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_PAGER=",
		"RCLONE_CONFIG="+os.DevNull,
	)
}
