package fakeaws

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// maxInMemory is the size up to which the body of an object stays in memory.
const maxInMemory = 1 << 20

// blobs keeps bodies of objects. Large ones go to one temporary file that only
// grows and is removed with the server: tests overwrite little, and manifests
// of a benchmark may exceed the memory at hand.
type blobs struct {
	mu   sync.Mutex
	file *os.File
	end  int64
}

// receive takes in size bytes by calling fill with a writer for them.
func (s *blobs) receive(size int64, fill func(io.Writer) error) (io.ReaderAt, error) {
	if size <= maxInMemory {
		buffer := bytes.NewBuffer(make([]byte, 0, size))
		if err := fill(buffer); err != nil {
			return nil, err
		}
		return bytes.NewReader(buffer.Bytes()), nil
	}
	file, at, err := s.reserve(size)
	if err != nil {
		return nil, err
	}
	if err := fill(io.NewOffsetWriter(file, at)); err != nil {
		return nil, err
	}
	return io.NewSectionReader(file, at, size), nil
}

func (s *blobs) reserve(size int64) (*os.File, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		file, err := os.CreateTemp("", "fakeaws-*")
		if err != nil {
			return nil, 0, fmt.Errorf("keep a large object: %w", err)
		}
		s.file = file
	}
	at := s.end
	s.end += size
	return s.file, at, nil
}

// Close removes the temporary file, if there is one.
func (s *blobs) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
