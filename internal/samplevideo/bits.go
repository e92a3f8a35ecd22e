package samplevideo

import "math/bits"

// bitWriter collects the bits of an H.264 syntax structure, most significant
// bit first. The names of its methods are those of the standard's descriptors.
type bitWriter struct {
	bytes []byte
	free  int // bits not yet used in the last byte
}

// u writes the low n bits of v.
func (w *bitWriter) u(n int, v uint32) {
	for n--; n >= 0; n-- {
		if w.free == 0 {
			w.bytes, w.free = append(w.bytes, 0), 8
		}
		w.free--
		w.bytes[len(w.bytes)-1] |= byte(v>>n&1) << w.free
	}
}

// ue writes v as an unsigned Exp-Golomb code.
func (w *bitWriter) ue(v uint32) {
	length := bits.Len32(v + 1)
	w.u(length-1, 0)
	w.u(length, v+1)
}

// align fills the last byte with zero bits.
func (w *bitWriter) align() { w.free = 0 }

// trailing ends a NAL unit's payload: one bit 1, then zeros up to a byte.
func (w *bitWriter) trailing() {
	w.u(1, 1)
	w.align()
}

// nalUnit puts a header in front of a payload and breaks up the byte sequences
// that would look like a start code. refIDC 0 marks a picture that no other
// picture refers to.
func nalUnit(refIDC, unitType byte, payload []byte) []byte {
	unit := append(make([]byte, 0, len(payload)+8), refIDC<<5|unitType)
	zeros := 0
	for _, b := range payload {
		if zeros == 2 && b <= 3 {
			unit, zeros = append(unit, 3), 0
		}
		unit = append(unit, b)
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return unit
}
