package main

import (
	"fmt"
	"io"
	"slices"
)

// Report is all that was measured.
type Report struct {
	CLI      string    `json:"cli"`
	Subjects []Subject `json:"subjects"`
}

// Subject is what was measured of one provider.
type Subject struct {
	Name     string               `json:"name"`
	BinaryMB float64              `json:"binary_mb"`
	Runs     []map[string]Figures `json:"runs"` // by step
}

// median returns the median of one figure of a step; of an even number of runs the
// upper one.
func (s Subject) median(step string, figure func(Figures) float64) float64 {
	var values []float64
	for _, run := range s.Runs {
		values = append(values, figure(run[step]))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// write prints a Markdown table of what each step took, side by side.
func (r Report) write(out io.Writer) error {
	runs := 0
	for _, s := range r.Subjects {
		runs = len(s.Runs)
		fmt.Fprintf(out, "%s: a binary of %.1f MB\n", s.Name, s.BinaryMB)
	}
	fmt.Fprintf(out, "%s, medians of %d\n\n", r.CLI, runs)
	_, err := fmt.Fprintln(out, "| step | provider | wall s | CPU s | HTTP requests | peak MiB of a provider process |\n|---|---|---|---|---|---|")
	for _, step := range steps {
		for _, s := range r.Subjects {
			fmt.Fprintf(out, "| %s | %s | %.2f | %.2f | %.0f | %.0f |\n", step.name, s.Name,
				s.median(step.name, func(f Figures) float64 { return f.WallSeconds }),
				s.median(step.name, func(f Figures) float64 { return f.CPUSeconds }),
				s.median(step.name, func(f Figures) float64 { return float64(f.Requests) }),
				s.median(step.name, func(f Figures) float64 { return f.PeakMiB }))
		}
	}
	return err
}
