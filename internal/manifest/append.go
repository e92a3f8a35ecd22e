package manifest

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// appendElement appends a video as the element of a list that has so many before it.
func appendElement(b []byte, v Video, before int64) []byte {
	if before > 0 {
		b = append(b, ',')
	}
	return appendVideo(b, v)
}

// appendVideo appends a video as JSON. It is written by hand because
// encoding/json is eight times slower, which a bucket of millions feels.
func appendVideo(b []byte, v Video) []byte {
	b = append(b, `{"key":`...)
	b = appendString(b, v.Key)
	b = append(b, `,"size":`...)
	b = strconv.AppendInt(b, v.Size, 10)
	b = append(b, `,"lastModified":"`...)
	b = appendTime(b, v.LastModified)
	b = append(b, '"')
	if d := v.Details; d != nil {
		b = append(b, `,"etag":`...)
		b = appendString(b, d.ETag)
		b = append(b, `,"storageClass":`...)
		b = appendString(b, d.StorageClass)
		b = append(b, `,"info":`...)
		if d.InfoKey == "" {
			b = append(b, "null"...)
		} else {
			b = appendString(b, d.InfoKey)
		}
	}
	return append(b, '}')
}

// appendTime appends RFC 3339 in UTC, with a fraction only if there is one.
func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, time.RFC3339Nano)
}

const hexDigits = "0123456789abcdef"

// appendString appends a JSON string, escaped as encoding/json does with
// SetEscapeHTML(false): control characters, quote, backslash, the two line
// separators that JavaScript trips over, and U+FFFD for bytes that are not
// UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[start:i]...)
			b = appendEscape(b, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(b, s[start:i]...)
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&0xf])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
