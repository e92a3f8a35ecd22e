package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// demo is what the steps share. Each field is set by an early step.
type demo struct {
	out     io.Writer
	dir     string // temporary folder, removed at the end
	work    string // the root module, in dir
	cli     tfcli.CLI
	session *tfcli.Session
	server  *fakeaws.Server
	outputs outputs
}

// step does one thing and sums up in a few words what came of it.
type step struct {
	title string
	do    func(context.Context) (string, error)
}

func (d *demo) run(ctx context.Context) error {
	return d.take(ctx, []step{
		{"find Terraform or OpenTofu", d.findCLI},
		{"build the provider", d.buildProvider},
		{"start a stand-in for AWS", d.startServer},
		{"copy examples/quickstart to an empty folder", d.copyExample},
		{"init", d.init},
		{"apply: bucket, CORS, user, key, manifest", d.apply},
		{"upload three videos and their sidecars", d.uploadLibrary},
		{"plan: what would the manifest gain?", d.planShowsLibrary},
		{"apply: publish the manifest, sign a link", d.applyWithVideo},
		{"read the manifest with the user's own key", d.readManifest},
		{"list the videos with that key", d.listVideos},
		{"overwrite a video with that key", d.overwriteIsDenied},
		{"delete a video with that key", d.deleteIsDenied},
		{"play: GET a range of the signed link", d.playRange},
		{"play: GET all of it", d.playAll},
		{"plan again", d.planIsEmpty},
		{"upload one more video", d.uploadLate},
		{"plan: what would the manifest gain now?", d.planShowsLate},
		{"destroy", d.destroy},
	})
}

func (d *demo) take(ctx context.Context, steps []step) error {
	for i, s := range steps {
		fmt.Fprintf(d.out, "%2d/%d  %-44s", i+1, len(steps), s.title)
		started := time.Now()
		result, err := s.do(ctx)
		if ctx.Err() != nil {
			fmt.Fprintln(d.out, " interrupted")
			return ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(d.out, " failed")
			return fmt.Errorf("%s: %w", s.title, err)
		}
		fmt.Fprintf(d.out, " %5.1f s  %s\n", time.Since(started).Seconds(), result)
	}
	return nil
}

func (d *demo) findCLI(ctx context.Context) (result string, err error) {
	d.cli, err = tfcli.Find(ctx, func(line string) { fmt.Fprintf(d.out, "\n       %s\n%51s", line, "") })
	return d.cli.String(), err
}

func (d *demo) buildProvider(ctx context.Context) (result string, err error) {
	session := filepath.Join(d.dir, "session")
	if err := os.Mkdir(session, 0o700); err != nil {
		return "", err
	}
	d.session, err = tfcli.NewSession(ctx, d.cli, session)
	return "terraform-provider-fovea", err
}

func (d *demo) startServer(context.Context) (result string, err error) {
	if d.server, err = fakeaws.Start(fakeaws.Options{}); err != nil {
		return "", err
	}
	// The example is left as it is: like any AWS client, the provider takes
	// the server and the credentials from the environment.
	root := d.server.Root()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL":      d.server.URL(),
		"AWS_REGION":            region,
		"AWS_ACCESS_KEY_ID":     root.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": root.SecretAccessKey,
		"TF_VAR_force_destroy":  "true",
	} {
		d.session.Setenv(name, value)
	}
	return "S3, IAM and STS at " + d.server.URL(), nil
}

func (d *demo) stopServer() error {
	if d.server == nil {
		return nil
	}
	return d.server.Close()
}

func (d *demo) copyExample(context.Context) (string, error) {
	root, err := tfcli.Root()
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(root, "examples", "quickstart", "*.tf"))
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", errors.New("examples/quickstart holds no .tf file")
	}
	d.work = filepath.Join(d.dir, "quickstart")
	if err := os.Mkdir(d.work, 0o700); err != nil {
		return "", err
	}
	var names []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		name := filepath.Base(file)
		if err := os.WriteFile(filepath.Join(d.work, name), content, 0o600); err != nil {
			return "", err
		}
		names = append(names, name)
	}
	return strings.Join(names, ", "), nil
}
