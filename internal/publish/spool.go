package publish

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// spooled is a whole document in a temporary file.
type spooled struct {
	file    *os.File
	size    int64 // bytes
	summary manifest.Summary
}

// spool writes the document of a list. No file is left when the list fails.
func spool(dir string, list iter.Seq2[manifest.Video, error], now time.Time) (_ *spooled, err error) {
	file, err := scratch(dir, "fovea-manifest-*.json")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for the manifest: %w", err)
	}
	s := &spooled{file: file}
	defer func() {
		if err != nil {
			s.remove()
		}
	}()
	encoder := manifest.NewEncoder(file)
	for v, err := range list {
		if err != nil {
			return nil, err
		}
		if err := encoder.Add(v); err != nil {
			return nil, spoolError(err)
		}
	}
	if s.summary, err = encoder.Close(now); err != nil {
		return nil, spoolError(err)
	}
	if s.size, err = file.Seek(0, io.SeekCurrent); err != nil {
		return nil, spoolError(err)
	}
	return s, nil
}

func spoolError(err error) error {
	if errors.Is(err, manifest.ErrUnsorted) {
		return err
	}
	return fmt.Errorf("writing the manifest to a temporary file: %w", err)
}

// part returns some bytes of the document, which do not move with other reads.
func (s *spooled) part(from, size int64) *io.SectionReader {
	return io.NewSectionReader(s.file, from, size)
}

// videos yields the list again, as often as it is asked for.
func (s *spooled) videos() iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		manifest.NewDecoder(s.part(0, s.size)).Videos()(yield)
	}
}

// remove deletes the file.
func (s *spooled) remove() { discard(s.file) }
