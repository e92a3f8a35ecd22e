package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// Results are all that was measured.
type Results struct {
	Cores       int               `json:"cores"`
	LatencyMS   float64           `json:"latency_ms"` // of every request
	Listings    []Listing         `json:"listings"`
	Skipped     map[string]string `json:"skipped"`       // why, by program
	CLI         string            `json:"cli,omitempty"` // that planned and applied
	IdleMiB     float64           `json:"provider_idle_rss_mib,omitempty"`
	Manifests   []Manifest        `json:"manifests"`
	WallSeconds float64           `json:"wall_seconds"` // of the whole bench
}

// Figures are what a program took, from its start to its end.
type Figures struct {
	tfcli.Usage

	Requests int `json:"http_requests"`
	Lists    int `json:"list_requests"` // of these, those of ListObjectsV2
}

// Listing is what one program took to list one bucket, once.
type Listing struct {
	Lister  string        `json:"lister"`
	Shape   fakeaws.Shape `json:"shape"`
	Keys    int           `json:"keys"`
	Workers int           `json:"workers"`
	// PerSecond is the server's limit of list requests; 0 for none.
	PerSecond float64 `json:"per_second,omitempty"`
	Figures
	Refused int `json:"refused_requests,omitempty"` // with SlowDown
}

// rate is in keys a second.
func (l Listing) rate() float64 { return float64(l.Keys) / l.WallSeconds }

// cpuPerKey is in microseconds.
func (l Listing) cpuPerKey() float64 { return l.CPUSeconds * 1e6 / float64(l.Keys) }

// pages is the smallest number of requests for a listing.
func (l Listing) pages() int { return max(1, (l.Keys+999)/1000) }

// Manifest is what the commands for a manifest of one bucket took.
type Manifest struct {
	Keys       int                `json:"keys"`
	StateBytes int                `json:"state_bytes"`
	Steps      map[string]Figures `json:"steps"`
}

// overIdle is how much more memory the provider had in a step than at rest, in MiB.
func (r Results) overIdle(m Manifest, step string) float64 {
	return max(0, m.Steps[step].PeakMiB-r.IdleMiB)
}

// medians returns the listing of median wall time for each kind of listing that
// matches, of an even number the slower. The order is that of the first of each.
func (r Results) medians(matches func(Listing) bool) []Listing {
	type kind struct {
		lister    string
		shape     fakeaws.Shape
		keys      int
		perSecond float64
	}
	var kinds []kind
	alike := map[kind][]Listing{}
	for _, l := range r.Listings {
		if !matches(l) {
			continue
		}
		k := kind{l.Lister, l.Shape, l.Keys, l.PerSecond}
		if alike[k] == nil {
			kinds = append(kinds, k)
		}
		alike[k] = append(alike[k], l)
	}
	var all []Listing
	for _, k := range kinds {
		group := alike[k]
		slices.SortStableFunc(group, func(a, b Listing) int { return cmp.Compare(a.WallSeconds, b.WallSeconds) })
		all = append(all, group[len(group)/2])
	}
	return all
}

// largest is the largest bucket that a program listed.
func (r Results) largest(lister string) (largest Listing, ok bool) {
	for _, l := range r.Listings {
		if l.Lister == lister && l.Keys > largest.Keys && l.PerSecond == 0 {
			largest, ok = l, true
		}
	}
	return largest, ok
}

// sideBySide is one of this provider's scans of the bucket that all programs list.
func (r Results) sideBySide(ours string) (Listing, bool) {
	sequential, ok := r.largest(oursSequential)
	if !ok {
		return Listing{}, false
	}
	all := r.medians(func(l Listing) bool {
		return l.Lister == ours && l.Shape == sequential.Shape && l.Keys == sequential.Keys && l.PerSecond == 0
	})
	if len(all) == 0 {
		return Listing{}, false
	}
	return all[0], true
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
