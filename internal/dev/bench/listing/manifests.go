package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
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

// manifest measures the life of one manifest, from an empty folder and on a server
// of its own.
func (b *bench) manifest(ctx context.Context, session tfcli.Session, keys int) (_ Manifest, err error) {
	server, err := startServer(datesOf(keys), b.latency, 0)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	for name, value := range settings(server) {
		session.Setenv(name, value)
	}
	dir := filepath.Join(b.dir, fmt.Sprintf("manifest-%d", keys))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return Manifest{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
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
	err = l.live(ctx)
	return l.m, err
}

// life is the life of one manifest.
type life struct {
	session *tfcli.Session
	server  *fakeaws.Server
	dir     string
	m       Manifest
}

func (l *life) live(ctx context.Context) (err error) {
	const unlisted = "-var=scan_on_plan=false"
	if l.m.Steps[stepCreate], err = l.step(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := l.checkState(l.m.Keys / 2); err != nil {
		return err
	}
	if l.m.Steps[stepPlan], err = l.step(ctx, "plan"); err != nil {
		return err
	}
	if err := l.upload(ctx, "videos/new.mp4"); err != nil {
		return err
	}
	if l.m.Steps[stepUpdate], err = l.step(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := l.checkState(l.m.Keys/2 + 1); err != nil {
		return err
	}
	if _, err := l.step(ctx, "apply", "-auto-approve", unlisted); err != nil {
		return err
	}
	l.m.Steps[stepUnlisted], err = l.step(ctx, "plan", unlisted)
	return err
}

// step measures one command. A plan must be empty.
func (l *life) step(ctx context.Context, args ...string) (Figures, error) {
	l.server.Requests().Reset()
	printed, used, err := l.session.Measure(ctx, l.dir, args...)
	if err != nil {
		return Figures{}, err
	}
	if args[0] == "plan" && !strings.Contains(printed, "No changes.") {
		return Figures{}, fmt.Errorf("the plan is not empty:\n%s", printed)
	}
	requests, lists, _ := counts(l.server)
	return Figures{used, requests, lists}, nil
}

// checkState fails unless the state counts so many videos, and keeps its size.
func (l *life) checkState(videos int) error {
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
		return fmt.Errorf("the manifest has %d videos, want %d", got, videos)
	}
	return nil
}

// upload puts a video beside those that are made up.
func (l *life) upload(ctx context.Context, key string) error {
	root := l.server.Root()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(l.server.URL()), Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	})
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucketName), Key: &key, Body: strings.NewReader("0123456789")})
	return err
}
