package keyscan

import (
	"encoding/binary"
	"strings"
	"time"
)

// unpacker reads the objects of a page back.
type unpacker struct {
	packed  []byte
	left    int
	seconds int64
	class   byte // index in classes of the last object's storage class
}

// next reads one object into e, reusing its memory, and reports whether there
// was one. e must be the same at every call: keys build on the one before.
func (u *unpacker) next(e *entry) bool {
	if u.left == 0 {
		return false
	}
	kind, shared, rest := u.key()
	e.key = append(e.key[:shared], rest...)
	u.about(kind, e)
	return true
}

// key begins to read an object: its key is made of so many bytes of the key before,
// and of the rest.
func (u *unpacker) key() (kind byte, shared uint64, rest []byte) {
	u.left--
	kind = u.packed[0]
	u.packed = u.packed[1:]
	shared = u.uvarint()
	return kind, shared, u.bytes(u.uvarint())
}

// about reads what follows the key.
func (u *unpacker) about(kind byte, e *entry) {
	e.size = int64(u.uvarint()) //nolint:gosec // as packed
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

// each yields the objects of a packed page and reports whether the consumer
// wants more. text is how many bytes their keys, ETags and odd storage classes
// have: all of them share one allocation.
func each(packed []byte, count, text int, yield func(Object, error) bool) bool {
	var slab strings.Builder
	slab.Grow(text)
	keep := func(b []byte) string {
		at := slab.Len()
		slab.Write(b)
		return slab.String()[at:]
	}
	u := unpacker{packed: packed, left: count}
	var e entry
	key := ""
	for u.left > 0 {
		kind, shared, rest := u.key()
		at := slab.Len()
		slab.WriteString(key[:shared])
		slab.Write(rest)
		key = slab.String()[at:]
		u.about(kind, &e)
		o := Object{Key: key, Size: e.size}
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
