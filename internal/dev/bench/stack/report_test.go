package main

import (
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// subject has the same figures in every step of each run, except for the wall
// time, which grows by a second from run to run.
func subject(name string, f Figures) Subject {
	s := Subject{Name: name, BinaryMB: 20}
	for i := range 3 {
		run := map[string]Figures{}
		for _, step := range steps {
			grown := f
			grown.WallSeconds += float64(i)
			run[step.name] = grown
		}
		s.Runs = append(s.Runs, run)
	}
	return s
}

func TestReport(t *testing.T) {
	ours := subject("fovea", Figures{tfcli.Usage{WallSeconds: 1, CPUSeconds: 1, PeakMiB: 48.4}, 40})
	theirs := subject("hashicorp/aws", Figures{tfcli.Usage{WallSeconds: 39, CPUSeconds: 20, PeakMiB: 378}, 83})
	for name, tt := range map[string]struct {
		subjects []Subject
		want     []string
	}{
		"side by side": {[]Subject{ours, theirs}, []string{
			"fovea: a binary of 20.0 MB",
			"OpenTofu 1.12.6, medians of 3",
			"| start and schema | fovea | 2.00 | 1.00 | 40 | 48 |",
			"| plan, no change | fovea | 2.00 | 1.00 | 40 | 48 |",
			"| plan, no change | hashicorp/aws | 40.00 | 20.00 | 83 | 378 |",
			"| destroy | hashicorp/aws | 40.00 | 20.00 | 83 | 378 |",
		}},
		"alone": {[]Subject{ours}, []string{"| apply | fovea | 2.00 | 1.00 | 40 | 48 |"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			report := Report{CLI: "OpenTofu 1.12.6", Subjects: tt.subjects}
			if err := report.write(&out); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want+"\n") {
					t.Errorf("got no line %q, want it in\n%s", want, out.String())
				}
			}
		})
	}
}
