package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// Results are all that was measured.
type Results struct {
	Cores       int               `json:"cores"`
	LatencyMS   float64           `json:"latency_ms"` // of every request
	Listings    []Listing         `json:"listings"`
	Skipped     map[string]string `json:"skipped"`       // programs that were left out, and why
	CLI         string            `json:"cli,omitempty"` // that planned and applied
	IdleMiB     float64           `json:"provider_idle_rss_mib,omitempty"`
	Manifests   []Manifest        `json:"manifests"`
	WallSeconds float64           `json:"wall_seconds"` // of the whole bench
}

// Listing is what one program has taken to list one bucket, once.
type Listing struct {
	Lister  string        `json:"lister"`
	Shape   fakeaws.Shape `json:"shape"`
	Keys    int           `json:"keys"`
	Workers int           `json:"workers"`
	// PerSecond is the limit of the server's listing requests; 0 for none.
	PerSecond float64 `json:"per_second,omitempty"`
	Figures
	Refused          int     `json:"refused_requests,omitempty"` // with SlowDown
	ServerCPUSeconds float64 `json:"server_cpu_seconds"`
}

// rate is in keys a second.
func (l Listing) rate() float64 { return float64(l.Keys) / l.WallSeconds }

// cpuPerKey is in microseconds.
func (l Listing) cpuPerKey() float64 { return l.CPUSeconds * 1e6 / float64(l.Keys) }

func (l Listing) serverCPUPerKey() float64 { return l.ServerCPUSeconds * 1e6 / float64(l.Keys) }

// pages is how many requests a listing takes at least.
func (l Listing) pages() int { return max(1, (l.Keys+999)/1000) }

// overPages is how many requests a listing took for one that it had to.
func (l Listing) overPages() float64 { return float64(l.Requests) / float64(l.pages()) }

// Manifest is what a manifest of one bucket has taken.
type Manifest struct {
	Keys       int                `json:"keys"`
	StateBytes int                `json:"state_bytes"`
	Steps      map[string]Figures `json:"steps"`
}

// overIdle is how much more memory the provider had in a step than it has at rest,
// in MiB.
func (r Results) overIdle(m Manifest, step string) float64 {
	return max(0, m.Steps[step].PeakMiB-r.IdleMiB)
}

// median gives the listing of median wall time of those that are alike, of an even
// number of them the slower; false when there is none.
func (r Results) median(lister string, shape fakeaws.Shape, keys int, perSecond float64) (Listing, bool) {
	var alike []Listing
	for _, l := range r.Listings {
		if l.Lister == lister && l.Shape == shape && l.Keys == keys && l.PerSecond == perSecond {
			alike = append(alike, l)
		}
	}
	if len(alike) == 0 {
		return Listing{}, false
	}
	slices.SortStableFunc(alike, func(a, b Listing) int { return cmp.Compare(a.WallSeconds, b.WallSeconds) })
	return alike[len(alike)/2], true
}

// medians gives the median of every kind of listing that matches, in the order of
// the first of each.
func (r Results) medians(matches func(Listing) bool) []Listing {
	type kind struct {
		lister    string
		shape     fakeaws.Shape
		keys      int
		perSecond float64
	}
	var all []Listing
	seen := map[kind]bool{}
	for _, l := range r.Listings {
		k := kind{l.Lister, l.Shape, l.Keys, l.PerSecond}
		if seen[k] || !matches(l) {
			continue
		}
		seen[k] = true
		m, _ := r.median(k.lister, k.shape, k.keys, k.perSecond) // there is one: l
		all = append(all, m)
	}
	return all
}

func (r Results) manifest(keys int) (Manifest, bool) {
	at := slices.IndexFunc(r.Manifests, func(m Manifest) bool { return m.Keys == keys })
	if at < 0 {
		return Manifest{}, false
	}
	return r.Manifests[at], true
}

func (r Results) save(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

func load(file string) (Results, error) {
	var r Results
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}
