package keyscan

import (
	"bytes"
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
	n, known := d.shape.match(x.buf[x.pos:x.end])
	if known {
		x.pos += n
	} else {
		inner, err := x.through(contentsEnd)
		if err != nil {
			return false, err
		}
		if err := d.shape.learn(inner); err != nil {
			return false, err
		}
	}
	d.entry = entry{key: d.entry.key[:0]}
	for i, f := range d.shape.fields {
		if err := d.value(f, d.shape.values[i], &ambiguous); err != nil {
			return false, err
		}
	}
	if len(d.entry.key) == 0 {
		return false, errForeign
	}
	d.page.add(&d.entry)
	return ambiguous, nil
}

func (d *decoder) value(f field, raw []byte, ambiguous *bool) (err error) {
	e := &d.entry
	switch f {
	case fieldKey:
		*ambiguous, err = d.key(raw)
	case fieldModified:
		e.modified, err = timestamp(raw)
	case fieldETag:
		if !d.omitETags || !all(raw, &plain) {
			e.etag, err = d.etag(raw)
		}
	case fieldSize:
		var ok bool
		if e.size, ok = number(raw); !ok {
			return errForeign
		}
	case fieldClass:
		e.class, err = unescape(raw)
	case fieldText:
		_, err = unescape(raw)
	case fieldOwner:
		err = owner(raw)
	default:
		err = errForeign
	}
	return err
}

func (d *decoder) key(raw []byte) (escaped bool, err error) {
	e := &d.entry
	if all(raw, &plainKey) {
		e.key = raw
		return false, nil
	}
	text, err := unescape(raw)
	if err != nil {
		return false, err
	}
	escaped = bytes.IndexByte(text, '%') >= 0 || bytes.IndexByte(text, '+') >= 0
	// raw is not needed any more, so that its memory may change.
	e.key, err = unquote(text)
	return escaped, err
}

// quotes are the ways in which servers write a quotation mark.
var quotes = [...][]byte{[]byte("&quot;"), []byte("&#34;")}

// etag unescapes an ETag. Nearly all are quoted, and nothing else about them is
// escaped.
func (d *decoder) etag(raw []byte) ([]byte, error) {
	for _, quote := range quotes {
		inner, opened := bytes.CutPrefix(raw, quote)
		inner, closed := bytes.CutSuffix(inner, quote)
		if opened && closed && all(inner, &plain) {
			d.quoted = append(append(append(d.quoted[:0], '"'), inner...), '"')
			return d.quoted, nil
		}
	}
	return unescape(raw)
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
func number(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
