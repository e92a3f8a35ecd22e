package main

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// sample are results of round numbers.
func sample() Results {
	listing := func(lister string, shape fakeaws.Shape, keys, workers, requests int, seconds float64) Listing {
		return Listing{
			Lister: lister, Shape: shape, Keys: keys, Workers: workers,
			Figures: Figures{Usage: tfcli.Usage{WallSeconds: seconds, CPUSeconds: seconds / 4, PeakMiB: 40}, Requests: requests},
		}
	}
	const dates = fakeaws.ShapeDates
	limited := listing(oursParallel, dates, 1_000_000, 64, 1300, 4)
	limited.PerSecond, limited.Refused = 300, 200
	r := Results{
		Cores: 2, LatencyMS: 30, CLI: "Terraform 1.11.4", IdleMiB: 30, WallSeconds: 400,
		Skipped: map[string]string{s5cmdLs: "neither on PATH nor in .bin"},
		Listings: []Listing{
			listing(oursParallel, dates, 1, 64, 1, 0.05),
			listing(oursParallel, dates, 10_000, 64, 10, 0.4),
			listing(oursParallel, dates, 1_000_000, 64, 1200, 9), // of these three the last is the median
			listing(oursParallel, dates, 1_000_000, 64, 1200, 1),
			listing(oursParallel, dates, 1_000_000, 64, 1250, 2),
			listing(oursParallel, fakeaws.ShapeHot, 1_000_000, 64, 1250, 4),
			listing(oursParallel, dates, 5_000_000, 64, 5300, 3),
			limited,
			listing(oursAgain, dates, 1_000_000, 64, 1070, 0.8),
			listing(oursAgain, fakeaws.ShapeHot, 1_000_000, 64, 1070, 1),
			listing(oursAgain, dates, 5_000_000, 64, 5070, 2.75),
			listing(oursSequential, dates, 1_000_000, 1, 1000, 40),
			listing(rcloneLsf, dates, 1_000_000, 1, 1000, 90),
			listing(boto3Paginator, dates, 100_000, 1, 100, 28),
		},
	}
	for _, size := range []struct {
		keys int
		mib  float64
	}{{1_000_000, 50}, {5_000_000, 55}, {10_000_000, 60}} {
		f := Figures{Usage: tfcli.Usage{WallSeconds: float64(size.keys) / 1_000_000, CPUSeconds: 1, PeakMiB: 30 + size.mib}, Requests: size.keys/1000 + 2}
		big := f
		big.PeakMiB += 80
		r.Manifests = append(r.Manifests, Manifest{
			Keys: size.keys, StateBytes: 8 << 10,
			Steps: map[string]Figures{stepCreate: f, stepPlan: f, stepUpdate: big, stepUnlisted: {Usage: tfcli.Usage{WallSeconds: 0.5, PeakMiB: 29}, Requests: 3}},
		})
	}
	return r
}

// squeezed has no more than one space in a row.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestReport(t *testing.T) {
	text := sample().report()
	got := squeezed(text)
	for _, want := range []string{
		"30 ms a request, 2 cores for server and client together, 400 s in all",
		"| fovea, 64 workers | 1,000,000 | 500,000 | 0.50 | 40 | 1,250 | |",
		"| fovea, bucket known, 64 workers | 1,000,000 | 1,250,000 | 0.20 | 40 | 1,070 | |",
		"| rclone lsf --fast-list | 1,000,000 | 11,111 | 22.50 | 40 | 1,000 | 45.0x |",
		"| boto3 paginator | 100,000 | 3,571 | 70.00 | 40 | 100 | 140.0x |",
		"| s5cmd ls | skipped: neither on PATH nor in .bin |",
		"| fovea | dates | 1 | none | 0.05 | 20 | 1 | 0 | 1.000 | 12500.00 | 40 |",
		"| fovea | dates | 1,000,000 | none | 2.00 | 500,000 | 1,250 | 0 | 1.250 | 0.50 | 40 |",
		"| fovea | hot | 1,000,000 | none | 4.00 | 250,000 | 1,250 | 0 | 1.250 | 1.00 | 40 |",
		"| fovea | dates | 1,000,000 | 300 | 4.00 | 250,000 | 1,300 | 200 | 1.300 | 1.00 | 40 |",
		"The provider at rest has 30 MiB.",
		"| 10,000,000 | apply, one new video | 10.00 | 1.00 | 10,002 | 170 | 140 | 8.0 |",
		"| 1,000,000 | plan, scan_on_plan = false | 0.50 | 0.00 | 3 | 29 | 0 | 8.0 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got no %q, want it in\n%s", want, text)
		}
	}
}

func TestFoundIsChecked(t *testing.T) {
	for _, tt := range []struct {
		found found
		keys  int
		wrong bool
	}{
		{found{keys: 1001, videos: 500}, 1001, false},
		{found{keys: 1001}, 1001, false},
		{found{videos: 500}, 1001, false},
		{found{}, 1, false}, // a sidecar
		{found{}, 1001, true},
		{found{keys: 1000}, 1001, true},
		{found{keys: 1001, videos: 501}, 1001, true},
		{found{videos: 499}, 1001, true},
	} {
		if err := tt.found.check(tt.keys); (err != nil) != tt.wrong {
			t.Errorf("%+v of %d keys: got error %v, want one: %t", tt.found, tt.keys, err, tt.wrong)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string][]int{"1000": {1000}, "1,20,300": {1, 20, 300}, "": nil} {
		if o, err := parse([]string{"-plans=" + text}); err != nil || !slices.Equal(o.plans, want) {
			t.Errorf("%q: got %v, %v, want %v", text, o.plans, err, want)
		}
	}
	for n, want := range map[int]string{1: "1", 999: "999", 1000: "1,000", 12_345_678: "12,345,678"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestFlagsThatAreRefused(t *testing.T) {
	for _, args := range [][]string{{"other"}, {"-keys=0"}, {"-runs=0"}, {"-workers=-1"}, {"-scale=0"}, {"-plans=many"}, {"-plans=1,"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v: got no error", args)
		}
	}
}

var update = flag.Bool("update", false, "write testdata/curves.svg")

// TestCurves compares the plot with one that was looked at.
func TestCurves(t *testing.T) {
	const file = "testdata/curves.svg"
	got := sample().curves()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got another plot than %s; if it is right, run this test with -update:\n%s", file, got)
	}
}

// TestCurvesHoldEveryPoint: memory may be beyond what is hoped for.
func TestCurvesHoldEveryPoint(t *testing.T) {
	for most, want := range map[float64]float64{0: 150, 150: 150, 151: 200, 999: 1000} {
		a := upTo([]series{{points: []point{{1, 3}, {2, most}}}})
		if a.to != want || !a.holds(most) || a.ticks[len(a.ticks)-1].at != want {
			t.Errorf("up to %g: got the axis %+v, want it to end at %g", most, a, want)
		}
	}
}

func TestAxis(t *testing.T) {
	byLog, plain := axis{from: 1, to: 100, log: true}, axis{from: 0, to: 100}
	for value, want := range map[float64]float64{1: 0, 10: 0.5, 100: 1} {
		if got := byLog.share(value); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%g: got %g, want %g", value, got, want)
		}
	}
	if got := plain.share(25); got != 0.25 {
		t.Errorf("25 of 100: got %g, want 0.25", got)
	}
	if byLog.holds(0.5) || !byLog.holds(100) {
		t.Error("got 0.5 inside or 100 outside of 1 to 100, want the opposite")
	}
}
