package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Report is all that was measured.
type Report struct {
	CLI      string    `json:"cli"`
	Subjects []Subject `json:"subjects"`
}

// Subject is what was measured of one provider.
type Subject struct {
	Name   string               `json:"name"`
	Binary Binary               `json:"binary"`
	Runs   []map[string]Figures `json:"runs"` // by step
}

// median gives the median of one figure of a step; of an even number of runs the
// upper one.
func (s Subject) median(step string, figure func(Figures) float64) float64 {
	var values []float64
	for _, run := range s.Runs {
		values = append(values, figure(run[step]))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func wall(f Figures) float64     { return f.WallSeconds }
func cpu(f Figures) float64      { return f.CPUSeconds }
func requests(f Figures) float64 { return float64(f.Requests) }
func memory(f Figures) float64   { return f.PeakMiB }

// goal is a figure that this provider is to keep below. With ratio it is a share of
// what the other provider needs.
type goal struct {
	name  string
	of    func(Subject) float64
	unit  string
	most  float64
	ratio bool
}

// goals are those of the project, in the order of its table.
func goals() []goal {
	figure := func(step string, f func(Figures) float64) func(Subject) float64 {
		return func(s Subject) float64 { return s.median(step, f) }
	}
	return []goal{
		{"plan, no change: wall", figure(stepPlan, wall), "s", 1.0 / 15, true},
		{"plan, no change: CPU", figure(stepPlan, cpu), "s", 1.0 / 20, true},
		{"plan, no change: requests", figure(stepPlan, requests), "", 40, false},
		{"apply: wall", figure(stepApply, wall), "s", 1.0 / 20, true},
		{"apply: requests", figure(stepApply, requests), "", 90, false},
		{"provider memory at plan", figure(stepPlan, memory), "MiB", 48, false},
		{"binary", func(s Subject) float64 { return s.Binary.SizeMB }, "MB", 35, false},
		{"start and schema", func(s Subject) float64 { return 1000 * s.Binary.StartSeconds }, "ms", 60, false},
	}
}

// write prints two Markdown tables: what every step has cost, and how far the
// goals are met. The first subject is this provider.
func (r Report) write(out io.Writer) error {
	fmt.Fprintf(out, "%s, medians of %d\n\n", r.CLI, len(r.Subjects[0].Runs))
	fmt.Fprintln(out, "| step | provider | wall s | CPU s | HTTP requests | peak MiB of a provider process |\n|---|---|---|---|---|---|")
	for _, step := range steps() {
		for _, s := range r.Subjects {
			fmt.Fprintf(out, "| %s | %s | %.2f | %.2f | %.0f | %.0f |\n", step, s.Name,
				s.median(step, wall), s.median(step, cpu), s.median(step, requests), s.median(step, memory))
		}
	}

	fmt.Fprintln(out)
	ours := r.Subjects[0]
	table := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(table, "| goal\t| most\t| measured\t| of the other's\t| \t|\n|---\t|---\t|---\t|---\t|---\t|")
	for _, g := range goals() {
		value := g.of(ours)
		most, share, verdict := fmt.Sprintf("%g %s", g.most, g.unit), "not measured", "met"
		judged := value
		if g.ratio {
			most = fmt.Sprintf("1/%.0f", 1/g.most)
		}
		if len(r.Subjects) > 1 {
			other := g.of(r.Subjects[1])
			share = fmt.Sprintf("1/%.1f", other/value)
			if g.ratio {
				judged = value / other
			}
		} else if g.ratio {
			verdict = "not measured"
		}
		if judged > g.most && verdict == "met" {
			verdict = "MISSED"
		}
		fmt.Fprintf(table, "| %s\t| %s\t| %.4g %s\t| %s\t| %s\t|\n", g.name, most, value, g.unit, share, verdict)
	}
	return table.Flush()
}
