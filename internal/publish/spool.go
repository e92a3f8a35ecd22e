package publish

import (
	"bufio"
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
	file, err := os.CreateTemp(dir, "fovea-manifest-*.json")
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

// open returns the document from its beginning.
func (s *spooled) open() (io.ReadSeeker, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the manifest from its temporary file: %w", err)
	}
	return s.file, nil
}

// videos yields the list again.
func (s *spooled) videos() iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		body, err := s.open()
		if err != nil {
			yield(manifest.Video{}, err)
			return
		}
		manifest.NewDecoder(bufio.NewReaderSize(body, 1<<20)).Videos()(yield)
	}
}

// remove deletes the file.
func (s *spooled) remove() {
	_ = s.file.Close()           // it was only read, or given up
	_ = os.Remove(s.file.Name()) // a file that stays behind does no harm
}
