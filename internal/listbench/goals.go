package main

import (
	"fmt"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// The sizes that the goals speak of, in keys.
const (
	million     = 1_000_000
	fiveMillion = 5_000_000
	tenMillion  = 10_000_000
)

// goal is a figure that is to be reached, and then another one.
type goal struct {
	name    string
	first   float64
	further float64 // the same as first when there is no other
	unit    string
	atLeast bool // else at most
	// of gives the figure; false when it was not measured.
	of func(Results) (float64, bool)
}

// goals are those of the project, in the order of its table.
func goals() []goal {
	all := []goal{
		{"keys/s against rclone", 45, 60, "x", true, against(rcloneLsf, oursParallel)},
		{"the same, bucket known", 45, 60, "x", true, against(rcloneLsf, oursAgain)},
		{"keys/s against boto3", 100, 140, "x", true, against(boto3Paginator, oursParallel)},
		{"the same, bucket known", 100, 140, "x", true, against(boto3Paginator, oursAgain)},
		{"share of workers x 1000 / latency at 5M keys", 75, 85, "%", true, shareOfWorkers(oursParallel)},
		{"the same, bucket known", 75, 85, "%", true, shareOfWorkers(oursAgain)},
		{"requests over pages, 10 pages or fewer", 1, 1, "", false, worstOfSmall},
		{"requests over pages, 1M keys", 1.3, 1.3, "", false, overPagesAt(million)},
		{"requests over pages, 5M keys", 1.05, 1.05, "", false, overPagesAt(fiveMillion)},
		{"CPU of list, filter and digest, 1M keys", 0.8, 0.8, "us/key", false, func(r Results) (float64, bool) {
			l, ok := r.scan(million)
			return l.cpuPerKey(), ok
		}},
		{"worst over best distribution of keys", 0.6, 0.6, "", true, worstOverBest(oursParallel)},
		{"the same, bucket known", 0.6, 0.6, "", true, worstOverBest(oursAgain)},
	}
	for _, step := range []struct {
		name string
		most float64
		of   []string
	}{
		{"plan", 64, []string{stepPlan}},
		{"apply", 128, []string{stepCreate, stepUpdate}},
	} {
		for _, keys := range []int{million, fiveMillion, tenMillion} {
			all = append(all, goal{
				fmt.Sprintf("%s: provider memory over idle, %dM keys", step.name, keys/million), step.most, step.most, "MiB", false,
				func(r Results) (float64, bool) { return r.memory(keys, step.of...) },
			})
		}
		all = append(all, goal{
			step.name + ": the same, 10M over 5M keys", flat, flat, "", false,
			func(r Results) (float64, bool) {
				small, ok := r.memory(fiveMillion, step.of...)
				large, ok2 := r.memory(tenMillion, step.of...)
				return large / small, ok && ok2
			},
		})
	}
	return append(all, goal{"state of the manifest, 10M keys", 16, 16, "KiB", false, func(r Results) (float64, bool) {
		m, ok := r.manifest(tenMillion)
		return float64(m.StateBytes) / 1024, ok
	}})
}

// flat is how much memory may grow while the keys double, and still be called flat: the
// garbage collector alone makes such a difference. A million keys are too few to begin
// with, since they do not fill what a scan may keep in memory.
const flat = 1.25

// scan is the median of this provider's scan of so many keys.
func (r Results) scan(keys int) (Listing, bool) {
	return r.median(oursParallel, fakeaws.ShapeDates, keys, 0)
}

// against compares rates. The slow programs list fewer keys, at the same rate.
func against(lister, ours string) func(Results) (float64, bool) {
	return func(r Results) (float64, bool) {
		largest, ok := r.largest(lister)
		our, ok2 := r.sideBySide(ours)
		return our.rate() / largest.rate(), ok && ok2
	}
}

// sideBySide is one of this provider's scans of the bucket that all programs list.
func (r Results) sideBySide(ours string) (Listing, bool) {
	sequential, ok := r.largest(oursSequential)
	if !ok {
		return Listing{}, false
	}
	return r.median(ours, fakeaws.ShapeDates, sequential.Keys, 0)
}

// largest is the largest bucket that a program has listed.
func (r Results) largest(lister string) (largest Listing, ok bool) {
	for _, l := range r.Listings {
		if l.Lister == lister && l.Keys > largest.Keys && l.PerSecond == 0 {
			largest, ok = l, true
		}
	}
	return largest, ok
}

// share is how much of what its workers could list at most a scan has listed, in
// percent.
func (r Results) share(l Listing) float64 {
	most := float64(l.Workers) * 1000 / (r.LatencyMS / 1000)
	return 100 * l.rate() / most
}

func shareOfWorkers(ours string) func(Results) (float64, bool) {
	return func(r Results) (float64, bool) {
		l, ok := r.median(ours, fakeaws.ShapeDates, fiveMillion, 0)
		return r.share(l), ok && r.LatencyMS > 0
	}
}

// worstOfSmall looks at the buckets that are listed one page after another.
func worstOfSmall(r Results) (worst float64, ok bool) {
	for _, l := range r.medians(func(l Listing) bool { return l.Lister == oursParallel && l.pages() <= 10 }) {
		worst, ok = max(worst, l.overPages()), true
	}
	return worst, ok
}

func overPagesAt(keys int) func(Results) (float64, bool) {
	return func(r Results) (float64, bool) {
		l, ok := r.scan(keys)
		return l.overPages(), ok
	}
}

// distributions are one of this provider's scans of equally many keys that are spread differently.
func (r Results) distributions(ours string) []Listing {
	keys, ok := r.sideBySide(ours)
	return r.medians(func(l Listing) bool {
		return ok && l.Lister == ours && l.Keys == keys.Keys && l.PerSecond == 0
	})
}

func worstOverBest(ours string) func(Results) (float64, bool) {
	return func(r Results) (float64, bool) {
		var worst, best float64
		all := r.distributions(ours)
		for _, l := range all {
			rate := l.rate()
			best = max(best, rate)
			if worst == 0 || rate < worst {
				worst = rate
			}
		}
		return worst / best, len(all) > 1
	}
}

// memory is the most that the provider had over its idle memory in some steps.
func (r Results) memory(keys int, steps ...string) (most float64, ok bool) {
	m, ok := r.manifest(keys)
	for _, step := range steps {
		most = max(most, r.overIdle(m, step))
	}
	return most, ok && r.IdleMiB > 0
}

// reached says how far a goal is reached.
func (g goal) reached(value float64) string {
	within := func(bound float64) bool {
		if g.atLeast {
			return value >= bound
		}
		return value <= bound
	}
	switch {
	case !within(g.first):
		return "MISSED"
	case g.further != g.first && within(g.further):
		return "met, the further one too"
	}
	return "met"
}

// bounds words what is to be reached.
func (g goal) bounds() string {
	sign := "<="
	if g.atLeast {
		sign = ">="
	}
	text := fmt.Sprintf("%s %g%s", sign, g.first, unit(g.unit))
	if g.further != g.first {
		text += fmt.Sprintf(", then %g%s", g.further, unit(g.unit))
	}
	return text
}

// unit is what follows a number.
func unit(name string) string {
	if name == "" || name == "x" {
		return name
	}
	return " " + name
}
