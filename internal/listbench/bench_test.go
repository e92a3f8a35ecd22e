package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/guidepage"
)

// TestMain lets the test binary be the child that the bench starts.
func TestMain(m *testing.M) {
	if isChild(os.Args) {
		if err := child(context.Background(), os.Args[2:], os.Stdin, os.Stdout); err != nil {
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
	if got := r.report(); got != out.String() {
		t.Errorf("what was saved says\n%s\nand what was printed\n%s", got, out.String())
	}
	for _, shape := range fakeaws.Shapes {
		for _, lister := range []string{oursParallel, oursAgain} {
			if l, ok := r.median(lister, shape, 12_000, 0); !ok || l.Requests < 12 || l.WallSeconds <= 0 || l.CPUSeconds <= 0 || l.ServerCPUSeconds <= 0 {
				t.Errorf("%s, %s: %+v", lister, shape, l)
			}
		}
	}
	for _, lister := range []string{oursSequential, sdkPaginator} {
		if l, ok := r.largest(lister); !ok || l.Requests != 12 || l.Keys != 12_000 {
			t.Errorf("%s: %+v", lister, l)
		}
	}
	for _, c := range contenders(1) {
		if l, ok := r.largest(c.name); !ok && r.Skipped[c.name] == "" || ok && c.slow && l.Keys != 2000 {
			t.Errorf("%s: %+v", c.name, l)
		}
	}
	if worst, ok := worstOfSmall(r); !ok || worst != 1 {
		t.Errorf("small buckets take %g requests a page", worst)
	}
	for _, m := range r.Manifests {
		plan := m.Steps[stepPlan]
		// 2,000 keys and the manifest are 3 pages, and each command asks once who
		// it is, where the bucket is and for the manifest's ETag.
		if plan.Requests != 6 || plan.Lists != 3 || m.Steps[stepUnlisted].Requests != 3 || m.Steps[stepUnlisted].Lists != 0 || m.StateBytes == 0 {
			t.Errorf("%+v", m)
		}
	}
}

// TestFailureOfAContender is told, and not taken for a short listing.
func TestFailureOfAContender(t *testing.T) {
	b := bench{options: options{workers: 2}, tell: t.Logf, dir: t.TempDir(), digests: map[bucket]string{}, quantiles: map[bucket][]string{}}
	absent := b.scan()
	absent.command = func(_, _, _ string) ([]string, error) {
		return self(childList, listSettings{Bucket: "no-such-bucket", Workers: 1})
	}
	if err := b.list(t.Context(), absent, datesOf(10), 0); err == nil || !strings.Contains(err.Error(), "NoSuchBucket") {
		t.Errorf("error %v", err)
	}
	b.digests[datesOf(10)] = "another"
	if err := b.list(t.Context(), b.scan(), datesOf(10), 0); err == nil || !strings.Contains(err.Error(), "was another before") {
		t.Errorf("error %v", err)
	}
	if len(b.results.Listings) != 0 {
		t.Errorf("%+v", b.results.Listings)
	}
}

func TestChildrenThatAreRefused(t *testing.T) {
	for _, args := range [][]string{nil, {childList}, {"eat", "{}"}, {childServe, "nothing"}, {childList, "["}} {
		if err := child(t.Context(), args, strings.NewReader(""), t.Output()); err == nil {
			t.Errorf("%q are taken", args)
		}
	}
}

// TestTheGuideHasTheResults fails when results, plot and guide are not of one run of
// make bench-docs.
func TestTheGuideHasTheResults(t *testing.T) {
	root := filepath.Join("..", "..")
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
	if want, err := guidepage.Fill(page, guideBegin, guideEnd, r.guide()); err != nil || want != page {
		t.Errorf("run make bench-docs: the tables of the guide are not those of the results (%v)", err)
	}
	if !slices.ContainsFunc(r.Manifests, func(m Manifest) bool { return m.Keys == tenMillion }) {
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
