package keyscan

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// waiting is a page that waits for its turn: in memory or in the spill file.
type waiting struct {
	packed      []byte // nil when it lies in the file, or nothing is wanted of it
	at          int64  // where in the file
	size        int
	count, text int

	listed int    // keys, of which count objects are wanted
	last   string // of these keys
}

// store keeps the pages that wait: in memory up to a budget, beyond it in a
// temporary file.
type store struct {
	budget int64
	dir    string

	mu     sync.Mutex
	inside int64 // bytes in memory
	file   *tempfile.File
	end    int64 // of the file
	buf    []byte

	spilled *atomic.Int64
}

// put takes a copy of a page in. next says that the consumer waits for this very
// page, so that it is not worth the way through the file.
func (s *store) put(p *listpage.Page, next bool) (waiting, error) {
	w := waiting{size: len(p.Packed), count: p.Kept, text: p.Text}
	if w.count == 0 {
		return w, nil
	}
	file, err := s.place(&w, next)
	if err != nil {
		return waiting{}, err
	}
	if file == nil {
		w.packed = append(make([]byte, 0, w.size), p.Packed...)
		return w, nil
	}
	if _, err := file.WriteAt(p.Packed, w.at); err != nil {
		return waiting{}, fmt.Errorf("keeping listed keys in a temporary file: %w", err)
	}
	return w, nil
}

// place decides where a page goes. It returns the file, or nil for memory.
func (s *store) place(w *waiting, next bool) (*tempfile.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next || s.inside+int64(w.size) <= s.budget {
		s.inside += int64(w.size)
		return nil, nil
	}
	if s.file == nil {
		file, err := tempfile.New(s.dir, "fovea-keys-*")
		if err != nil {
			return nil, fmt.Errorf("making a temporary file for listed keys: %w", err)
		}
		s.file = file
	}
	w.at = s.end
	s.end += int64(w.size)
	s.spilled.Store(s.end)
	return s.file, nil
}

// take gives a page back, which is good until the next call.
func (s *store) take(w waiting) ([]byte, error) {
	if w.count == 0 {
		return nil, nil
	}
	if w.packed != nil {
		s.mu.Lock()
		s.inside -= int64(w.size)
		s.mu.Unlock()
		return w.packed, nil
	}
	s.buf = slices.Grow(s.buf[:0], w.size)[:w.size]
	if _, err := s.file.ReadAt(s.buf, w.at); err != nil {
		return nil, fmt.Errorf("reading listed keys back from a temporary file: %w", err)
	}
	return s.buf, nil
}

// close removes the file.
func (s *store) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
