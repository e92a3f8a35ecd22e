package fakeaws

import (
	"errors"
	"fmt"
	"net/http"
)

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
	keys, err := newSyntheticKeys(s)
	if err != nil {
		return nil, err
	}
	return func(i int) string { return string(keys.appendKey(nil, i)) }, nil
}

// AddSyntheticBucket makes a bucket of the server's own account and region
// whose keys are made up as they are asked for. Keys that are written or
// deleted later are remembered. It fails when the name is taken or invalid,
// or s is malformed.
func (s *Server) AddSyntheticBucket(name string, content Synthetic) error {
	if !validBucketName(name) {
		return fmt.Errorf("fakeaws: invalid bucket name %q", name)
	}
	keys, err := newSyntheticKeys(content)
	if err != nil {
		return err
	}
	// A new bucket is as CreateBucket by the root user makes it.
	c := &call{srv: s, r: &http.Request{Header: http.Header{}}, now: s.opts.Clock(), bucketName: name}
	c.caller.principal = s.account(s.opts.AccountID).Root().Principal
	b, err := c.newBucket(s.opts.Region, nil)
	if err != nil {
		return err
	}
	b.objects = keys
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if s.store.buckets[name] != nil {
		return errors.New("fakeaws: the bucket " + name + " exists")
	}
	s.store.buckets[name] = b
	return nil
}
