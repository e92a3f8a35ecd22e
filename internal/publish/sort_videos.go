package publish

import (
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// videosBudget is how many bytes of videos are sorted in memory.
const videosBudget = 16 << 20

// sortedVideos is a list in the order of its keys, each of which it has once: of
// several videos with one key, the first. Beyond a budget it lies in a temporary
// file, as manifests that are sorted each.
type sortedVideos struct {
	inside []manifest.Video
	file   *os.File
	end    int64
	runs   []*io.SectionReader
}

// sortVideos sorts a list. It fails with the list's error.
func sortVideos(dir string, list iter.Seq2[manifest.Video, error], budget int) (_ *sortedVideos, err error) {
	s := &sortedVideos{}
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
		if err := s.spill(dir); err != nil {
			return nil, fmt.Errorf("sorting the manifest in a temporary file: %w", err)
		}
	}
	s.sort()
	return s, nil
}

func (s *sortedVideos) sort() {
	slices.SortStableFunc(s.inside, byKey)
	s.inside = slices.CompactFunc(s.inside, func(a, b manifest.Video) bool { return a.Key == b.Key })
}

func byKey(a, b manifest.Video) int { return strings.Compare(a.Key, b.Key) }

func (s *sortedVideos) spill(dir string) (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(dir, "fovea-sorted-*"); err != nil {
			return err
		}
	}
	s.sort()
	encoder := manifest.NewEncoder(s.file)
	for _, v := range s.inside {
		if err := encoder.Add(v); err != nil {
			return err
		}
	}
	if _, err := encoder.Close(time.Time{}); err != nil {
		return err
	}
	from := s.end
	if s.end, err = s.file.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	s.runs = append(s.runs, io.NewSectionReader(s.file, from, s.end-from))
	s.inside = s.inside[:0]
	return nil
}

// videos yields the list, once.
func (s *sortedVideos) videos() iter.Seq2[manifest.Video, error] {
	var lists []iter.Seq2[manifest.Video, error]
	for _, run := range s.runs {
		lists = append(lists, manifest.NewDecoder(run).Videos())
	}
	merged := merge(append(lists, each(s.inside)), byKey)
	return func(yield func(manifest.Video, error) bool) {
		begun, last := false, ""
		for v, err := range merged {
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

// close removes the file.
func (s *sortedVideos) close() {
	if s.file != nil {
		discard(s.file)
	}
}
