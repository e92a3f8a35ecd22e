// Package keyspace makes up the keys of buckets with millions of objects, by
// position and in byte order, without holding them.
package keyspace

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"time"
)

// Shape is how the keys of a synthetic bucket are spread.
type Shape string

// The shapes that a listing may meet. The names of the files are made of
// counters, except where it says otherwise.
const (
	ShapeDates   Shape = "dates"   // a directory a day over four years
	ShapeCounter Shape = "counter" // no directories, one zero-padded counter
	ShapeHot     Shape = "hot"     // a hundred directories, nine tenths of the keys in one of them
	ShapeHashes  Shape = "hashes"  // no directories, names of 32 hex digits
	ShapeZipf    Shape = "zipf"    // a thousand directories, the nth largest with a share of 1/n
	ShapeUnicode Shape = "unicode" // directories and names in several scripts, with characters to escape
)

// Shapes lists every shape.
var Shapes = []Shape{ShapeDates, ShapeCounter, ShapeHot, ShapeHashes, ShapeZipf, ShapeUnicode}

// Synthetic says what a synthetic bucket holds: videos, each with its sidecar
// (x.mp4 and x.info.json). Size, time and ETag follow from the position of the
// key alone, so that every server shows the same bucket.
type Synthetic struct {
	Keys   int    // videos and sidecars together; an odd number leaves the last sidecar alone
	Shape  Shape  // default ShapeDates
	Folder string // in front of every key
}

// KeyAt returns a function that gives the key at each position, in byte order. It
// fails when s is malformed.
func (s Synthetic) KeyAt() (func(i int) string, error) {
	keys, err := NewKeys(s)
	if err != nil {
		return nil, err
	}
	return keys.At, nil
}

// Keys are the keys of a synthetic bucket by position, in byte order. They
// never change, and nothing of them is kept in memory.
type Keys struct {
	folder string
	names  naming
	count  int
}

// NewKeys fails when s is malformed.
func NewKeys(s Synthetic) (*Keys, error) {
	if s.Keys < 0 {
		return nil, fmt.Errorf("fakeaws: a synthetic bucket of %d keys", s.Keys)
	}
	names, err := newNaming(s.Shape, (s.Keys+1)/2)
	if err != nil {
		return nil, err
	}
	return &Keys{folder: s.Folder, names: names, count: s.Keys}, nil
}

// Len is the number of keys.
func (k *Keys) Len() int { return k.count }

// At returns the key at a position.
func (k *Keys) At(i int) string { return string(k.appendKey(nil, i)) }

// Search returns the position of key, or of the first key after it.
func (k *Keys) Search(key string) int {
	var buffer []byte
	return sort.Search(k.count, func(i int) bool {
		buffer = k.appendKey(buffer[:0], i)
		return string(buffer) >= key
	})
}

// Find reports whether there is such a key, and where.
func (k *Keys) Find(key string) (int, bool) {
	i := k.Search(key)
	return i, i < k.count && k.At(i) == key
}

// The two kinds of object; ".info.json" sorts before ".mp4".
const (
	sidecarSuffix = ".info.json"
	videoSuffix   = ".mp4"
	sidecar       = `{"duration":60,"fps":30,"width":1920,"height":1080}`
)

var sidecarBody = strings.NewReader(sidecar)

// syntheticEpoch is the earliest time of modification; the others lie within
// the year after it.
var syntheticEpoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

func (k *Keys) appendKey(b []byte, i int) []byte {
	b = append(b, k.folder...)
	b = k.names.appendName(b, i/2)
	if i%2 == 0 {
		return append(b, sidecarSuffix...)
	}
	return append(b, videoSuffix...)
}

// Object is a made-up object, and room to make the next one up in.
type Object struct {
	Key      string
	ETag     string // without quotes
	Modified time.Time
	Size     int64
	Body     io.ReaderAt

	buffer []byte
	texts  *strings.Builder
}

// textBlock is how much room for texts is taken at once.
const textBlock = 16 << 10

// Make makes the object at a position, in place of what o was.
func (k *Keys) Make(o *Object, i int) {
	random := scramble(uint64(i))
	b := k.appendKey(o.buffer[:0], i)
	end := len(b)
	b = appendHex(b, random)
	b = appendHex(b, scramble(random))
	o.buffer = b
	text := o.keep(b)
	o.Key, o.ETag = text[:end], text[end:]
	o.Modified = time.Unix(syntheticEpoch+int64(random%(365*24*3600)), 0).UTC()
	if i%2 == 0 {
		o.Size, o.Body = int64(len(sidecar)), sidecarBody
	} else {
		o.Size, o.Body = 1<<20+int64(random>>32%(256<<20)), zeros{}
	}
}

// keep makes a string of b in a block that many share: a listing makes a
// thousand a page.
func (o *Object) keep(b []byte) string {
	if o.texts == nil || o.texts.Cap()-o.texts.Len() < len(b) {
		o.texts = &strings.Builder{}
		o.texts.Grow(textBlock)
	}
	start := o.texts.Len()
	o.texts.Write(b)
	return o.texts.String()[start:]
}

// zeros is the endless body of a made-up video.
type zeros struct{}

// ReadAt implements io.ReaderAt.
func (zeros) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}
