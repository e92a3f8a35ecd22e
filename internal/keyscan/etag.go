package keyscan

import (
	"encoding/binary"
	"strconv"
)

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
