package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// table is a Markdown table whose columns line up.
func table(rows ...[]string) string {
	var text strings.Builder
	out := tabwriter.NewWriter(&text, 0, 0, 1, ' ', 0)
	for i, row := range rows {
		fmt.Fprintln(out, "| "+strings.Join(row, "\t| ")+"\t|")
		if i == 0 {
			fmt.Fprintln(out, strings.Repeat("|---\t", len(row))+"|")
		}
	}
	_ = out.Flush() // a strings.Builder takes everything
	return text.String()
}

// report is all that make bench prints: what was measured, and how far the goals
// are reached.
func (r Results) report() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%g ms a request, %d cores for server and client together, %.0f s in all\n", r.LatencyMS, r.Cores, r.WallSeconds)
	for _, part := range []struct{ title, table string }{
		{"Side by side", r.listers()},
		{"By size", r.sizes()},
		{"By distribution of the keys", r.shapes()},
		{"On a server that allows a number of requests a second", r.limits()},
		{"A manifest with " + r.CLI, r.plans()},
		{"Goals", r.goals()},
	} {
		if part.table != "" {
			fmt.Fprintf(&text, "\n## %s\n\n%s", part.title, part.table)
		}
	}
	return text.String()
}

// listers compares programs.
func (r Results) listers() string {
	rows := [][]string{{"program", "keys", "keys/s", "CPU us/key", "peak MiB", "requests", "fovea is faster by"}}
	ours, measured := r.sideBySide(oursParallel)
	if !measured {
		return ""
	}
	for _, c := range contenders(0) {
		l, ok := r.largest(c.name)
		if c.name == oursParallel || c.name == oursAgain {
			l, ok = r.sideBySide(c.name)
		}
		if !ok {
			if why := r.Skipped[c.name]; why != "" {
				rows = append(rows, []string{c.name, "skipped: " + why, "", "", "", "", ""})
			}
			continue
		}
		name := c.name
		if l.Workers > 1 {
			name += fmt.Sprintf(", %d workers", l.Workers)
		}
		faster := fmt.Sprintf("%.1fx", ours.rate()/l.rate())
		if c.name == oursParallel || c.name == oursAgain {
			faster = ""
		}
		rows = append(rows, []string{
			name, grouped(l.Keys), grouped(int(l.rate())), fmt.Sprintf("%.2f", l.cpuPerKey()),
			fmt.Sprintf("%.0f", l.PeakMiB), grouped(l.Requests), faster,
		})
	}
	return table(rows...)
}

// sizes shows how the scan grows with the bucket.
func (r Results) sizes() string {
	rows := [][]string{{"program", "keys", "s", "keys/s", "of workers x 1000 / latency", "requests", "over pages", "CPU us/key", "server's CPU us/key", "peak MiB"}}
	all := r.medians(func(l Listing) bool {
		return (l.Lister == oursParallel || l.Lister == oursAgain) && l.Shape == fakeaws.ShapeDates && l.PerSecond == 0
	})
	slices.SortStableFunc(all, func(a, b Listing) int { return a.Keys - b.Keys })
	for _, l := range all {
		rows = append(rows, []string{
			l.Lister, grouped(l.Keys), fmt.Sprintf("%.2f", l.WallSeconds), grouped(int(l.rate())), fmt.Sprintf("%.1f %%", r.share(l)), grouped(l.Requests),
			fmt.Sprintf("%.3f", l.overPages()), fmt.Sprintf("%.2f", l.cpuPerKey()), fmt.Sprintf("%.2f", l.serverCPUPerKey()), fmt.Sprintf("%.0f", l.PeakMiB),
		})
	}
	return table(rows...)
}

// shapes shows how the scan takes other distributions of the keys.
func (r Results) shapes() string {
	rows := [][]string{{"program", "keys", "shape", "keys/s", "requests", "over pages", "CPU us/key", "server's CPU us/key"}}
	for _, l := range append(r.distributions(oursParallel), r.distributions(oursAgain)...) {
		rows = append(rows, []string{
			l.Lister, grouped(l.Keys), string(l.Shape), grouped(int(l.rate())), grouped(l.Requests),
			fmt.Sprintf("%.3f", l.overPages()), fmt.Sprintf("%.2f", l.cpuPerKey()), fmt.Sprintf("%.2f", l.serverCPUPerKey()),
		})
	}
	return table(rows...)
}

// limits shows what the scan makes of a server that refuses requests.
func (r Results) limits() string {
	rows := [][]string{{"keys", "allowed a second", "keys/s", "of what is allowed", "requests", "refused"}}
	for _, l := range r.Listings {
		if l.PerSecond > 0 {
			rows = append(rows, []string{
				grouped(l.Keys), fmt.Sprintf("%g", l.PerSecond), grouped(int(l.rate())), fmt.Sprintf("%.0f %%", l.rate()/l.PerSecond/10),
				grouped(l.Requests), grouped(l.Refused),
			})
		}
	}
	if len(rows) == 1 {
		return ""
	}
	return table(rows...)
}

// manifestSteps are what is measured of every manifest.
func manifestSteps() []string { return []string{stepCreate, stepPlan, stepUpdate, stepUnlisted} }

// plans shows what a manifest takes.
func (r Results) plans() string {
	if len(r.Manifests) == 0 {
		return ""
	}
	rows := [][]string{{"keys", "step", "s", "CPU s", "requests", "provider's peak MiB", "over idle", "state KiB"}}
	for _, m := range r.Manifests {
		for _, step := range manifestSteps() {
			f := m.Steps[step]
			rows = append(rows, []string{
				grouped(m.Keys), step, fmt.Sprintf("%.2f", f.WallSeconds), fmt.Sprintf("%.2f", f.CPUSeconds), grouped(f.Requests),
				fmt.Sprintf("%.0f", f.PeakMiB), fmt.Sprintf("%.0f", r.overIdle(m, step)), fmt.Sprintf("%.1f", float64(m.StateBytes)/1024),
			})
		}
	}
	return fmt.Sprintf("The provider at rest has %.0f MiB.\n\n", r.IdleMiB) + table(rows...)
}

// goals compares what was measured with what is to be reached.
func (r Results) goals() string {
	rows := [][]string{{"figure", "goal", "measured", ""}}
	for _, g := range goals() {
		value, ok := g.of(r)
		measured, verdict := "not measured", ""
		if ok {
			measured, verdict = fmt.Sprintf("%.4g%s", value, unit(g.unit)), g.reached(value)
		}
		rows = append(rows, []string{g.name, g.bounds(), measured, verdict})
	}
	return table(rows...)
}
