package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// announced waits for the lines that tell where the server is.
func announced(t *testing.T, r io.Reader, lines int) map[string]string {
	t.Helper()
	var text strings.Builder
	one := make([]byte, 1)
	for strings.Count(text.String(), "\n") < lines {
		if _, err := r.Read(one); err != nil {
			t.Fatalf("%v after %q", err, text.String())
		}
		text.Write(one)
	}
	env := map[string]string{}
	for line := range strings.Lines(text.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "export ")), "=")
		env[name] = value
	}
	return env
}

func TestServesUntilTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fake aws.env")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"-region", "eu-west-1", "-log", "-env-file", file, "-synthetic", "many=dates:1000"}, w, &log)
		_ = w.Close() // never fails: io.PipeWriter
	}()
	env := announced(t, r, 5)

	c := s3.New(s3.Options{
		BaseEndpoint: aws.String(env["AWS_ENDPOINT_URL"]), Region: env["AWS_REGION"], UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], ""),
	})
	out, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("many")})
	if err != nil || aws.ToInt32(out.KeyCount) != 1000 {
		t.Errorf("listed %v, %v", out, err)
	}

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "ListObjectsV2") {
		t.Errorf("log %q", log.String())
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "AWS_ENDPOINT_URL="+env["AWS_ENDPOINT_URL"]+"\n") {
		t.Errorf("env file %q, %v", text, err)
	}
}

func TestFlagsThatAreRefused(t *testing.T) {
	for want, args := range map[string][]string{
		"unknown region":        {"-region", "mars-1"},
		"is not 12 digits":      {"-account", "1"},
		"want name=shape:count": {"-synthetic", "many"},
		`unknown shape "round"`: {"-synthetic", "many=round:5"},
		"not a number of keys":  {"-synthetic", "many=dates:few"},
		"invalid bucket name":   {"-synthetic", "Many=dates:5"},
		"is no flag":            {"serve"},
		"not defined":           {"-port", "80"},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("a server that starts in spite of it ends at once"))
		if err := run(ctx, args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q in it", args, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var text bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &text); err != nil || !strings.Contains(text.String(), "-synthetic") {
		t.Errorf("%v, %q", err, text.String())
	}
}
