package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// Figures are what one step of one run took.
type Figures struct {
	tfcli.Usage

	Requests int `json:"http_requests"` // to S3, IAM and STS
}

// steps are what is measured, in this order. For the schema the CLI starts the
// provider and does nothing else, so the first step is what every other one has in
// common.
var steps = []struct {
	name string
	args []string
}{
	{"start and schema", []string{"providers", "schema", "-json"}},
	{"apply", []string{"apply", "-auto-approve"}},
	{"plan, no change", []string{"plan"}},
	{"plan -refresh=false", []string{"plan", "-refresh=false"}},
	{"destroy", []string{"destroy", "-auto-approve"}},
}

// measure runs every step of a contender's stack once, against a server of its
// own, from an empty folder.
func measure(ctx context.Context, session *tfcli.Session, c contender, dir string) (_ map[string]Figures, err error) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	root := server.Root()
	session.Setenv("AWS_ACCESS_KEY_ID", root.AccessKeyID)
	session.Setenv("AWS_SECRET_ACCESS_KEY", root.SecretAccessKey)
	session.Setenv("AWS_ENDPOINT_URL", server.URL())
	if err := c.write(dir); err != nil {
		return nil, err
	}
	if _, err := session.Run(ctx, dir, "init"); err != nil {
		return nil, err
	}

	run := map[string]Figures{}
	for _, step := range steps {
		server.Requests().Reset()
		printed, used, err := session.Measure(ctx, dir, step.args...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
		if strings.HasPrefix(step.name, "plan") && !strings.Contains(printed, "No changes.") {
			return nil, fmt.Errorf("%s is not empty:\n%s", step.name, printed)
		}
		run[step.name] = Figures{used, server.Requests().Total()}
	}
	return run, os.RemoveAll(dir)
}
