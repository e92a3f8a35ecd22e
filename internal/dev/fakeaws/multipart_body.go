package fakeaws

import (
	"errors"
	"io"
	"sort"
)

// joinedParts is the body of a multipart object.
type joinedParts struct {
	bodies []io.ReaderAt
	starts []int64
	size   int64
}

func (j *joinedParts) add(body io.ReaderAt, size int64) {
	if size == 0 {
		return
	}
	j.bodies = append(j.bodies, body)
	j.starts = append(j.starts, j.size)
	j.size += size
}

// ReadAt implements io.ReaderAt.
func (j *joinedParts) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	n := 0
	for n < len(p) && off < j.size {
		i := sort.Search(len(j.starts), func(i int) bool { return j.starts[i] > off }) - 1
		end := j.size
		if i+1 < len(j.starts) {
			end = j.starts[i+1]
		}
		want := min(int64(len(p)-n), end-off)
		got, err := j.bodies[i].ReadAt(p[n:n+int(want)], off-j.starts[i])
		n += got
		off += int64(got)
		if int64(got) < want {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
