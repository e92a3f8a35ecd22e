package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// TestMain makes the test binary the child that the bench starts.
func TestMain(m *testing.M) {
	if isChild(os.Args) {
		if err := list(context.Background(), os.Args[2], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestBench measures everything once, at sizes that take no time.
func TestBench(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.json")
	args := []string{"-keys=12000", "-slow-keys=2000", "-scale=12000", "-latency=0s", "-per-second=2000", "-runs=1", "-json=" + file}
	if os.Getenv("TF_ACC") == "" {
		args = append(args, "-plans=") // needs the real CLI
	} else {
		args = append(args, "-plans=2000")
	}
	var out strings.Builder
	if err := run(t.Context(), args, &out, t.Output()); err != nil {
		t.Fatal(err)
	}
	r, err := load(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), r.report(); got != want {
		t.Errorf("got the report\n%s\nwant that of what was saved\n%s", got, want)
	}
	scans := r.medians(func(l Listing) bool { return l.Lister == oursParallel && l.PerSecond == 0 })
	if got, want := len(scans), len(smallBuckets)+len(fakeaws.Shapes); got != want {
		t.Errorf("got scans of %d buckets, want %d", got, want)
	}
	for _, l := range scans {
		if l.Keys <= 10_000 && l.Requests != l.pages() || l.Requests < l.pages() || l.WallSeconds <= 0 || l.CPUSeconds <= 0 {
			t.Errorf("got %+v, want time and CPU, and at least %d requests, no more for up to 10 pages", l, l.pages())
		}
	}
	if got := len(r.medians(func(l Listing) bool { return l.Lister == oursAgain && l.Keys == 12_000 })); got != len(fakeaws.Shapes) {
		t.Errorf("got scans of %d known buckets, want %d", got, len(fakeaws.Shapes))
	}
	for _, lister := range []string{oursSequential, sdkPaginator} {
		if l, ok := r.largest(lister); !ok || l.Requests != 12 || l.Keys != 12_000 {
			t.Errorf("%s: got %+v, want 12 requests for 12,000 keys", lister, l)
		}
	}
	for _, c := range contenders(1) {
		l, ok := r.largest(c.name)
		if !ok && r.Skipped[c.name] == "" {
			t.Errorf("%s: got neither a listing nor a reason to skip it", c.name)
		}
		if ok && c.slow && l.Keys != 2000 {
			t.Errorf("%s: got %d keys, want 2000", c.name, l.Keys)
		}
	}
	for _, m := range r.Manifests {
		plan := m.Steps[stepPlan]
		// 2,000 keys and the manifest are 3 pages, and each command asks once who
		// it is, where the bucket is and for the manifest's ETag.
		if plan.Requests != 6 || plan.Lists != 3 || m.Steps[stepUnlisted].Requests != 3 || m.Steps[stepUnlisted].Lists != 0 || m.StateBytes == 0 {
			t.Errorf("got %+v, want 6 requests and 3 lists for a plan, 3 requests without a list, and a state", m)
		}
	}
}

// TestFailureOfAContender must not pass for a short listing.
func TestFailureOfAContender(t *testing.T) {
	b := newBench(options{workers: 2}, t.TempDir(), t.Logf)
	scan := ours(oursParallel, listSettings{Workers: 2})
	absent := scan
	absent.args = func(endpoint, _ string) []string { return scan.args(endpoint, "no-such-bucket") }
	short := scan
	short.read = func(io.Reader) (found, error) { return found{keys: 9}, nil }
	unreadable := scan
	unreadable.read = func(io.Reader) (found, error) { return found{}, errors.New("no such format") }
	missing := scan
	missing.find = func(context.Context) (string, error) { return filepath.Join(t.TempDir(), "none"), nil }
	for name, tt := range map[string]struct {
		contender contender
		digest    string
		want      string
	}{
		"error of the program": {absent, "", "NoSuchBucket"},
		"too few keys":         {short, "", "got 9 keys"},
		"unreadable output":    {unreadable, "", "no such format"},
		"does not start":       {missing, "", "none"},
		"another digest":       {scan, "another", "another program got another"},
	} {
		t.Run(name, func(t *testing.T) {
			b.known[datesOf(10)] = found{digest: tt.digest}
			if err := b.list(t.Context(), tt.contender, datesOf(10), 0); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
	if len(b.results.Listings) != 0 {
		t.Errorf("got the listings %+v, want none", b.results.Listings)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for _, settings := range []string{"", "nothing", "["} {
		if err := list(t.Context(), settings, t.Output()); err == nil {
			t.Errorf("%q: got no error", settings)
		}
	}
}

// TestTheGuideHasTheResults fails when results, plot and guide are not of one run of
// make bench-docs.
func TestTheGuideHasTheResults(t *testing.T) {
	root := filepath.Join("..", "..", "..", "..")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	r, err := load(filepath.Join(root, filepath.FromSlash(keptResults)))
	if err != nil {
		t.Fatal(err)
	}
	if r.curves() != read(keptPlot) {
		t.Error("run make bench-docs: the plot is not that of the results")
	}
	page := read(guide)
	if want, err := tfcli.FillPage(page, guideBegin, guideEnd, r.guide()); err != nil || want != page {
		t.Errorf("run make bench-docs: the tables of the guide are not those of the results (%v)", err)
	}
	if !slices.ContainsFunc(r.Manifests, func(m Manifest) bool { return m.Keys == 10_000_000 }) {
		t.Error("the results have no manifest of ten million keys")
	}
}

// TestResultsThatCannotBeSaved are found out before anything is measured.
func TestResultsThatCannotBeSaved(t *testing.T) {
	var progress strings.Builder
	err := run(t.Context(), []string{"-json=" + filepath.Join(t.TempDir(), "no", "list.json")}, &progress, &progress)
	if !errors.Is(err, fs.ErrNotExist) || progress.Len() > 0 {
		t.Errorf("error %v after\n%s", err, progress.String())
	}
}
