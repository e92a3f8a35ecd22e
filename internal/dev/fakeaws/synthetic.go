package fakeaws

// Shape is how the keys of a synthetic bucket are spread.
type Shape string

// The shapes that a listing may meet. The names of the files are made of
// counters, except where it says otherwise.
const (
	ShapeDates   Shape = "dates"   // a directory a day over four years
	ShapeCounter Shape = "counter" // no directories, one zero-padded counter
	ShapeHot     Shape = "hot"     // a hundred directories, nine tenths of the keys in one of them
	ShapeHashes  Shape = "hashes"  // no directories, names of 32 hex digits
	ShapeZipf    Shape = "zipf"    // a thousand directories, the nth largest with a share of 1/n
	ShapeUnicode Shape = "unicode" // directories and names in several scripts, with characters to escape
)

// Shapes lists every shape.
var Shapes = []Shape{ShapeDates, ShapeCounter, ShapeHot, ShapeHashes, ShapeZipf, ShapeUnicode}

// Synthetic says what a synthetic bucket holds: videos, each with its sidecar
// (x.mp4 and x.info.json). Size, time and ETag follow from the position of the
// key alone, so that every server shows the same bucket.
type Synthetic struct {
	Keys   int    // videos and sidecars together; an odd number leaves the last sidecar alone
	Shape  Shape  // default ShapeDates
	Folder string // in front of every key
}

// KeyAt returns a function that gives the key at each position, in byte order. It
// fails when s is malformed.
func (s Synthetic) KeyAt() (func(i int) string, error) {
	keys, err := NewKeys(s)
	if err != nil {
		return nil, err
	}
	return keys.At, nil
}
