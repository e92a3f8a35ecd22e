package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// sample are results of round numbers.
func sample() Results {
	listing := func(lister string, shape fakeaws.Shape, keys, workers, requests int, seconds float64) Listing {
		return Listing{
			Lister: lister, Shape: shape, Keys: keys, Workers: workers, ServerCPUSeconds: seconds / 2,
			Figures: Figures{WallSeconds: seconds, CPUSeconds: seconds / 4, PeakMiB: 40, Requests: requests},
		}
	}
	const dates = fakeaws.ShapeDates
	limited := listing(oursParallel, dates, million, 64, 1300, 4)
	limited.PerSecond, limited.Refused = 300, 200
	r := Results{
		Cores: 2, LatencyMS: 30, CLI: "Terraform 1.11.4", IdleMiB: 30, WallSeconds: 400,
		Skipped: map[string]string{s5cmdLs: "neither on PATH nor in .bin"},
		Listings: []Listing{
			listing(oursParallel, dates, 1, 64, 1, 0.05),
			listing(oursParallel, dates, 10_000, 64, 10, 0.4),
			listing(oursParallel, dates, million, 64, 1200, 9), // of these three the last is the median
			listing(oursParallel, dates, million, 64, 1200, 1),
			listing(oursParallel, dates, million, 64, 1250, 2),
			listing(oursParallel, fakeaws.ShapeHot, million, 64, 1250, 4),
			listing(oursParallel, dates, fiveMillion, 64, 5300, 3),
			limited,
			listing(oursAgain, dates, million, 64, 1070, 0.8),
			listing(oursAgain, fakeaws.ShapeHot, million, 64, 1070, 1),
			listing(oursAgain, dates, fiveMillion, 64, 5070, 2.75),
			listing(oursSequential, dates, million, 1, 1000, 40),
			listing(rcloneLsf, dates, million, 1, 1000, 90),
			listing(boto3Paginator, dates, 100_000, 1, 100, 28),
		},
	}
	for _, size := range []struct {
		keys int
		mib  float64
	}{{million, 50}, {fiveMillion, 55}, {tenMillion, 60}} {
		f := Figures{WallSeconds: float64(size.keys) / million, CPUSeconds: 1, PeakMiB: 30 + size.mib, Requests: size.keys/1000 + 2}
		big := f
		big.PeakMiB += 80
		r.Manifests = append(r.Manifests, Manifest{
			Keys: size.keys, StateBytes: 8 << 10,
			Steps: map[string]Figures{stepCreate: f, stepPlan: f, stepUpdate: big, stepUnlisted: {WallSeconds: 0.5, PeakMiB: 29, Requests: 3}},
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
		"| fovea | 1 | 0.05 | 20 | 0.0 % | 1 | 1.000 | 12500.00 | 25000.00 | 40 |",
		"| fovea | 1,000,000 | 2.00 | 500,000 | 23.4 % | 1,250 | 1.250 | 0.50 | 1.00 | 40 |",
		"| fovea | 1,000,000 | hot | 250,000 | 1,250 | 1.250 | 1.00 | 2.00 |",
		"| 1,000,000 | 300 | 250,000 | 83 % | 1,300 | 200 |",
		"The provider at rest has 30 MiB.",
		"| 10,000,000 | apply, one new video | 10.00 | 1.00 | 10,002 | 170 | 140 | 8.0 |",
		"| 1,000,000 | plan, scan_on_plan = false | 0.50 | 0.00 | 3 | 29 | 0 | 8.0 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing says %q in\n%s", want, text)
		}
	}
}

func TestGoals(t *testing.T) {
	got := squeezed(sample().goals())
	for _, want := range []string{
		"| keys/s against rclone | >= 45x, then 60x | 45x | met |",
		"| the same, bucket known | >= 45x, then 60x | 112.5x | met, the further one too |",
		"| keys/s against boto3 | >= 100x, then 140x | 140x | met, the further one too |",
		"| share of workers x 1000 / latency at 5M keys | >= 75 %, then 85 % | 78.12 % | met |",
		"| the same, bucket known | >= 75 %, then 85 % | 85.23 % | met, the further one too |",
		"| requests over pages, 10 pages or fewer | <= 1 | 1 | met |",
		"| requests over pages, 1M keys | <= 1.3 | 1.25 | met |",
		"| requests over pages, 5M keys | <= 1.05 | 1.06 | MISSED |",
		"| CPU of list, filter and digest, 1M keys | <= 0.8 us/key | 0.5 us/key | met |",
		"| worst over best distribution of keys | >= 0.6 | 0.5 | MISSED |",
		"| the same, bucket known | >= 0.6 | 0.8 | met |",
		"| plan: provider memory over idle, 10M keys | <= 64 MiB | 60 MiB | met |",
		"| plan: the same, 10M over 5M keys | <= 1.25 | 1.091 | met |",
		"| apply: provider memory over idle, 1M keys | <= 128 MiB | 130 MiB | MISSED |",
		"| state of the manifest, 10M keys | <= 16 KiB | 8 KiB | met |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing says %q in\n%s", want, sample().goals())
		}
	}
}

// TestGoalsOfNothing must not call met what was not measured.
func TestGoalsOfNothing(t *testing.T) {
	for line := range strings.Lines(Results{}.goals()) {
		if strings.Contains(line, "met") {
			t.Error(line)
		}
	}
	if got := (Results{}).report(); !strings.Contains(got, "not measured") {
		t.Error(got)
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
			t.Errorf("%+v of %d: %v", tt.found, tt.keys, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	n := numbers{7}
	for text, want := range map[string]string{"1000": "1000", "1,20,300": "1,20,300", "": ""} {
		if err := n.Set(text); err != nil || n.String() != want {
			t.Errorf("%q: %q, %v", text, n.String(), err)
		}
	}
	for _, text := range []string{"0", "-1", "many", "1,"} {
		if err := n.Set(text); err == nil {
			t.Errorf("%q is taken for numbers", text)
		}
	}
	for n, want := range map[int]string{1: "1", 999: "999", 1000: "1,000", 12_345_678: "12,345,678"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
}

func TestFlagsThatAreRefused(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"-keys=0"}, {"-runs=0"}, {"-workers=-1"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v are taken", args)
		}
	}
}

var update = flag.Bool("update", false, "write testdata/curves.svg anew")

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
		t.Errorf("the plot is another one; if that is right, go test -update. It is\n%s", got)
	}
}

// TestCurvesHoldEveryPoint: memory may be beyond what is hoped for.
func TestCurvesHoldEveryPoint(t *testing.T) {
	for most, want := range map[float64]float64{0: 150, 150: 150, 151: 200, 999: 1000} {
		a := upTo([]series{{points: []point{{1, 3}, {2, most}}}})
		if a.to != want || !a.holds(most) || a.ticks[len(a.ticks)-1].at != want {
			t.Errorf("up to %g: %+v", most, a)
		}
	}
}

func TestAxis(t *testing.T) {
	byLog, plain := axis{from: 1, to: 100, log: true}, axis{from: 0, to: 100}
	for value, want := range map[float64]float64{1: 0, 10: 0.5, 100: 1} {
		if got := byLog.share(value); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%g lies at %g, not at %g", value, got, want)
		}
	}
	if got := plain.share(25); got != 0.25 {
		t.Errorf("25 of 100 lies at %g", got)
	}
	if byLog.holds(0.5) || !byLog.holds(100) {
		t.Error("what is outside is not told from what is inside")
	}
}
