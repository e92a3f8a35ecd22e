// Package tempfile makes temporary files that nothing is left of.
package tempfile

import (
	"errors"
	"os"
)

// File is a temporary file. Close it to remove it.
type File struct {
	*os.File
	named bool // it could not be removed while it is open, as on Windows
}

// New makes a temporary file in a folder; "" means os.TempDir. Where an open file can be
// removed it has no name from the start, so that nothing is left behind even by a process
// that is killed. See [os.CreateTemp] for the pattern.
func New(dir, pattern string) (*File, error) {
	file, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	return &File{file, os.Remove(file.Name()) != nil}, nil
}

// Close closes and removes the file.
func (f *File) Close() error {
	err := f.File.Close()
	if f.named {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

// Discard is Close for a file that is not needed any more. One that cannot be removed does
// no harm.
func (f *File) Discard() { _ = f.Close() }
