package fakeaws

import (
	"fmt"
	"strconv"
	"strings"
)

// byteRange is a run of bytes of an object.
type byteRange struct{ start, length int64 }

// contentRange is the value of Content-Range.
func (r byteRange) contentRange(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.start, r.start+r.length-1, size)
}

// parseRange reads a Range header. It answers nil when the header asks for no
// single range, in which case S3 sends the whole object.
func parseRange(header string, size int64) (*byteRange, error) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return nil, nil
	}
	if first == "" {
		n, ok := position(last)
		if !ok {
			return nil, nil
		}
		n = min(n, size)
		if n == 0 {
			return nil, invalidRange(header, size)
		}
		return &byteRange{size - n, n}, nil
	}
	start, ok := position(first)
	if !ok {
		return nil, nil
	}
	end := size - 1
	if last != "" {
		n, ok := position(last)
		if !ok || n < start {
			return nil, nil
		}
		end = min(n, end)
	}
	if start >= size {
		return nil, invalidRange(header, size)
	}
	return &byteRange{start, end - start + 1}, nil
}

// position reads a number of a Range header.
func position(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

func invalidRange(header string, size int64) *apiError {
	e := fail(416, "InvalidRange", "The requested range is not satisfiable",
		field("RangeRequested", header), field("ActualObjectSize", strconv.FormatInt(size, 10)))
	e.header = map[string]string{"Content-Range": fmt.Sprintf("bytes */%d", size)}
	return e
}

// partRange gives the bytes of one part of a multipart object; any other
// object is one part.
func (v *version) partRange(number int) (byteRange, *part, error) {
	if len(v.parts) == 0 && number == 1 {
		return byteRange{0, v.size}, nil, nil
	}
	var start int64
	for i := range v.parts {
		p := &v.parts[i]
		if i+1 == number {
			return byteRange{start, p.size}, p, nil
		}
		start += p.size
	}
	return byteRange{}, nil, fail(416, "InvalidPartNumber", "The requested partnumber is not satisfiable",
		field("PartNumberRequested", strconv.Itoa(number)), field("ActualPartCount", strconv.Itoa(max(1, len(v.parts)))))
}
