// Package listpage decodes the pages of a listing and keeps their objects packed.
//
// Its decoder takes the place of the SDK's, which takes longer than the network. It
// knows pages as S3 writes them, and leaves all others to the SDK.
package listpage

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Object is what a listing says of an object. Its strings share memory with
// those of about a thousand neighbours: clone what is kept beyond the scan.
type Object struct {
	Key          string
	Size         int64     // bytes
	LastModified time.Time // UTC
	ETag         string    // as S3 writes it, quotation marks included
	StorageClass string    // "" when the server does not say
}

// Page is one answer to a listing request. Its objects are packed into a few
// dozen bytes each, so that many pages can wait, in memory or in a file, and so
// that reading one needs few allocations:
//
//	kind     1 byte: storage class, form of the ETag, whether there is a time
//	shared   uvarint, how many bytes of the key are those of the key before
//	rest     uvarint, how many bytes of the key follow
//	...      the rest of the key
//	size     uvarint
//	seconds  varint, Unix time less that of the object before
//	nanos    uvarint
//	etag     16 bytes of an MD5 sum, with the part count as a uvarint behind
//	         those of a multipart upload; or any other text behind its length
//	class    uvarint length and text, when it is none that is known
//
// A page is reused for one answer after another.
type Page struct {
	Wanted func(key []byte) bool // whether an object is packed; nil for all

	Packed []byte
	Kept   int // objects that are packed
	Count  int // objects that were listed
	Text   int // bytes of the keys and ETags unpacked
	shared int // bytes that the keys since the last one packed begin with, as that one does

	Truncated bool
	Token     string // what the next page is asked for with
	Unordered bool   // some key does not lie after the one before it

	First, Last []byte   // keys
	Samples     [][]byte // some keys from between

	seconds int64 // of the last object
}

// Parts of an object's kind byte. The storage class has the rest.
const (
	etagMD5 = 1 + iota
	etagMultipart
	etagOther
	etagMask = 3
	hasTime  = 4

	classShift = 3
)

// classes are the storage classes that fit the kind byte. The first one stands
// for none, otherClass for one that is written out.
var classes = func() []string {
	known := []string{""}
	for _, c := range types.ObjectStorageClass("").Values() {
		known = append(known, string(c))
	}
	return known[:min(len(known), otherClass)]
}()

const otherClass = 1<<(8-classShift) - 1

// SampleEvery is how many keys lie between two samples.
const SampleEvery = 32

// Entry is an object as it was read from an answer.
type Entry struct {
	Key, etag, class []byte
	sum              [sumLen]byte // of an ETag that is one in quotation marks,
	hasSum           bool         // in which case etag is empty
	Size             int64
	modified         modified
}

// modified is a time, taken apart.
type modified struct {
	known   bool
	seconds int64 // Unix time
	nanos   int
}

func modifiedAt(t time.Time) modified { return modified{true, t.Unix(), t.Nanosecond()} }

func (p *Page) reset() {
	samples := p.Samples[:0]
	*p = Page{Wanted: p.Wanted, Packed: p.Packed[:0], First: p.First[:0], Last: p.Last[:0], Samples: samples}
}

// Add lists an object, and packs it if it is wanted.
func (p *Page) Add(e *Entry) {
	if p.list(e.Key) {
		p.pack(e)
	}
}

// list takes a key in, and reports whether its object is to be packed.
func (p *Page) list(key []byte) (wanted bool) {
	shared := SharedLen(p.Last, key)
	if p.Count == 0 {
		p.First = append(p.First, key...)
	} else if shared == len(key) || shared < len(p.Last) && p.Last[shared] > key[shared] {
		p.Unordered = true
	}
	if p.Count%SampleEvery == SampleEvery-1 {
		p.sample(key)
	}
	p.Count++
	p.Last = append(p.Last[:shared], key[shared:]...)
	p.shared = min(p.shared, shared)
	return p.Wanted == nil || p.Wanted(key)
}

