package publish

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// run is a sorted part of a list, in a file: for each video the length of a record,
// and the record.
type run struct {
	file  *os.File
	level int // how often it was merged
}

// runBuffer is how much of a run is in memory while it is written or read.
const runBuffer = 32 << 10

func (r run) write(list iter.Seq2[manifest.Video, error]) error {
	out := bufio.NewWriterSize(r.file, runBuffer)
	var length, record []byte
	for v, err := range list {
		if err != nil {
			return err
		}
		record = appendRecord(record[:0], v)
		length = binary.AppendUvarint(length[:0], uint64(len(record)))
		if _, err := out.Write(length); err != nil {
			return err
		}
		if _, err := out.Write(record); err != nil {
			return err
		}
	}
	return out.Flush()
}

// videos yields the list again.
func (r run) videos() iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		in := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, 1<<62), runBuffer)
		var raw []byte
		for {
			length, err := binary.ReadUvarint(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				raw = slices.Grow(raw[:0], int(length))[:length] //nolint:gosec // as written
				_, err = io.ReadFull(in, raw)
			}
			if err != nil {
				yield(manifest.Video{}, fmt.Errorf("reading back videos from a temporary file: %w", err))
				return
			}
			if !yield(parseRecord(raw), nil) {
				return
			}
		}
	}
}

// appendRecord appends the fields of a video, texts with their length in front.
func appendRecord(b []byte, v manifest.Video) []byte {
	b = binary.AppendVarint(b, v.Size)
	b = binary.AppendVarint(b, v.LastModified.Unix())
	b = binary.AppendUvarint(b, uint64(v.LastModified.Nanosecond())) //nolint:gosec // not negative
	b = appendText(b, v.Key)
	if d := v.Details; d != nil {
		b = appendText(appendText(appendText(b, d.ETag), d.StorageClass), d.InfoKey)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// parseRecord is the inverse of appendRecord. The texts of a video share memory.
func parseRecord(raw []byte) manifest.Video {
	f := fields{raw, string(raw)}
	v := manifest.Video{
		Size:         f.varint(),
		LastModified: time.Unix(f.varint(), int64(f.uvarint())).UTC(), //nolint:gosec // less than a second
		Key:          f.next(),
	}
	if len(f.raw) > 0 {
		v.Details = &manifest.Details{ETag: f.next(), StorageClass: f.next(), InfoKey: f.next()}
	}
	return v
}

// fields is what is still to be read of a record.
type fields struct {
	raw  []byte
	text string // the same
}

func (f *fields) varint() int64 {
	n, size := binary.Varint(f.raw)
	f.take(size)
	return n
}

func (f *fields) uvarint() uint64 {
	n, size := binary.Uvarint(f.raw)
	f.take(size)
	return n
}

// next is a text with its length in front.
func (f *fields) next() string { return f.take(int(f.uvarint())) } //nolint:gosec // as written

func (f *fields) take(n int) string {
	taken := f.text[:n]
	f.raw, f.text = f.raw[n:], f.text[n:]
	return taken
}
