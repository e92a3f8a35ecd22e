package main

import (
	"strings"
	"testing"
)

// subject has the same figures in every step of each run, except for the wall
// time, which grows by a second from run to run.
func subject(name string, f Figures) Subject {
	s := Subject{Name: name, Binary: Binary{SizeMB: 20, StartSeconds: 0.05}}
	for i := range 3 {
		run := map[string]Figures{}
		for _, step := range steps() {
			grown := f
			grown.WallSeconds += float64(i)
			run[step] = grown
		}
		s.Runs = append(s.Runs, run)
	}
	return s
}

func TestReport(t *testing.T) {
	ours := Figures{WallSeconds: 1, CPUSeconds: 1, Requests: 40, PeakMiB: 48.5}
	theirs := Figures{WallSeconds: 39, CPUSeconds: 20, Requests: 83, PeakMiB: 378}
	for name, tt := range map[string]struct {
		subjects []Subject
		want     []string
	}{
		"side by side": {[]Subject{subject("fovea", ours), subject("hashicorp/aws", theirs)}, []string{
			"OpenTofu 1.12.6, medians of 3",
			"| plan, no change | fovea | 2.00 | 1.00 | 40 | 48 |",
			"| plan, no change | hashicorp/aws | 40.00 | 20.00 | 83 | 378 |",
			"| plan, no change: wall | 1/15 | 2 s | 1/20.0 | met |",
			"| plan, no change: CPU | 1/20 | 1 s | 1/20.0 | met |",
			"| plan, no change: requests | 40 | 40 | 1/2.1 | met |",
			"| apply: wall | 1/20 | 2 s | 1/20.0 | met |",
			"| provider memory at plan | 48 MiB | 48.5 MiB | 1/7.8 | MISSED |",
			"| start and schema | 60 ms | 50 ms | 1/1.0 | met |",
		}},
		"alone": {[]Subject{subject("fovea", ours)}, []string{
			"| plan, no change: wall | 1/15 | 2 s | not measured | not measured |",
			"| apply: requests | 90 | 40 | not measured | met |",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			report := Report{CLI: "OpenTofu 1.12.6", Subjects: tt.subjects}
			if err := report.write(&out); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(strings.Fields(out.String()), " ")
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("nothing says %q in\n%s", want, out.String())
				}
			}
		})
	}
}
