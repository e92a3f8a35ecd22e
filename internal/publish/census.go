package publish

import (
	"hash/maphash"
	"path"
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
