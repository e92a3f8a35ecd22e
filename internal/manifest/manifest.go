// Package manifest reads and writes manifest.json, the list of a bucket's
// videos:
//
//	{"videos":[{"key":"a.mp4","size":1,"lastModified":"2026-01-02T03:04:05Z"}],"generatedAt":"2026-01-02T03:05:00Z"}
//
// Documents are streamed in both directions, so their size is not limited by
// memory. Equal lists give equal bytes: videos stand in the byte order of their
// keys, times in UTC, no white space.
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"time"
)

// Video is one entry of a manifest.
type Video struct {
	Key          string
	Size         int64     // bytes
	LastModified time.Time // any zone; written in UTC
	Details      *Details  // nil in a basic manifest
}

// Details is what a full manifest says of a video beyond a basic one.
type Details struct {
	ETag         string
	StorageClass string
	InfoKey      string // the key of the video's sidecar; empty when it has none, written as null
}

// Digester computes the digest of a list of videos as it goes by: the SHA-256,
// in lower-case hexadecimal, of the bytes of the "videos" array. It leaves
// generatedAt out, so it changes only when the list does.
type Digester struct {
	hash  hash.Hash
	buf   []byte
	count int64
	bytes int64
}

// NewDigester returns a Digester of the empty list.
func NewDigester() *Digester {
	return &Digester{hash: sha256.New(), buf: append(make([]byte, 0, hashAt+1024), '[')}
}

// hashAt is how many bytes are hashed at once, which is faster than video by video.
const hashAt = 4 << 10

// Add appends a video to the list.
func (d *Digester) Add(v Video) {
	d.buf = appendElement(d.buf, v, d.count)
	d.added(v)
}

// addEncoded is Add of a video that appendElement has encoded already.
func (d *Digester) addEncoded(element []byte, v Video) {
	d.buf = append(d.buf, element...)
	d.added(v)
}

func (d *Digester) added(v Video) {
	d.count++
	d.bytes += v.Size
	if len(d.buf) >= hashAt {
		d.hash.Write(d.buf)
		d.buf = d.buf[:0]
	}
}

// Sum ends the list and returns what it came to. Nothing may be added after.
func (d *Digester) Sum() Summary {
	d.hash.Write(append(d.buf, ']'))
	return Summary{Count: d.count, Bytes: d.bytes, Digest: hex.EncodeToString(d.hash.Sum(nil))}
}

// Summary describes a list of videos.
type Summary struct {
	Count  int64
	Bytes  int64 // of the videos, not of the document
	Digest string
}

// ErrUnsorted says that the keys of a list do not strictly rise in byte order.
var ErrUnsorted = errors.New("the keys are not in byte order, or one is there twice")

// Encoder writes a manifest.
type Encoder struct {
	w        io.Writer
	buf      []byte
	digester *Digester
	last     string
	err      error
}

// flushAt is the size in bytes at which the encoder hands its buffer on.
const flushAt = 64 << 10

// NewEncoder returns an Encoder that writes to w.
func NewEncoder(w io.Writer) *Encoder {
	return &Encoder{w: w, buf: append(make([]byte, 0, flushAt+4096), `{"videos":[`...), digester: NewDigester()}
}

// Add writes a video. It fails with ErrUnsorted when the key does not lie after
// the one before it, and with whatever the writer fails with.
func (e *Encoder) Add(v Video) error {
	if e.err != nil {
		return e.err
	}
	if e.digester.count > 0 && v.Key <= e.last {
		e.err = ErrUnsorted
		return e.err
	}
	e.last = v.Key
	begin := len(e.buf)
	e.buf = appendElement(e.buf, v, e.digester.count)
	e.digester.addEncoded(e.buf[begin:], v)
	if len(e.buf) >= flushAt {
		e.flush()
	}
	return e.err
}

// Close ends the document and returns what was written. It does not close the
// writer.
func (e *Encoder) Close(generatedAt time.Time) (Summary, error) {
	if e.err != nil {
		return Summary{}, e.err
	}
	e.buf = append(e.buf, `],"generatedAt":"`...)
	e.buf = appendTime(e.buf, generatedAt)
	e.buf = append(e.buf, "\"}\n"...)
	e.flush()
	return e.digester.Sum(), e.err
}

func (e *Encoder) flush() {
	_, e.err = e.w.Write(e.buf)
	e.buf = e.buf[:0]
}
