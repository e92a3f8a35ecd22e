package keyscan

import (
	"bytes"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// field is an element of an object.
type field byte

const (
	fieldKey field = iota
	fieldModified
	fieldETag
	fieldSize
	fieldClass
	fieldText
	fieldOwner
	fieldForeign
)

func fieldOf(name []byte) field {
	switch string(name) {
	case "Key":
		return fieldKey
	case "LastModified":
		return fieldModified
	case "ETag":
		return fieldETag
	case "Size":
		return fieldSize
	case "StorageClass":
		return fieldClass
	case "ChecksumAlgorithm", "ChecksumType":
		return fieldText
	case "Owner":
		return fieldOwner
	}
	return fieldForeign
}

var contentsEnd = []byte("</Contents>")

// object reads what follows "<Contents>", up to and including its end, into the
// page. It reports whether the key had characters that mean something else when
// keys are not URL-encoded.
func (d *decoder) object() (ambiguous bool, err error) {
	x := &d.xml
	found, n := d.shapes.match(x.buf[x.pos:x.end])
	if found != nil {
		x.pos += n
	} else {
		inner, err := x.through(contentsEnd)
		if err != nil {
			return false, err
		}
		// Most of these are like others, and only the end of the buffer cut them off.
		whole := inner[:len(inner)+len(contentsEnd)]
		if found, n = d.shapes.match(whole); n != len(whole) {
			if found, err = d.shapes.learn(inner); err != nil {
				return false, err
			}
		}
	}
	d.entry = entry{}
	if ambiguous, err = d.key(found.values[found.key]); err != nil {
		return false, err
	}
	if n := len(d.entry.key); n == 0 || n > maxKeyLen {
		return false, s3wire.CheckKey(d.entry.key)
	}
	if !d.page.list(d.entry.key) {
		return ambiguous, found.passOver()
	}
	for i, f := range found.fields {
		raw := found.values[i]
		switch f {
		case fieldModified:
			d.entry.modified, err = timestamp(raw)
		case fieldETag:
			err = d.etag(raw)
		case fieldClass:
			d.entry.class, err = unescape(raw)
		case fieldSize:
			d.entry.size, err = number(raw)
		}
		if err != nil {
			return false, err
		}
	}
	d.page.pack(&d.entry)
	return ambiguous, nil
}

// key decodes a key. What it begins with in common with the key before need not
// be looked at again, if that stood for itself.
func (d *decoder) key(raw []byte) (ambiguous bool, err error) {
	e := &d.entry
	known := 0
	if d.plainKey {
		known = sharedLen(d.page.last, raw)
	}
	if d.plainKey = all(raw[known:], &plainKey); d.plainKey {
		e.key = raw
		return false, nil
	}
	text, err := unescape(raw)
	if err != nil {
		return false, err
	}
	ambiguous = bytes.IndexByte(text, '%') >= 0 || bytes.IndexByte(text, '+') >= 0
	// raw is not needed any more, so that its memory may change.
	e.key, err = unquote(text)
	return ambiguous, err
}

// quotes are the ways in which servers write a quotation mark.
var quotes = [...][]byte{[]byte("&quot;"), []byte("&#34;")}

// etag decodes an ETag. Nearly all are an MD5 sum in quotation marks.
func (d *decoder) etag(raw []byte) (err error) {
	if d.omitETags {
		return passOver(raw)
	}
	e := &d.entry
	for _, quote := range quotes {
		inner, opened := bytes.CutPrefix(raw, quote)
		inner, closed := bytes.CutSuffix(inner, quote)
		if opened && closed && len(inner) == hexLen {
			if e.hasSum = unhex(&e.sum, inner); e.hasSum {
				return nil
			}
		}
	}
	e.etag, err = unescape(raw)
	return err
}

// passOver looks at a value no more than it takes to know that it is one, and not
// several objects.
func passOver(value []byte) error {
	if bytes.IndexByte(value, '<') >= 0 {
		return errForeign
	}
	return nil
}

// passOver passes over all but the key, which was decoded in its place.
func (s *shape) passOver() error {
	for i, value := range s.values {
		if i == s.key {
			continue
		}
		if err := passOver(value); err != nil {
			return err
		}
	}
	return nil
}

// owner checks what is of no use here.
func owner(b []byte) error {
	for !blank(b) {
		name, inner, rest, err := element(b)
		if err != nil {
			return err
		}
		if n := string(name); n != "ID" && n != "DisplayName" {
			return errForeign
		}
		if _, err := unescape(inner); err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// number reads digits, and nothing but digits.
func number(b []byte) (int64, error) {
	if len(b) == 0 || len(b) > 18 {
		return 0, errForeign
	}
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, errForeign
		}
		n = n*10 + int64(c-'0')
	}
	return n, nil
}
