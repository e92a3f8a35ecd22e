package mp4probe

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
)

// malformedError says what is wrong with a file.
type malformedError struct{ what string }

func (e *malformedError) Error() string { return e.what }

func malformed(format string, args ...any) error {
	return &malformedError{fmt.Sprintf(format, args...)}
}

// box is the header of a box: where it is and how long.
type box struct {
	kind   string
	at     int64
	size   int64 // header included
	header int64
	toEnd  bool // the box ends with what it is in
}

func (b box) body() int64 { return b.at + b.header }

// end does not overflow: parse has seen to it.
func (b box) end() int64 { return b.at + b.size }

// box reads the header of the box at an offset. The box must end at limit at the
// latest.
func (s *source) box(at, limit int64) (box, error) {
	return s.readBox(at, limit, nextWindow)
}

// headerOnly is box at the top of the file, where what is in the box is not needed.
func (s *source) headerOnly(at int64) (box, error) {
	return s.readBox(at, math.MaxInt64, headerWindow)
}

func (s *source) readBox(at, limit, length int64) (box, error) {
	data, err := s.need(at, 16, length)
	if err != nil {
		return box{}, err
	}
	return parseBox(data, at, limit)
}

// parseBox decodes the header of a box at an offset of the file.
func parseBox(data []byte, at, limit int64) (box, error) {
	if len(data) < 8 {
		return box{}, malformed("%d bytes at byte %d are too few for a box", len(data), at)
	}
	b := box{kind: string(data[4:8]), at: at, size: int64(binary.BigEndian.Uint32(data)), header: 8}
	switch b.size {
	case 0:
		b.toEnd = true
		if b.size = limit - at; limit == math.MaxInt64 {
			return b, nil
		}
	case 1:
		if len(data) < 16 {
			return box{}, malformed("%d bytes at byte %d are too few for a box with a 64-bit size", len(data), at)
		}
		// A size that no file can have ends beyond every file.
		b.size, b.header = int64(min(binary.BigEndian.Uint64(data[8:]), math.MaxInt64)), 16 // #nosec G115 -- bounded in the same line
	}
	if b.size < b.header {
		return box{}, malformed("the box %q at byte %d has a size of %d bytes", printable(b.kind), at, b.size)
	}
	if b.size > math.MaxInt64-at {
		b.size = math.MaxInt64 - at
	}
	if b.end() > limit {
		return box{}, malformed("the box %q at byte %d ends at byte %d, beyond the one that it is in", printable(b.kind), at, b.end())
	}
	return b, nil
}

// children calls visit for the boxes in a box, until it says that this is enough.
func (s *source) children(parent box, visit func(box) (more bool, err error)) error {
	for at := parent.body(); at+8 <= parent.end(); {
		b, err := s.box(at, parent.end())
		if err != nil {
			return err
		}
		more, err := visit(b)
		if err != nil || !more {
			return err
		}
		at = b.end()
	}
	return nil
}

// maxLeaf is how long a box may be that is decoded as a whole.
const maxLeaf = 64 << 10

// content reads what is in a box without its header.
func (s *source) content(b box) ([]byte, error) {
	n := b.end() - b.body()
	if n > maxLeaf {
		return nil, malformed("the box %q at byte %d has %d bytes", printable(b.kind), b.at, n)
	}
	data, err := s.need(b.body(), n, nextWindow)
	if err == nil && int64(len(data)) < n {
		err = malformed("the box %q at byte %d is cut off", printable(b.kind), b.at)
	}
	return data, err
}

// decode makes a T of the content of a box. Boxes with lists, and boxes that hold
// others, must not get here: a count in a broken file could ask for any memory.
func decode[T mp4.Box](kind string, content []byte) (decoded T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = malformed("the box %q cannot be decoded", printable(kind))
		}
	}()
	header := mp4.BoxHeader{Name: kind, Size: uint64(len(content)) + 8, Hdrlen: 8}
	got, err := mp4.DecodeBoxBodySR(0, header, bits.NewFixedSliceReader(content))
	if err != nil {
		return decoded, malformed("the box %q cannot be decoded", printable(kind))
	}
	decoded, ok := got.(T)
	if !ok {
		return decoded, malformed("the box %q cannot be decoded", printable(kind))
	}
	return decoded, nil
}

// read is decode for a box of the file.
func read[T mp4.Box](s *source, b box) (T, error) {
	content, err := s.content(b)
	if err != nil {
		var none T
		return none, err
	}
	return decode[T](b.kind, content)
}
