package publish

import (
	"iter"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

const sampleSize = manifest.SampleSize

// first keeps the values with the lowest positions, in order.
type first[T any] struct {
	at     []uint64
	values []T
}

func (f *first[T]) offer(at uint64, value T) {
	full := len(f.at) == sampleSize
	if full && at > f.at[sampleSize-1] {
		return
	}
	if full {
		f.at, f.values = f.at[:sampleSize-1], f.values[:sampleSize-1]
	}
	i, _ := slices.BinarySearch(f.at, at)
	f.at, f.values = slices.Insert(f.at, i, at), slices.Insert(f.values, i, value)
}

// named looks for the keys of findings in the list that they are of, as it goes
// by, as often as it does.
type named struct {
	*findings
	keys map[uint64]string
}

func (f *findings) named() named {
	n := named{f, map[uint64]string{}}
	for _, at := range f.missing.values {
		n.keys[at] = ""
	}
	for _, group := range f.namesakes.values {
		for _, at := range group {
			n.keys[at] = ""
		}
	}
	return n
}

func (n named) watch(list iter.Seq2[manifest.Video, error]) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		var at uint64
		for v, err := range list {
			at++
			if _, wanted := n.keys[at]; wanted && err == nil {
				n.keys[at] = strings.Clone(v.Key)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// report gives the findings with the keys, once all the list went by.
func (n named) report() Report {
	r := Report{ArchivedCount: n.archived, MissingInfoCount: n.missingCount, OtherVideoCount: n.others}
	missing := manifest.NewSample(sampleSize, manifest.SampleBytes)
	for _, at := range n.missing.values {
		missing.Add(n.keys[at])
	}
	r.MissingInfo = missing.Keys
	var groups [][]string
	for _, group := range n.namesakes.values {
		var keys []string
		for _, at := range group {
			keys = append(keys, n.keys[at])
		}
		groups = append(groups, keys)
	}
	r.DuplicateNames = fitting(groups)
	return r
}

// groupBytes is what all groups of namesakes have room for together; see
// manifest.SampleBytes.
const groupBytes = 2 * manifest.SampleBytes

// fitting shortens groups until all of them fit, and leaves out the last ones if
// not even two keys of each do.
func fitting(groups [][]string) [][]string {
	for most := sampleSize; ; most-- {
		room := manifest.NewSample(sampleSize*sampleSize, groupBytes)
		var fit [][]string
		for _, group := range groups {
			group = group[:min(most, len(group))]
			if slices.ContainsFunc(group, func(key string) bool { return !room.Add(key) }) {
				break
			}
			fit = append(fit, group)
		}
		if len(fit) == len(groups) || most == 2 {
			return fit
		}
	}
}
