package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Binary is what a provider costs before it does anything.
type Binary struct {
	SizeMB       float64 `json:"size_mb"`
	StartSeconds float64 `json:"start_and_schema_seconds"`
}

// attempts is how often a provider is started: the shortest time counts, in the
// others it had to wait for something else.
const attempts = 5

// examine starts a provider as a CLI does, and asks for its schema.
func examine(ctx context.Context, path string) (Binary, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Binary{}, err
	}
	b := Binary{SizeMB: float64(info.Size()) / 1e6}
	for i := range attempts {
		took, err := startAndSchema(ctx, path)
		if err != nil {
			return Binary{}, fmt.Errorf("starting %s: %w", path, err)
		}
		if s := took.Seconds(); i == 0 || s < b.StartSeconds {
			b.StartSeconds = s
		}
	}
	return b, nil
}

// startAndSchema speaks the protocol of providers, as go-plugin documents it: the
// cookie shows that a CLI has started the program, which prints one line that says
// where it listens, and for which version of the protocol.
func startAndSchema(ctx context.Context, path string) (took time.Duration, err error) {
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=5,6")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()         // killed: the error says just that
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return 0, errors.New("it ended without saying where it listens")
	}
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 4 {
		return 0, fmt.Errorf("it says %q in place of where it listens", line)
	}
	method := "/tfplugin6.Provider/GetProviderSchema"
	if fields[1] == "5" {
		method = "/tfplugin5.Provider/GetSchema"
	}
	connection, err := grpc.NewClient(fields[2]+":"+fields[3], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	var schema raw
	const large = 256 << 20
	if err := connection.Invoke(ctx, method, &raw{}, &schema, grpc.ForceCodec(rawCodec{}), grpc.MaxCallRecvMsgSize(large)); err != nil {
		return 0, err
	}
	if len(schema) == 0 {
		return 0, errors.New("its schema is empty")
	}
	return time.Since(began), nil
}

// raw is a message that is passed on as it is: only its size matters here.
type raw []byte

type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	message, ok := v.(*raw)
	if !ok {
		return nil, fmt.Errorf("%T is no message", v)
	}
	return *message, nil
}

func (rawCodec) Unmarshal(data []byte, v any) error {
	message, ok := v.(*raw)
	if !ok {
		return fmt.Errorf("%T is no message", v)
	}
	*message = append((*message)[:0], data...)
	return nil
}
