package keyscan

import (
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
		var d decoder
		d.xml.buf = make([]byte, 4<<10) // so that it ends in many places of an object
		if err := d.decode(slowly(strings.NewReader(xml.String()))); err != nil || d.page.count != count {
			t.Errorf("%s: %d objects, %v", name, d.page.count, err)
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
		d := newDecoder(&Options{Bucket: "videos", Wanted: wanted, OmitETags: true})
		if err := d.decode(strings.NewReader(page)); err == nil && d.page.count != 3 || err != nil && !errors.Is(err, errForeign) {
			t.Errorf("%s wanted: %d objects, %v", name, d.page.count, err)
		}
	}
}
