package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// What the guide shows, from the repository's root. The plot is beside the results,
// since make docs throws away what it does not make.
const (
	keptResults = "internal/dev/bench/listing/results/list.json"
	keptPlot    = "internal/dev/bench/listing/results/manifest-at-any-size.svg"
	guide       = "templates/guides/manifest-at-any-size.md.tmpl"
)

// The lines between which the guide has what is measured.
const (
	guideBegin = "<!-- This part is written by make bench-docs. -->\n"
	guideEnd   = "<!-- End of that part. -->\n"
)

// writeDocs keeps results, and writes what the guide shows of them.
func writeDocs(file string) error {
	root, err := tfcli.Root()
	if err != nil {
		return err
	}
	r, err := load(file)
	if err != nil {
		return err
	}
	if len(r.Manifests) == 0 {
		return fmt.Errorf("%s has no plans, which the guide is about", file)
	}
	if err := r.save(filepath.Join(root, filepath.FromSlash(keptResults))); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(keptPlot)), []byte(r.curves()), 0o600); err != nil {
		return err
	}
	page := filepath.Join(root, filepath.FromSlash(guide))
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	filled, err := tfcli.FillPage(string(text), guideBegin, guideEnd, r.guide())
	if err != nil {
		return fmt.Errorf("%s: %w", guide, err)
	}
	return os.WriteFile(page, []byte(filled), 0o600)
}

// What AWS asks for in us-east-1, in dollars.
const (
	perListRequest    = 0.005 / 1000
	perInventoriedKey = 0.0025 / 1_000_000
)

// guide is what the guide shows of the results.
func (r Results) guide() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Measured with %s and the provider's defaults, on %d cores that the server shares, at %g ms a request:\n\n", r.CLI, r.Cores, r.LatencyMS)
	rows := [][]string{{"objects", "LIST requests a plan", "dollars a plan", "dollars an inventory", "seconds a plan", "seconds an apply of one new video", "MiB beyond rest, plan", "MiB beyond rest, apply"}}
	for _, m := range r.Manifests {
		plan, apply := m.Steps[stepPlan], m.Steps[stepUpdate]
		rows = append(rows, []string{
			grouped(m.Keys), grouped(plan.Lists), fmt.Sprintf("%.6f", float64(plan.Lists)*perListRequest), fmt.Sprintf("%.6f", float64(m.Keys)*perInventoriedKey),
			fmt.Sprintf("%.1f", plan.WallSeconds), fmt.Sprintf("%.1f", apply.WallSeconds),
			fmt.Sprintf("%.0f", r.overIdle(m, stepPlan)), fmt.Sprintf("%.0f", r.overIdle(m, stepUpdate)),
		})
	}
	text.WriteString(table(rows...))
	last := r.Manifests[len(r.Manifests)-1]
	off := last.Steps[stepUnlisted]
	fmt.Fprintf(&text, "\nWith `scan_on_plan = false` a plan of %s objects takes %.1f seconds and %d requests, of which %d list. The state has %.1f KiB at that size, and the provider at rest has %.0f MiB.\n",
		grouped(last.Keys), off.WallSeconds, off.Requests, off.Lists, float64(last.StateBytes)/1024, r.IdleMiB)
	text.WriteString("\nWhat else lists a bucket, one program after another against the same server:\n\n")
	text.WriteString(r.listers())
	return text.String()
}
