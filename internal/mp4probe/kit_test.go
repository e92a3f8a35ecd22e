package mp4probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// object is a file of any size of which the parts that are not zero are held, and the
// server that has it.
type object struct {
	size  int64
	parts []part

	class       s3types.StorageClass
	err         error                // the answer to every request, unless nil
	before      func(object *object) // called before each request
	etag        string
	ignoreRange bool

	requests int
	sent     int64 // bytes
}

type part struct {
	at   int64
	data []byte
}

// ReadAt implements io.ReaderAt.
func (o *object) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	for _, part := range o.parts {
		if skip := off - part.at; skip >= 0 && skip < int64(len(part.data)) {
			copy(p, part.data[skip:])
		} else if skip < 0 && -skip < int64(len(p)) {
			copy(p[-skip:], part.data)
		}
	}
	if n := o.size - off; n < int64(len(p)) {
		return int(max(n, 0)), io.EOF
	}
	return len(p), nil
}

// GetObject implements Getter.
func (o *object) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	o.requests++
	if o.before != nil {
		o.before(o)
	}
	if o.err != nil {
		return nil, o.err
	}
	if in.IfMatch != nil && *in.IfMatch != o.etag {
		return nil, &smithy.GenericAPIError{Code: "PreconditionFailed"}
	}
	out := &s3.GetObjectOutput{StorageClass: o.class}
	if o.etag != "" {
		out.ETag = aws.String(o.etag)
	}
	first, last := int64(0), o.size-1
	if in.Range != nil && !o.ignoreRange {
		if _, err := fmt.Sscanf(*in.Range, "bytes=%d-%d", &first, &last); err != nil {
			return nil, err
		}
		if first >= o.size {
			return nil, &smithy.GenericAPIError{Code: "InvalidRange"}
		}
		last = min(last, o.size-1)
		out.ContentRange = aws.String(fmt.Sprintf("bytes %d-%d/%d", first, last, o.size))
	}
	out.ContentLength = aws.Int64(last - first + 1)
	out.Body = io.NopCloser(io.TeeReader(io.NewSectionReader(o, first, last-first+1), (*counter)(&o.sent)))
	return out, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// whole is an object that holds all of its bytes.
func whole(data []byte) *object {
	return &object{size: int64(len(data)), parts: []part{{0, data}}, etag: `"1"`}
}

// probe looks at an object, and fails if that took more than is allowed.
func probe(t *testing.T, o *object) Video {
	t.Helper()
	v, err := Probe(t.Context(), o, "videos", "clip.mp4")
	if err != nil {
		t.Fatalf("got the error %v, want an answer", err)
	}
	checkLimits(t, o)
	return v
}

func checkLimits(t *testing.T, o *object) {
	t.Helper()
	if o.requests > 5 {
		t.Errorf("got %d requests, want 5 at most", o.requests)
	}
	if o.sent > 1<<20 {
		t.Errorf("got %d bytes, want 1 MiB at most", o.sent)
	}
}

// Boxes of a test are made of parts: bytes, numbers in big-endian order, text, and
// zeros that only the size of a sparse file has.

type zeros int64

// layout puts parts behind one another.
type layout struct {
	size  int64
	parts []part
}

func (l *layout) add(content ...any) *layout {
	for _, c := range content {
		var data []byte
		switch c := c.(type) {
		case string:
			data = []byte(c)
		case []byte:
			data = c
		case zeros:
			l.size += int64(c)
			continue
		case *layout:
			for _, p := range c.parts {
				l.parts = append(l.parts, part{l.size + p.at, p.data})
			}
			l.size += c.size
			continue
		case int:
			data = binary.BigEndian.AppendUint32(nil, uint32(c))
		case uint16:
			data = binary.BigEndian.AppendUint16(nil, c)
		case uint64:
			data = binary.BigEndian.AppendUint64(nil, c)
		case byte:
			data = []byte{c}
		default:
			panic(fmt.Sprintf("a part of type %T", c))
		}
		l.parts = append(l.parts, part{l.size, data})
		l.size += int64(len(data))
	}
	return l
}

// bx is a box; one of more than 4 GiB gets a 64-bit size.
func bx(kind string, content ...any) *layout {
	body := new(layout).add(content...)
	if body.size+8 < 1<<32 {
		return new(layout).add(int(body.size+8), kind, body)
	}
	return new(layout).add(1, kind, uint64(body.size+16), body)
}

