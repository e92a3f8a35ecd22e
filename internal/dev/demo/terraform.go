package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// outputs are the outputs of examples/quickstart.
type outputs struct {
	Bucket          output[string] `json:"bucket"`
	AccessKeyID     output[string] `json:"access_key_id"`
	SecretAccessKey output[string] `json:"secret_access_key"`
	VideoCount      output[int]    `json:"video_count"`
	VideoURL        output[string] `json:"video_url"` // "" when it is null
}

type output[T any] struct {
	Value T `json:"value"`
}

func (d *demo) terraform(ctx context.Context, args ...string) (string, error) {
	return d.session.Run(ctx, d.work, args...)
}

func (d *demo) init(ctx context.Context) (string, error) {
	_, err := d.terraform(ctx, "init")
	return "offline: the fresh build from a local mirror", err
}

func (d *demo) apply(ctx context.Context) (string, error) {
	summary, err := d.applied(ctx)
	if err != nil {
		return "", err
	}
	if d.outputs.VideoCount.Value != 0 {
		return "", fmt.Errorf("the manifest of an empty bucket lists %d videos", d.outputs.VideoCount.Value)
	}
	return summary, nil
}

// applyWithVideo applies what planShowsLibrary planned.
func (d *demo) applyWithVideo(ctx context.Context) (string, error) {
	d.session.Setenv("TF_VAR_video_key", played().Name)
	summary, err := d.applied(ctx)
	if err != nil {
		return "", err
	}
	if got, want := d.outputs.VideoCount.Value, len(samplevideo.Library()); got != want {
		return "", fmt.Errorf("the manifest lists %d videos, not %d", got, want)
	}
	if d.outputs.VideoURL.Value == "" {
		return "", errors.New("there is no link to the video")
	}
	return summary + "\n" + d.outputs.String(), nil
}

// applied applies, reads the outputs and gives the summary that the CLI prints.
func (d *demo) applied(ctx context.Context) (string, error) {
	printed, err := d.terraform(ctx, "apply", "-auto-approve")
	if err != nil {
		return "", err
	}
	out, err := d.terraform(ctx, "output", "-json")
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal([]byte(out), &d.outputs); err != nil {
		return "", fmt.Errorf("reading the outputs: %w", err)
	}
	return line(printed, "Apply complete!"), nil
}

// String shows what may be shown: secrets and signatures stay hidden.
func (o outputs) String() string {
	url, _, _ := strings.Cut(o.VideoURL.Value, "?")
	const indent = "\n           "
	return "           bucket            = " + o.Bucket.Value +
		indent + "access_key_id     = " + o.AccessKeyID.Value +
		indent + "secret_access_key = (sensitive)" +
		indent + fmt.Sprintf("video_count       = %d", o.VideoCount.Value) +
		indent + "video_url         = " + url + "?(sensitive)"
}

func (d *demo) planShowsLibrary(ctx context.Context) (string, error) {
	return d.planAdds(ctx, samplevideo.Library()...)
}

func (d *demo) planShowsLate(ctx context.Context) (string, error) {
	return d.planAdds(ctx, samplevideo.Late())
}

// planAdds plans and insists that the only change is the manifest's, which
// gains the given clips.
func (d *demo) planAdds(ctx context.Context, clips ...samplevideo.Clip) (string, error) {
	plan, _, err := d.plan(ctx)
	if err != nil {
		return "", err
	}
	changed := plan.changed()
	if len(changed) != 1 || changed[0].Address != "fovea_manifest.videos" {
		return "", fmt.Errorf("the plan changes %v, not the manifest alone", changed)
	}
	found := changed[0].Change.After.DetectedChanges
	if found.AddedCount != len(clips) || found.RemovedCount != 0 || found.ChangedCount != 0 {
		return "", fmt.Errorf("the plan detects %+v, not %d new videos", found, len(clips))
	}
	return fmt.Sprintf("added_count = %d: %s", found.AddedCount, strings.Join(found.Added, ", ")), nil
}

func (d *demo) planIsEmpty(ctx context.Context) (string, error) {
	before := d.server.Requests().Total()
	plan, printed, err := d.plan(ctx)
	if err != nil {
		return "", err
	}
	requests := d.server.Requests().Total() - before
	noChanges := line(printed, "No changes.")
	if changed := plan.changed(); len(changed) > 0 || noChanges == "" {
		return "", fmt.Errorf("the plan is not empty:\n%s", printed)
	}
	return fmt.Sprintf("%s (%d requests)", noChanges, requests), nil
}

func (d *demo) destroy(ctx context.Context) (string, error) {
	printed, err := d.terraform(ctx, "destroy", "-auto-approve")
	return line(printed, "Destroy complete!"), err
}

// line is the line of a text that starts in the given way, "" without one.
func line(text, start string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, start) {
			return strings.TrimSpace(l)
		}
	}
	return ""
}
