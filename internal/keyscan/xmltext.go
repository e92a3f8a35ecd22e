package keyscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

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
		return nil, errForeign
	}
	text := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		if raw[0] != '&' {
			r, n := utf8.DecodeRune(raw)
			if r == utf8.RuneError && n == 1 || !inXML(r) {
				return nil, errForeign
			}
			text = append(text, raw[:n]...)
			raw = raw[n:]
			continue
		}
		end := bytes.IndexByte(raw, ';')
		if end < 0 {
			return nil, errForeign
		}
		r, ok := entity(string(raw[1:end]))
		if !ok || !inXML(r) {
			return nil, errForeign
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
				return nil, errForeign
			}
			high, low := nibbles[key[i+1]|0x20], nibbles[key[i+2]|0x20]
			if high|low > 15 || key[i+1] < '0' || key[i+2] < '0' {
				return nil, errForeign
			}
			c = high<<4 | low
			i += 2
		}
		key[n] = c
		n++
	}
	return key[:n], nil
}
