package publish

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// sidecars is a set of keys, known by their hashes, that answers while a list goes
// by. A large one lies in a temporary file.
type sidecars struct {
	hashes *sorter
	count  int

	sealed []uint64       // sorted, when there are few
	file   *tempfile.File // else; 8 bytes each, sorted
}

func newSidecars(dir string) *sidecars { return &sidecars{hashes: newSorter(dir)} }

func (s *sidecars) add(key string) error {
	s.count++
	return s.hashes.add(record{hashOf(key)})
}

// seal ends the adding, and makes the set fit to be asked.
func (s *sidecars) seal() error {
	defer s.hashes.close()
	if len(s.hashes.runs) == 0 {
		for h, err := range s.hashes.sorted() {
			if err != nil {
				return err
			}
			s.sealed = append(s.sealed, h[0])
		}
		s.hashes.inside = nil
		return nil
	}
	if err := s.store(); err != nil {
		return fmt.Errorf("keeping what is known of sidecars in a temporary file: %w", err)
	}
	s.hashes.inside = nil
	return nil
}

func (s *sidecars) store() (err error) {
	if s.file, err = tempfile.New(s.hashes.dir, "fovea-sidecars-*"); err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.file, 64<<10)
	for h, err := range s.hashes.sorted() {
		if err != nil {
			return err
		}
		if _, err := out.Write(binary.LittleEndian.AppendUint64(nil, h[0])); err != nil {
			return err
		}
	}
	return out.Flush()
}

// has reports whether a key is in the set.
func (s *sidecars) has(key string) (bool, error) {
	h := hashOf(key)
	if s.file == nil {
		_, found := slices.BinarySearch(s.sealed, h)
		return found, nil
	}
	// Hashes are spread evenly, so that their values tell how far apart they lie.
	distance := func(from, to uint64) int {
		hi, _ := bits.Mul64(to-from, uint64(s.count)) //nolint:gosec // a count is not negative
		return int(hi)                                //nolint:gosec // and this is less
	}
	low, high := 0, s.count // the place of h lies between
	for at := distance(0, h) - window/2; low < high; {
		at = min(max(at, low), high-1)
		page, err := s.page(at, min(window, s.count-at))
		if err != nil {
			return false, fmt.Errorf("reading back what is known of sidecars: %w", err)
		}
		i, found := slices.BinarySearch(page, h)
		switch {
		case found:
			return true, nil
		case i == 0:
			high = at
			at -= distance(h, page[0]) + window/2
		case i == len(page):
			low = at + i
			at = low + distance(page[i-1], h) - window/2
		default:
			return false, nil
		}
	}
	return false, nil
}

// window is how many hashes are read at a time.
const window = 512

func (s *sidecars) page(at, n int) ([]uint64, error) {
	raw := make([]byte, 8*n)
	if _, err := s.file.ReadAt(raw, 8*int64(at)); err != nil {
		return nil, err
	}
	page := make([]uint64, n)
	for i := range page {
		page[i] = binary.LittleEndian.Uint64(raw[8*i:])
	}
	return page, nil
}

// close removes the file.
func (s *sidecars) close() {
	if s.file != nil {
		s.file.Discard()
	}
}
