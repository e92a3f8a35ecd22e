package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
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

// grouped writes a number as 1,234,567.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// report is all that make bench-list prints.
func (r Results) report() string {
	text := fmt.Sprintf("%g ms a request, %d cores for server and client together, %.0f s in all\n", r.LatencyMS, r.Cores, r.WallSeconds)
	text += "\n## Side by side\n\n" + r.listers()
	text += "\n## This provider's scan\n\n" + r.scans()
	if len(r.Manifests) > 0 {
		text += fmt.Sprintf("\n## A manifest with %s\n\nThe provider at rest has %.0f MiB.\n\n%s", r.CLI, r.IdleMiB, r.plans())
	}
	return text
}

// listers compares programs.
func (r Results) listers() string {
	rows := [][]string{{"program", "keys", "keys/s", "CPU us/key", "peak MiB", "requests", "fovea is faster by"}}
	scan, measured := r.sideBySide(oursParallel)
	if !measured {
		return ""
	}
	for _, c := range contenders(0) {
		l, ok := r.largest(c.name)
		faster := fmt.Sprintf("%.1fx", scan.rate()/l.rate())
		if c.name == oursParallel || c.name == oursAgain {
			l, ok = r.sideBySide(c.name)
			faster = ""
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
		rows = append(rows, []string{
			name, grouped(l.Keys), grouped(int(l.rate())), fmt.Sprintf("%.2f", l.cpuPerKey()),
			fmt.Sprintf("%.0f", l.PeakMiB), grouped(l.Requests), faster,
		})
	}
	return table(rows...)
}

// scans shows this provider's scan by the size of the bucket, by the shape of its
// keys, and on a server that throttles.
func (r Results) scans() string {
	rows := [][]string{{"program", "shape", "keys", "limit/s", "s", "keys/s", "requests", "refused", "requests/pages", "CPU us/key", "peak MiB"}}
	all := r.medians(func(l Listing) bool { return l.Lister == oursParallel || l.Lister == oursAgain })
	slices.SortStableFunc(all, func(a, b Listing) int { return cmp.Compare(a.Keys, b.Keys) })
	for _, l := range all {
		limit := "none"
		if l.PerSecond > 0 {
			limit = fmt.Sprintf("%g", l.PerSecond)
		}
		rows = append(rows, []string{
			l.Lister, string(l.Shape), grouped(l.Keys), limit, fmt.Sprintf("%.2f", l.WallSeconds), grouped(int(l.rate())), grouped(l.Requests),
			grouped(l.Refused), fmt.Sprintf("%.3f", float64(l.Requests)/float64(l.pages())), fmt.Sprintf("%.2f", l.cpuPerKey()), fmt.Sprintf("%.0f", l.PeakMiB),
		})
	}
	return table(rows...)
}

// plans shows what the commands for a manifest take.
func (r Results) plans() string {
	rows := [][]string{{"keys", "step", "s", "CPU s", "requests", "provider's peak MiB", "over rest", "state KiB"}}
	for _, m := range r.Manifests {
		for _, step := range []string{stepCreate, stepPlan, stepUpdate, stepUnlisted} {
			f := m.Steps[step]
			rows = append(rows, []string{
				grouped(m.Keys), step, fmt.Sprintf("%.2f", f.WallSeconds), fmt.Sprintf("%.2f", f.CPUSeconds), grouped(f.Requests),
				fmt.Sprintf("%.0f", f.PeakMiB), fmt.Sprintf("%.0f", r.overIdle(m, step)), fmt.Sprintf("%.1f", float64(m.StateBytes)/1024),
			})
		}
	}
	return table(rows...)
}