// pack keeps the object whose key was listed last.
func (p *Page) pack(e *Entry) {
	shared := p.shared
	p.shared = s3wire.MaxKey
	p.Kept++

	at := len(p.Packed)
	b := append(p.Packed, 0)
	b = binary.AppendUvarint(b, uint64(shared))            //nolint:gosec // a length
	b = binary.AppendUvarint(b, uint64(len(e.Key)-shared)) //nolint:gosec // no more is shared than there is
	b = append(b, e.Key[shared:]...)
	p.Text += len(e.Key) + len(e.etag)

	var kind byte
	b = binary.AppendUvarint(b, uint64(e.Size)) //nolint:gosec // read back with the opposite conversion
	if t := e.modified; t.known {
		kind |= hasTime
		b = binary.AppendVarint(b, t.seconds-p.seconds)
		b = binary.AppendUvarint(b, uint64(t.nanos)) //nolint:gosec // less than a second
		p.seconds = t.seconds
	}
	var form byte
	if e.hasSum {
		b, form = append(b, e.sum[:]...), etagMD5
		p.Text += quotedLen
	} else {
		b, form = appendETag(b, e.etag)
	}
	class := classIndex(e.class)
	if class == otherClass {
		b = binary.AppendUvarint(b, uint64(len(e.class)))
		b = append(b, e.class...)
		p.Text += len(e.class)
	}
	b[at] = kind | form | class<<classShift
	p.Packed = b
}

// sample keeps a copy of key, in memory of an earlier page's when there is some.
func (p *Page) sample(key []byte) {
	n := len(p.Samples)
	p.Samples = slices.Grow(p.Samples, 1)[:n+1]
	p.Samples[n] = append(p.Samples[n][:0], key...)
}

func classIndex(class []byte) byte {
	for i, known := range classes {
		if string(class) == known {
			return byte(i)
		}
	}
	return otherClass
}

