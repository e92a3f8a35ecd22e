package listpage

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlReader takes plain XML apart without building anything. It knows tags
// without attributes and the text between them; on all else it fails with
// errForeign.
type xmlReader struct {
	from     io.Reader
	buf      []byte
	pos, end int
}

const (
	xmlBuffer = 64 << 10
	// longestElement is far beyond any object's: a key has at most 1,024 bytes,
	// each of which may be written with seven.
	longestElement = 1 << 20
)

func (x *xmlReader) reset(from io.Reader) {
	if x.buf == nil {
		x.buf = make([]byte, xmlBuffer)
	}
	x.from, x.pos, x.end = from, 0, 0
}

// fill reads more behind what is there, which may move it in the buffer.
func (x *xmlReader) fill() error {
	if x.pos > 0 {
		x.end = copy(x.buf, x.buf[x.pos:x.end])
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= longestElement {
			return ErrForeign
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	// A connection gives a few kilobytes at a time. What it has to say after them,
	// an error too, it says again.
	n, err := io.ReadFull(x.from, x.buf[x.end:])
	x.end += n
	switch {
	case n > 0:
		return nil
	case err == io.EOF:
		return ErrForeign // a whole answer, but not a whole document
	}
	return err
}

// through returns what comes before the separator and moves behind it.
func (x *xmlReader) through(separator []byte) ([]byte, error) {
	searched := 0
	for {
		if i := bytes.Index(x.buf[x.pos+searched:x.end], separator); i >= 0 {
			found := x.buf[x.pos : x.pos+searched+i]
			x.pos += searched + i + len(separator)
			return found, nil
		}
		searched = max(0, x.end-x.pos-len(separator)+1)
		if err := x.fill(); err != nil {
			return nil, err
		}
	}
}

// tag returns what stands between the angle brackets of the next tag. Only
// white space may come before it.
func (x *xmlReader) tag() ([]byte, error) {
	if b := x.buf[x.pos:x.end]; len(b) > 0 && b[0] == '<' {
		if end := bytes.IndexByte(b, '>'); end > 0 {
			x.pos += end + 1
			return b[1:end], nil
		}
	}
	before, err := x.through([]byte{'<'})
	if err != nil {
		return nil, err
	}
	if !blank(before) {
		return nil, ErrForeign
	}
	return x.through([]byte{'>'})
}

// element splits the first element off b: its name, what is in it, and what
// follows. It does not find the end of an element that holds one of the same
// name.
func element(b []byte) (name, inner, rest []byte, err error) {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	end := bytes.IndexByte(b, '>')
	if end < 2 || b[0] != '<' {
		return nil, nil, nil, ErrForeign
	}
	name, b = b[1:end], b[end+1:]
	if name[len(name)-1] == '/' {
		return name[:len(name)-1], nil, b, nil
	}
	// Most elements hold no other, so that the next tag closes them.
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '<')
		if i < 0 {
			return nil, nil, nil, ErrForeign
		}
		at += i
		if after := b[at+1:]; len(after) > len(name)+1 && after[0] == '/' && after[len(name)+1] == '>' && bytes.Equal(after[1:len(name)+1], name) {
			return name, b[:at], after[len(name)+2:], nil
		}
		at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func blank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// plain holds the bytes that stand for themselves in XML text.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '&' && c != '<' && c != ']' && c != 0x7f
	}
	return t
}()

// plainKey holds the bytes that stand for themselves in a URL-encoded key, too.
var plainKey = func() (t [256]bool) {
	t = plain
	t['%'], t['+'] = false, false
	return t
}()

func all(b []byte, set *[256]bool) bool {
	for _, c := range b {
		if !set[c] {
			return false
		}
	}
	return true
}

// unescape returns the text that raw stands for: raw itself where it can.
func unescape(raw []byte) ([]byte, error) {
	if all(raw, &plain) {
		return raw, nil
	}
	if bytes.IndexByte(raw, '<') >= 0 || bytes.IndexByte(raw, '\r') >= 0 || bytes.Contains(raw, []byte("]]>")) {
		return nil, ErrForeign
	}
	text := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		if raw[0] != '&' {
			r, n := utf8.DecodeRune(raw)
			if r == utf8.RuneError && n == 1 || !inXML(r) {
				return nil, ErrForeign
			}
			text = append(text, raw[:n]...)
			raw = raw[n:]
			continue
		}
		end := bytes.IndexByte(raw, ';')
		if end < 0 {
			return nil, ErrForeign
		}
		r, ok := entity(string(raw[1:end]))
		if !ok || !inXML(r) {
			return nil, ErrForeign
		}
		text = utf8.AppendRune(text, r)
		raw = raw[end+1:]
	}
	return text, nil
}

// entity returns the character that a reference such as "amp" or "#x2F" names.
func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if digits == "" || digits[0] == '+' || digits[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

// inXML reports whether XML 1.0 has the character.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

// unquote decodes a URL-encoded key, in place.
func unquote(key []byte) ([]byte, error) {
	n := 0
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(key) {
				return nil, ErrForeign
			}
			high, low := nibbles[key[i+1]|0x20], nibbles[key[i+2]|0x20]
			if high|low > 15 || key[i+1] < '0' || key[i+2] < '0' {
				return nil, ErrForeign
			}
			c = high<<4 | low
			i += 2
		}
		key[n] = c
		n++
	}
	return key[:n], nil
}
