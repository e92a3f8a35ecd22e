package keyscan

import "unicode/utf8"

// Keys are UTF-8, and so must be what a listing starts after: S3 refuses what is
// not.

// mayFollow returns the bytes that may follow a part of a key: first to last,
// which go on with a rune, or all but those, when first is 0.
func mayFollow(part []byte) (first, last byte) {
	for back := 1; back < utf8.UTFMax && back <= len(part); back++ {
		lead := part[len(part)-back]
		if lead < utf8.RuneSelf {
			return 0, 0
		}
		if !utf8.RuneStart(lead) {
			continue
		}
		switch {
		case utf8.FullRune(part[len(part)-back:]):
			return 0, 0
		case back > 1:
			return 0x80, 0xBF
		case lead == 0xE0:
			return 0xA0, 0xBF
		case lead == 0xED:
			return 0x80, 0x9F
		case lead == 0xF0:
			return 0x90, 0xBF
		case lead == 0xF4:
			return 0x80, 0x8F
		}
		return 0x80, 0xBF
	}
	return 0, 0
}

// wholeRunes completes the rune that a key breaks off in with the first bytes
// that may follow.
func wholeRunes(key []byte) []byte {
	key = key[:len(key):len(key)]
	for first, _ := mayFollow(key); first != 0; first, _ = mayFollow(key) {
		key = append(key, first)
	}
	return key
}