// SharedLen returns how many bytes two texts begin with alike.
func SharedLen(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if binary.LittleEndian.Uint64(a[i:]) != binary.LittleEndian.Uint64(b[i:]) {
			break
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// Keep leaves out the objects whose key the function refuses. What was listed and not
// packed is forgotten.
func (p *Page) Keep(wanted func(key []byte) bool) {
	old := unpacker{packed: p.Packed, left: p.Kept}
	kept := Page{Packed: make([]byte, 0, len(p.Packed)), Truncated: p.Truncated, Token: p.Token, Unordered: p.Unordered}
	var e Entry
	for old.next(&e) {
		if wanted(e.Key) {
			kept.Add(&e)
		}
	}
	kept.Wanted = p.Wanted
	*p = kept
}

// Lengths of the two usual ETags: an MD5 sum in quotation marks, and the same
// with "-" and the number of parts behind the sum.
const (
	sumLen    = 16
	hexLen    = 2 * sumLen
	quotedLen = hexLen + 2
)

// appendETag packs an ETag and returns its form for the kind byte.
func appendETag(b, etag []byte) ([]byte, byte) {
	if len(etag) == 0 {
		return b, 0
	}
	if len(etag) >= quotedLen && etag[0] == '"' && etag[len(etag)-1] == '"' {
		var sum [sumLen]byte
		if unhex(&sum, etag[1:1+hexLen]) {
			if len(etag) == quotedLen {
				return append(b, sum[:]...), etagMD5
			}
			if parts, ok := partCount(etag[1+hexLen : len(etag)-1]); ok {
				return binary.AppendUvarint(append(b, sum[:]...), parts), etagMultipart
			}
		}
	}
	b = binary.AppendUvarint(b, uint64(len(etag)))
	return append(b, etag...), etagOther
}

// partCount reads "-12". It refuses what would not be written that way again.
func partCount(suffix []byte) (uint64, bool) {
	if len(suffix) < 2 || len(suffix) > 10 || suffix[0] != '-' || suffix[1] == '0' {
		return 0, false
	}
	var parts uint64
	for _, c := range suffix[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		parts = parts*10 + uint64(c-'0')
	}
	return parts, true
}

// unhex reads lower-case hexadecimal digits, and reports whether they are.
func unhex(sum *[sumLen]byte, hex []byte) bool {
	var bad byte
	for i := range sum {
		high, low := nibbles[hex[2*i]], nibbles[hex[2*i+1]]
		bad |= high | low
		sum[i] = high<<4 | low
	}
	return bad <= 15
}

const digits = "0123456789abcdef"

// nibbles holds the value of a lower-case hexadecimal digit, 255 of any other
// byte.
var nibbles = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range digits {
		t[digits[i]] = byte(i)
	}
	return t
}()

// appendETagText is the way back from appendETag. It returns what follows the
// ETag in packed as well.
func appendETagText(text, packed []byte, form byte) (unpacked, rest []byte) {
	switch form {
	case etagMD5, etagMultipart:
		text = append(text, '"')
		for _, c := range packed[:sumLen] {
			text = append(text, digits[c>>4], digits[c&15])
		}
		packed = packed[sumLen:]
		if form == etagMultipart {
			parts, n := binary.Uvarint(packed)
			text = strconv.AppendUint(append(text, '-'), parts, 10)
			packed = packed[n:]
		}
		return append(text, '"'), packed
	case etagOther:
		n, used := binary.Uvarint(packed)
		packed = packed[used:]
		return append(text, packed[:n]...), packed[n:]
	}
	return text, packed
}

// unpacker reads the objects of a page back.
type unpacker struct {
	packed  []byte
	left    int
	seconds int64
	class   byte // index in classes of the last object's storage class
}

// next reads one object into e, reusing its memory, and reports whether there
// was one. e must be the same at every call: keys build on the one before.
func (u *unpacker) next(e *Entry) bool {
	if u.left == 0 {
		return false
	}
	kind, shared, rest := u.key()
	e.Key = append(e.Key[:shared], rest...)
	u.about(kind, e)
	return true
}

// Key begins to read an object: its key is made of so many bytes of the key before,
// and of the rest.
func (u *unpacker) key() (kind byte, shared uint64, rest []byte) {
	u.left--
	kind = u.packed[0]
	u.packed = u.packed[1:]
	shared = u.uvarint()
	return kind, shared, u.bytes(u.uvarint())
}

// about reads what follows the key.
func (u *unpacker) about(kind byte, e *Entry) {
	e.Size = int64(u.uvarint()) //nolint:gosec // as packed
	e.modified = modified{}
	if kind&hasTime != 0 {
		delta, n := binary.Varint(u.packed)
		u.packed = u.packed[n:]
		u.seconds += delta
		e.modified = modified{true, u.seconds, int(u.uvarint())} //nolint:gosec // less than a second
	}
	e.etag, u.packed = appendETagText(e.etag[:0], u.packed, kind&etagMask)
	u.class = kind >> classShift
	if u.class == otherClass {
		e.class = append(e.class[:0], u.bytes(u.uvarint())...)
	} else {
		e.class = append(e.class[:0], classes[u.class]...)
	}
}

func (u *unpacker) bytes(n uint64) []byte {
	b := u.packed[:n]
	u.packed = u.packed[n:]
	return b
}

func (u *unpacker) uvarint() uint64 {
	if c := u.packed[0]; c < 0x80 {
		u.packed = u.packed[1:]
		return uint64(c)
	}
	v, n := binary.Uvarint(u.packed)
	u.packed = u.packed[n:]
	return v
}

// Each yields the objects of a packed page and reports whether the consumer
// wants more. text is how many bytes their keys, ETags and odd storage classes
// have: all of them share one allocation.
func Each(packed []byte, count, text int, yield func(Object, error) bool) bool {
	var slab strings.Builder
	slab.Grow(text)
	keep := func(b []byte) string {
		at := slab.Len()
		slab.Write(b)
		return slab.String()[at:]
	}
	u := unpacker{packed: packed, left: count}
	var e Entry
	key := ""
	for u.left > 0 {
		kind, shared, rest := u.key()
		at := slab.Len()
		slab.WriteString(key[:shared])
		slab.Write(rest)
		key = slab.String()[at:]
		u.about(kind, &e)
		o := Object{Key: key, Size: e.Size}
		if t := e.modified; t.known {
			o.LastModified = time.Unix(t.seconds, int64(t.nanos)).UTC()
		}
		if len(e.etag) > 0 {
			o.ETag = keep(e.etag)
		}
		if u.class != otherClass {
			o.StorageClass = classes[u.class]
		} else {
			o.StorageClass = keep(e.class)
		}
		if !yield(o, nil) {
			return false
		}
	}
	return true
}