func file(boxes ...any) *object {
	l := new(layout).add(boxes...)
	return &object{size: l.size, parts: l.parts, etag: `"1"`}
}

// data gives the whole file, for one that is small.
func (o *object) data() []byte {
	all, err := io.ReadAll(io.NewSectionReader(o, 0, o.size))
	if err != nil {
		panic(err)
	}
	return bytes.Clone(all)
}

// clipOf is what the index of a test file says.
type clipOf struct {
	seconds     int
	samples     int // pictures
	variable    bool
	video       *layout // sample entry; nil for no such track
	audio       *layout
	audioFirst  bool
	matrix      *layout
	more        []any // in moov, behind the tracks
	extraTracks int   // of metadata, before the others
}

const scale = 90_000

// moov makes the index, with sample tables as long as those of a real file.
func (c clipOf) moov() *layout {
	var tracks []any
	for range c.extraTracks {
		tracks = append(tracks, c.trak("meta", bx("mett", zeros(40)), c.samples, true))
	}
	if c.video != nil {
		tracks = append(tracks, c.trak("vide", c.video, c.samples, c.variable))
	}
	if c.audio != nil {
		sound := c.trak("soun", c.audio, c.seconds*47, false)
		if c.audioFirst {
			tracks = append([]any{sound}, tracks...)
		} else {
			tracks = append(tracks, sound)
		}
	}
	content := append([]any{bx("mvhd", 0, 0, 0, 1000, c.seconds*1000, 0x10000, zeros(76))}, tracks...)
	return bx("moov", append(content, c.more...)...)
}

func (c clipOf) trak(handler string, entry *layout, samples int, variable bool) *layout {
	matrix := c.matrix
	if matrix == nil {
		matrix = new(layout).add(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
	}
	tables := []any{bx("stsd", 0, 1, entry)}
	delta := 0
	if samples > 0 {
		delta = c.seconds * scale / samples
	}
	if variable {
		// The first entries are real ones, the others zeros that nobody should read.
		var entries []byte
		for range min(samples, 40_000) {
			entries = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(entries, 1), uint32(delta))
		}
		stts := new(layout).add(0, samples, entries)
		stts.add(zeros(max(0, int64(samples)-40_000) * 8))
		tables = append(tables, bx("stts", stts), bx("stss", 0, samples/60, zeros(samples/60*4)), bx("ctts", 0, samples, zeros(samples*8)))
	} else {
		tables = append(tables, bx("stts", 0, 1, samples, delta))
	}
	tables = append(tables, bx("stsc", 0, 1, 1, 1, 1), bx("stsz", 0, 0, samples, zeros(samples*4)), bx("co64", 0, samples, zeros(samples*8)))
	return bx("trak",
		bx("tkhd", 3, 0, 0, 1, 0, c.seconds*1000, zeros(16), matrix, 1920<<16, 1080<<16),
		bx("edts", bx("elst", 0, 1, c.seconds*1000, 0, 0x10000)),
		bx("mdia", bx("mdhd", 0, 0, 0, scale, c.seconds*scale, 0), bx("hdlr", 0, 0, handler, zeros(13)),
			bx("minf", bx("vmhd", zeros(12)), bx("dinf", bx("dref", 0, 1, bx("url ", 1))), bx("stbl", tables...))))
}

// picture is a sample entry of 1920x1080.
func picture(kind string, more ...any) *layout {
	return bx(kind, append([]any{zeros(6), uint16(1), zeros(16), uint16(1920), uint16(1080), zeros(50)}, more...)...)
}

func sound(kind string, more ...any) *layout {
	return bx(kind, append([]any{zeros(6), uint16(1), zeros(8), uint16(2), uint16(16), zeros(4), 48_000 << 16}, more...)...)
}

// avc is the configuration of H.264 with a profile.
func avc(profile byte) *layout {
	return bx("avcC", byte(1), profile, byte(0), byte(31), byte(0xff), byte(0xe0), byte(0))
}

// esds is a decoder configuration with an object type.
func esds(kind byte) *layout {
	return bx("esds", 0,
		[]byte{0x03, 25, 0, 1, 0}, []byte{0x04, 17, kind, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, []byte{0x05, 2, 0x11, 0x90}, []byte{0x06, 1, 2})
}

func h264() *layout { return picture("avc1", avc(100)) }
func aac() *layout  { return sound("mp4a", esds(0x40)) }

var (
	isom = bx("ftyp", "isom", 512, "isomiso2avc1mp41")
	mdat = bx("mdat", zeros(100_000))
)
