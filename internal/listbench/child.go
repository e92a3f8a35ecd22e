package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// The bench starts itself for what is to be measured in a process of its own, and
// for the server.
const childArgument = "child"

func isChild(args []string) bool { return len(args) > 1 && args[1] == childArgument }

// self gives the command that starts this program as a child of a kind. The
// settings are handed over as JSON.
func self(kind string, settings any) ([]string, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(settings)
	return []string{path, childArgument, kind, string(text)}, err
}

// The kinds of children.
const (
	childServe = "serve"
	childList  = "list"
)

func child(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("a child takes its kind and its settings, not %q", args)
	}
	settings := []byte(args[1])
	switch args[0] {
	case childServe:
		var s serverSettings
		if err := json.Unmarshal(settings, &s); err != nil {
			return err
		}
		return serve(s, stdin, stdout)
	case childList:
		var s listSettings
		if err := json.Unmarshal(settings, &s); err != nil {
			return err
		}
		return list(ctx, s, stdout)
	}
	return fmt.Errorf("there is no child %q", args[0])
}
