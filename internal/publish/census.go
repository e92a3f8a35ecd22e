package publish

import (
	"hash/maphash"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// census gathers a Report as videos go by. It remembers a video as the hash of its
// sidecar's key, the hash of its name, and its position in the list, counted from
// 1; and a sidecar as the hash of its key, and two zeros. Sorted, videos follow
// their sidecar, and namesakes each other.
//
// Among a million names, two share a hash with a chance of one in thirty million.
type census struct {
	records  *sorter
	videos   uint64
	archived int64
	others   int64 // see Selection.CountOthers
}

func newCensus(dir string) *census { return &census{records: newSorter(dir)} }

// video takes note of the next one in the list.
func (c *census) video(key string) error {
	c.videos++
	return c.records.add(record{hashOf(infoKey(key)), hashOf(path.Base(key)), c.videos})
}

func (c *census) sidecar(key string) error { return c.records.add(record{hashOf(key)}) }

func (c *census) close() { c.records.close() }

var seed = maphash.MakeSeed()

func hashOf(name string) uint64 { return maphash.String(seed, name) }

// findings are a Report with positions in place of keys.
type findings struct {
	missing      first[uint64]
	missingCount int64
	namesakes    first[[]uint64]
	archived     int64
	others       int64
}

func (c *census) findings() (*findings, error) {
	f := &findings{archived: c.archived, others: c.others}
	var last record
	described := false // whether the videos at hand have a sidecar
	var group []uint64 // the first of the videos at hand that share a name
	for r, err := range c.records.sorted() {
		if err != nil {
			return nil, err
		}
		if r[0] != last[0] {
			described = false
		}
		if r[0] != last[0] || r[1] != last[1] {
			f.together(group)
			group = nil
		}
		last = r
		if r[2] == 0 {
			described = true
			continue
		}
		if !described {
			f.missingCount++
			f.missing.offer(r[2], r[2])
		}
		if len(group) < sampleSize {
			group = append(group, r[2])
		}
	}
	f.together(group)
	return f, nil
}

func (f *findings) together(group []uint64) {
	if len(group) > 1 {
		f.namesakes.offer(group[0], group)
	}
}

// Report says what of a list of videos will trouble FOVEA. Its samples have the
// first keys, see [manifest.Sample].
type Report struct {
	// MissingInfo has the first videos without a sidecar, in byte order.
	MissingInfo      []string
	MissingInfoCount int64
	// ArchivedCount counts videos that S3 lists but does not serve until they are
	// restored.
	ArchivedCount int64
	// OtherVideoCount counts the videos of kinds that FOVEA lists and the selection
	// leaves out by its suffixes.
	OtherVideoCount int64
	// DuplicateNames has the first groups of videos that FOVEA takes for one,
	// because it knows a video by the name behind the last slash.
	DuplicateNames [][]string
}

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
