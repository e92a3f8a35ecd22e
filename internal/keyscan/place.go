package keyscan

import (
	"math"
	"unicode/utf8"
)

// place says where in a key a byte stands: keys are alike at the same place. Folders
// and characters are counted, not bytes, so that names of different lengths and
// scripts do not shift what follows them.
type place struct {
	folder, rune uint16
	before       byte // the byte before it in the same name; 0 for none
}

// anyByte stands for any byte before a place: it is in no UTF-8.
const anyByte = 0xFF

// placeIn is the place of the byte that follows a part of a key.
func placeIn(part []byte) place {
	var at place
	for _, c := range part {
		at = at.after(c)
	}
	return at
}

// after is the place that follows, when c stands at this one.
func (at place) after(c byte) place {
	if c == '/' {
		return place{folder: at.folder + 1}
	}
	at.before = c
	if utf8.RuneStart(c) {
		at.rune++
	}
	return at
}

// anywhere is the place whatever comes before it.
func (at place) anywhere() place {
	at.before = anyByte
	return at
}

// alphabet is where all bytes are gathered that begin a character, or go on with
// it, anywhere in a key.
func (at place) alphabet(within bool) place {
	if !within {
		at.before = anyByte
	}
	return place{folder: math.MaxUint16, before: at.before}
}
