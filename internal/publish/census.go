package publish

import (
	"hash/maphash"
	"path"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// Report says what of a list of videos will trouble FOVEA.
type Report struct {
	// MissingInfo has the first videos without a sidecar, in byte order.
	MissingInfo      []string
	MissingInfoCount int64
	// ArchivedCount counts videos that S3 lists but does not serve until they are
	// restored.
	ArchivedCount int64
	// DuplicateNames has the first groups of videos that FOVEA takes for one,
	// because it knows a video by the name behind the last slash.
	DuplicateNames [][]string
}

// census gathers a Report as videos go by. It keeps a hash of each name, not the
// names, and the keys in a form that takes the least memory.
type census struct {
	sidecars hashSet
	names    []uint64 // of the videos, by order of keys
	infos    []uint64
	keys     keyLog
	archived int64
}

func (c *census) add(o keyscan.Object) {
	if o.StorageClass == "GLACIER" || o.StorageClass == "DEEP_ARCHIVE" {
		c.archived++
	}
	c.names = append(c.names, hashOf(path.Base(o.Key)))
	c.infos = append(c.infos, hashOf(infoKey(o.Key)))
	c.keys.add(o.Key)
}

func (c *census) report() Report {
	r := Report{ArchivedCount: c.archived}
	var missing []int
	for i, info := range c.infos {
		if !c.sidecars.hasHash(info) {
			r.MissingInfoCount++
			if len(missing) < manifest.SampleSize {
				missing = append(missing, i)
			}
		}
	}
	groups := c.twins()
	wanted := slices.Clone(missing)
	for _, g := range groups {
		wanted = append(wanted, g...)
	}
	keys := c.keys.at(wanted)
	for _, i := range missing {
		r.MissingInfo = append(r.MissingInfo, keys[i])
	}
	for _, g := range groups {
		var names []string
		for _, i := range g {
			names = append(names, keys[i])
		}
		r.DuplicateNames = append(r.DuplicateNames, names)
	}
	return r
}

// twins gives the first groups of videos that share a name, as positions: the
// groups by their first member, at most as many members each as groups.
func (c *census) twins() [][]int {
	order := make([]uint32, len(c.names))
	for i := range order {
		order[i] = uint32(i) //nolint:gosec // four billion videos do not fit into memory
	}
	slices.SortStableFunc(order, func(a, b uint32) int {
		switch x, y := c.names[a], c.names[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var groups [][]int
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && c.names[order[end]] == c.names[order[start]] {
			end++
		}
		if end-start > 1 {
			var group []int
			for _, i := range order[start:min(end, start+manifest.SampleSize)] {
				group = append(group, int(i))
			}
			groups = append(groups, group)
		}
		start = end
	}
	slices.SortFunc(groups, func(a, b []int) int { return a[0] - b[0] })
	return groups[:min(len(groups), manifest.SampleSize)]
}

// hashSet is a set of names, known by their hashes.
type hashSet struct {
	hashes []uint64
	sorted bool
}

func (s *hashSet) add(name string) {
	s.hashes = append(s.hashes, hashOf(name))
	s.sorted = false
}

func (s *hashSet) has(name string) bool { return s.hasHash(hashOf(name)) }

func (s *hashSet) hasHash(h uint64) bool {
	if !s.sorted {
		slices.Sort(s.hashes)
		s.sorted = true
	}
	_, found := slices.BinarySearch(s.hashes, h)
	return found
}

var seed = maphash.MakeSeed()

func hashOf(name string) uint64 { return maphash.String(seed, name) }

// keyLog keeps sorted keys, each without what it shares with the one before.
type keyLog struct {
	data []byte
	last string
}

func (l *keyLog) add(key string) {
	shared := 0
	for shared < len(l.last) && shared < len(key) && l.last[shared] == key[shared] {
		shared++
	}
	l.data = append(l.data, byte(shared>>8), byte(shared), byte((len(key)-shared)>>8), byte(len(key)-shared))
	l.data = append(l.data, key[shared:]...)
	l.last = strings.Clone(key)
}

// at returns the keys at some positions.
func (l *keyLog) at(positions []int) map[int]string {
	out := make(map[int]string, len(positions))
	for _, p := range positions {
		out[p] = ""
	}
	var key []byte
	for i, at := 0, 0; at < len(l.data); i++ {
		shared := int(l.data[at])<<8 | int(l.data[at+1])
		size := int(l.data[at+2])<<8 | int(l.data[at+3])
		key = append(key[:shared], l.data[at+4:at+4+size]...)
		at += 4 + size
		if _, wanted := out[i]; wanted {
			out[i] = string(key)
		}
	}
	return out
}
