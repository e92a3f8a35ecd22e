package publish

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// videosBudget is how many bytes of videos are sorted in memory.
const videosBudget = 16 << 20

// mergeWidth is how many runs of one level are merged into one of the next: each
// run that is read takes some memory.
const mergeWidth = 32

// sortedVideos is a list in the order of its keys, each of which it has once: of
// several videos with one key, the first. Beyond a budget it lies in temporary
// files that are sorted each.
type sortedVideos struct {
	dir    string
	order  func(a, b manifest.Video) int
	inside []manifest.Video
	spare  []manifest.Video // memory for inside
	runs   []run            // in the order of the list
}

// sortVideos sorts a list, in an order that goes by the key first. It fails with
// the list's error.
func sortVideos(dir string, list iter.Seq2[manifest.Video, error], budget int, order func(a, b manifest.Video) int) (_ *sortedVideos, err error) {
	s := &sortedVideos{dir: dir, order: order}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	size := 0
	for v, err := range list {
		if err != nil {
			return nil, err
		}
		s.inside = append(s.inside, v)
		if size += 200 + len(v.Key); size < budget { // with details and overhead
			continue
		}
		size = 0
		if err := s.spill(); err != nil {
			return nil, fmt.Errorf("sorting videos in a temporary file: %w", err)
		}
	}
	s.sort()
	return s, nil
}

func (s *sortedVideos) sort() {
	sorter := newKeySorter(s.inside, s.order)
	sorter.sort(sorter.places, 0)
	sorted := s.spare[:0]
	for _, p := range sorter.places {
		if v := s.inside[p.at]; len(sorted) == 0 || sorted[len(sorted)-1].Key != v.Key {
			sorted = append(sorted, v)
		}
	}
	clear(s.inside) // else its texts would stay in memory
	s.inside, s.spare = sorted, s.inside
}

func byKey(a, b manifest.Video) int { return strings.Compare(a.Key, b.Key) }

// spill makes a run of what is in memory, and one of many.
func (s *sortedVideos) spill() error {
	s.sort()
	err := s.store(each(s.inside), 0)
	s.inside = s.inside[:0]
	for err == nil {
		n := len(s.runs)
		level := s.runs[n-1].level
		if n < mergeWidth || s.runs[n-mergeWidth].level != level {
			break
		}
		merged := slices.Clone(s.runs[n-mergeWidth:])
		if err = s.store(once(merge(listsOf(merged), s.order)), level+1); err == nil {
			s.runs = slices.Delete(s.runs, n-mergeWidth, n)
			discardRuns(merged)
		}
	}
	return err
}

// store writes a run behind the others.
func (s *sortedVideos) store(list iter.Seq2[manifest.Video, error], level int) error {
	file, err := scratch(s.dir, "fovea-sorted-*")
	if err != nil {
		return err
	}
	r := run{file, level}
	s.runs = append(s.runs, r)
	return r.write(list)
}

// videos yields the list.
func (s *sortedVideos) videos() iter.Seq2[manifest.Video, error] {
	return once(merge(append(listsOf(s.runs), each(s.inside)), s.order))
}

func listsOf(runs []run) []iter.Seq2[manifest.Video, error] {
	var lists []iter.Seq2[manifest.Video, error]
	for _, r := range runs {
		lists = append(lists, r.videos())
	}
	return lists
}

// once yields the first of videos with one key.
func once(sorted iter.Seq2[manifest.Video, error]) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		begun, last := false, ""
		for v, err := range sorted {
			if err == nil && begun && v.Key == last {
				continue
			}
			begun, last = true, v.Key
			if !yield(v, err) {
				return
			}
		}
	}
}

// close removes the files.
func (s *sortedVideos) close() { discardRuns(s.runs) }

func discardRuns(runs []run) {
	for _, r := range runs {
		discard(r.file)
	}
}
