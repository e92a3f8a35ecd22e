package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/memwatch"
	"github.com/parafovea/terraform-provider-fovea/internal/tfcli"
)

// The steps in the life of a manifest that are measured, in this order.
const (
	stepCreate   = "apply, new manifest"
	stepPlan     = "plan, no change"
	stepUpdate   = "apply, one new video"
	stepUnlisted = "plan, scan_on_plan = false"
)

// configuration is a manifest as most have it, with the provider's defaults.
const configuration = `terraform {
  required_providers {
    fovea = {
      source = "registry.terraform.io/parafovea/fovea"
    }
  }
}

provider "fovea" {
  region            = "us-east-1"
  s3_use_path_style = true
}

variable "scan_on_plan" {
  type    = bool
  default = true
}

resource "fovea_manifest" "this" {
  bucket       = "videos"
  scan_on_plan = var.scan_on_plan
}
`

const (
	manifestBucket = "videos" // in the configuration
	providerName   = "terraform-provider-fovea"
)

// manifests plans and applies with the real CLI, for every size.
func (b *bench) manifests(ctx context.Context) error {
	if len(b.plans) == 0 {
		return nil
	}
	cli, err := tfcli.Find(ctx, func(text string) { b.tell("%s", text) })
	if err != nil {
		return err
	}
	b.results.CLI = cli.Product + " " + cli.Version
	dir := filepath.Join(b.dir, "cli")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	b.tell("building the provider")
	session, err := tfcli.NewSession(ctx, cli, dir)
	if err != nil {
		return err
	}
	for _, keys := range b.plans {
		b.tell("%s: a manifest of %s keys", b.results.CLI, grouped(keys))
		m, err := b.manifest(ctx, *session, keys)
		if err != nil {
			return fmt.Errorf("a manifest of %d keys: %w", keys, err)
		}
		b.results.Manifests = append(b.results.Manifests, m)
	}
	return nil
}

// manifest is the life of one manifest, from an empty folder and on a server of its
// own.
func (b *bench) manifest(ctx context.Context, session tfcli.Session, keys int) (_ Manifest, err error) {
	server, err := startServer(ctx, serverSettings{
		Buckets: []bucket{{Name: manifestBucket, Keys: keys, Shape: fakeaws.ShapeDates}}, Latency: b.latency,
	})
	if err != nil {
		return Manifest{}, err
	}
	defer func() {
		_, stopped := server.stop()
		err = errors.Join(err, stopped)
	}()
	for _, setting := range server.settings() {
		name, value, _ := strings.Cut(setting, "=")
		session.Setenv(name, value)
	}
	dir, err := newFolder(b.dir, fmt.Sprintf("manifest-%d", keys))
	if err != nil {
		return Manifest{}, err
	}
	if _, err := session.Run(ctx, dir, "init"); err != nil {
		return Manifest{}, err
	}
	l := life{session: &session, server: server, dir: dir, m: Manifest{Keys: keys, Steps: map[string]Figures{}}}
	if b.results.IdleMiB == 0 {
		// To validate, the provider starts, shows its schema and does nothing.
		idle, err := l.step(ctx, "validate")
		if err != nil {
			return Manifest{}, err
		}
		b.results.IdleMiB = idle.PeakMiB
	}
	if err := l.live(ctx); err != nil {
		return Manifest{}, err
	}
	return l.m, nil
}

// newFolder makes a folder with the configuration in it, and gives its name as
// processes that run there have it.
func newFolder(parent, name string) (string, error) {
	parent, err := filepath.EvalSymlinks(parent)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(parent, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600)
}

// life is one manifest's.
type life struct {
	session *tfcli.Session
	server  *server
	dir     string
	m       Manifest
}

func (l *life) live(ctx context.Context) (err error) {
	const unlisted = "-var=scan_on_plan=false"
	if l.m.Steps[stepCreate], err = l.step(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := l.holds(l.m.Keys / 2); err != nil {
		return err
	}
	if l.m.Steps[stepPlan], err = l.empty(ctx, "plan"); err != nil {
		return err
	}
	if err := l.upload(ctx, "videos/new.mp4"); err != nil {
		return err
	}
	if l.m.Steps[stepUpdate], err = l.step(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := l.holds(l.m.Keys/2 + 1); err != nil {
		return err
	}
	if _, err := l.step(ctx, "apply", "-auto-approve", unlisted); err != nil {
		return err
	}
	l.m.Steps[stepUnlisted], err = l.empty(ctx, "plan", unlisted)
	return err
}

// step measures one command.
func (l *life) step(ctx context.Context, args ...string) (Figures, error) {
	f, _, err := l.run(ctx, args...)
	return f, err
}

// empty measures a plan that must have nothing to do.
func (l *life) empty(ctx context.Context, args ...string) (Figures, error) {
	f, printed, err := l.run(ctx, args...)
	if err == nil && !strings.Contains(printed, "No changes.") {
		err = fmt.Errorf("the plan is not empty:\n%s", printed)
	}
	return f, err
}

func (l *life) run(ctx context.Context, args ...string) (f Figures, printed string, err error) {
	if _, err := l.server.counts(); err != nil { // what was before does not count
		return f, "", err
	}
	watch := memwatch.Start(l.dir, providerName)
	began := time.Now()
	printed, cpu, err := l.session.Measure(ctx, l.dir, args...)
	f = Figures{WallSeconds: time.Since(began).Seconds(), CPUSeconds: cpu.Seconds(), PeakMiB: watch.Stop()}
	if err != nil {
		return f, printed, err
	}
	counts, err := l.server.counts()
	f.Requests, f.Lists = counts.Requests, counts.Lists
	return f, printed, err
}

// holds fails unless the state counts so many videos, and takes its size.
func (l *life) holds(videos int) error {
	text, err := os.ReadFile(filepath.Join(l.dir, "terraform.tfstate"))
	if err != nil {
		return err
	}
	l.m.StateBytes = max(l.m.StateBytes, len(text))
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					VideoCount int `json:"video_count"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return err
	}
	if len(state.Resources) != 1 || len(state.Resources[0].Instances) != 1 {
		return fmt.Errorf("the state is not that of one manifest:\n%s", text)
	}
	if got := state.Resources[0].Instances[0].Attributes.VideoCount; got != videos {
		return fmt.Errorf("the manifest has %d videos, not %d", got, videos)
	}
	return nil
}

// upload puts a video beside those that are made up.
func (l *life) upload(ctx context.Context, key string) error {
	address := l.server.address
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(address.URL), Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(address.AccessKeyID, address.SecretAccessKey, ""),
	})
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(manifestBucket), Key: &key, Body: strings.NewReader("0123456789")})
	return err
}
