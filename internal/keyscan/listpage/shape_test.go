package listpage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestEveryObjectHasTheShapeOfTheFirst reads keys of lengths that differ by that of
// what follows a key, which is so with the videos and sidecars of a bucket, in
// reads of every size: all are written in the same way, and are to be read fast.
func TestEveryObjectHasTheShapeOfTheFirst(t *testing.T) {
	var xml strings.Builder
	xml.WriteString("<ListBucketResult><IsTruncated>false</IsTruncated>")
	const count = 500
	for i := range count {
		suffix := []string{".info.json", ".mp4"}[i%2]
		class := []string{"STANDARD", "STANDARD_IA", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING"}[i%5]
		fmt.Fprintf(&xml, "<Contents><Key>clip-%05d%s</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;%032x&quot;</ETag><Size>%d</Size><StorageClass>%s</StorageClass></Contents>",
			i/2, suffix, i, i*i*i, class)
	}
	xml.WriteString("</ListBucketResult>")
	for name, slowly := range map[string]func(io.Reader) io.Reader{
		"at once":      func(r io.Reader) io.Reader { return r },
		"by halves":    iotest.HalfReader,
		"byte by byte": iotest.OneByteReader,
	} {
		var d Decoder
		d.xml.buf = make([]byte, 4<<10) // so that it ends in many places of an object
		if err := d.Decode(slowly(strings.NewReader(xml.String()))); err != nil || d.Page.Count != count {
			t.Errorf("%s: %d objects, %v", name, d.Page.Count, err)
		}
		learnt := 0
		for _, s := range d.shapes.known {
			if len(s.markup) > 0 {
				learnt++
			}
		}
		if learnt != 1 {
			t.Errorf("%s: %d shapes were found in objects of one", name, learnt)
		}
	}
}

// TestNoObjectIsTakenForAValue has an ETag that is as long as what lies between that of
// the second object and the end of the third one's.
func TestNoObjectIsTakenForAValue(t *testing.T) {
	object := func(key, etag string) string {
		return "<Contents><Key>" + key + "</Key><ETag>" + etag + "</ETag><Size>1</Size></Contents>"
	}
	second, third := object("b", "2"), object("c", "3")
	long := len(second) + len(third) - len("<Contents><Key>b</Key><ETag></ETag><Size>1</Size></Contents>")
	page := "<ListBucketResult><IsTruncated>false</IsTruncated>" + object("a", strings.Repeat("1", long)) + second + third + "</ListBucketResult>"
	for name, wanted := range map[string]func([]byte) bool{"all": nil, "none": func([]byte) bool { return false }} {
		d := NewDecoder("videos", wanted, true)
		if err := d.Decode(strings.NewReader(page)); err == nil && d.Page.Count != 3 || err != nil && !errors.Is(err, ErrForeign) {
			t.Errorf("%s wanted: %d objects, %v", name, d.Page.Count, err)
		}
	}
}

// TestUnwantedKeysMayHoldMarkup has keys that look like mark-up once they are decoded.
func TestUnwantedKeysMayHoldMarkup(t *testing.T) {
	d := NewDecoder("videos", func(key []byte) bool { return bytes.HasSuffix(key, []byte(".mp4")) }, false)
	if err := d.Decode(strings.NewReader(listing("<a", "b<", "c.mp4", "d</Key>"))); err != nil || d.Page.Count != 4 || d.Page.Kept != 1 {
		t.Errorf("got %d objects, %d of them kept, error %v; want 4 objects, 1 of them kept", d.Page.Count, d.Page.Kept, err)
	}
}
