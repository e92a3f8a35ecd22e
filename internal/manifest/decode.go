package manifest

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"strconv"
	"time"
)

// Decoder reads a manifest without holding it in memory.
type Decoder struct {
	lexer       *lexer
	generatedAt time.Time
	bytes       int64 // the sizes of the videos so far
}

// NewDecoder returns a Decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{lexer: newLexer(r)} }

// GeneratedAt returns the document's time once Videos has ended without an
// error; it is zero when the document has none.
func (d *Decoder) GeneratedAt() time.Time { return d.generatedAt }

// Videos yields the videos in the order of the document, once. It ends with an
// error that is ErrNotManifest when the document is of another kind, is cut
// short or goes on after its end, and with the reader's error when that fails.
// Members that this version does not know are skipped.
func (d *Decoder) Videos() iter.Seq2[Video, error] {
	return func(yield func(Video, error) bool) {
		err := d.document(func(v Video) bool { return yield(v, nil) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(Video{}, err)
		}
	}
}

// errStopped says that the caller has seen enough.
var errStopped = errors.New("stopped")

func (d *Decoder) document(yield func(Video) bool) error {
	if mark, _ := d.lexer.r.Peek(3); string(mark) == "\ufeff" {
		return notManifest("it begins with a byte order mark, which JSON does not have")
	}
	var has seen
	const videos, generatedAt = 0, 1
	err := d.lexer.object("the document", func(name string) error {
		switch name {
		case "videos":
			if err := has.once(name, videos); err != nil {
				return err
			}
			return d.lexer.array(`"videos"`, func() error { return d.video(yield) })
		case "generatedAt":
			at, err := d.time(name, &has, generatedAt)
			if at != nil {
				d.generatedAt = *at
			}
			return err
		}
		return d.lexer.skip(1)
	})
	if err != nil {
		return err
	}
	if has&(1<<videos) == 0 {
		return notManifest(`it has no "videos"`)
	}
	return d.lexer.end()
}

// entry is a video as the document has it; nil where it has none or null.
type entry struct {
	key, etag, storageClass, info *string
	size                          *int64
	lastModified                  *time.Time
	seen                          seen
}

func (d *Decoder) video(yield func(Video) bool) error {
	var e entry
	err := d.lexer.object("a video", func(name string) error { return d.member(name, &e) })
	switch {
	case err != nil:
		return err
	case e.key == nil || e.size == nil || e.lastModified == nil:
		return notManifest("a video before byte %d lacks key, size or lastModified", d.lexer.at)
	case *e.key == "" || len(*e.key) > maxKey:
		return notManifest("a key before byte %d has %d bytes, and an object's key has 1 to %d", d.lexer.at, len(*e.key), maxKey)
	case *e.size < 0:
		return notManifest("the size of %q is negative", *e.key)
	case *e.size > math.MaxInt64-d.bytes:
		return notManifest("the sizes up to that of %q add up to more than an int64 holds", *e.key)
	}
	d.bytes += *e.size
	v := Video{Key: *e.key, Size: *e.size, LastModified: *e.lastModified}
	if e.etag != nil {
		v.Details = &Details{ETag: *e.etag}
		if e.storageClass != nil {
			v.Details.StorageClass = *e.storageClass
		}
		if e.info != nil {
			v.Details.InfoKey = *e.info
		}
	}
	if !yield(v) {
		return errStopped
	}
	return nil
}

// maxKey is how many bytes the key of an object has at most.
const maxKey = 1024

// member reads a value of a video.
func (d *Decoder) member(name string, e *entry) (err error) {
	switch name {
	case "key":
		e.key, err = d.text(name, &e.seen, 0)
	case "size":
		e.size, err = d.integer(name, &e.seen, 1)
	case "lastModified":
		e.lastModified, err = d.time(name, &e.seen, 2)
	case "etag":
		e.etag, err = d.text(name, &e.seen, 3)
	case "storageClass":
		e.storageClass, err = d.text(name, &e.seen, 4)
	case "info":
		e.info, err = d.text(name, &e.seen, 5)
	default:
		err = d.lexer.skip(1)
	}
	return err
}

// seen notes which members an object had, so that one that comes twice is not
// taken for the other.
type seen byte

func (s *seen) once(name string, which int) error {
	if *s&(1<<which) != 0 {
		return notManifest("an object has %q twice", name)
	}
	*s |= 1 << which
	return nil
}

// scalar reads the value of a member; nil means null.
func (d *Decoder) scalar(name string, s *seen, which int) ([]byte, error) {
	if err := s.once(name, which); err != nil {
		return nil, err
	}
	raw, err := d.lexer.scalar()
	if err != nil || string(raw) == "null" {
		return nil, err
	}
	return raw, nil
}

func (d *Decoder) text(name string, s *seen, which int) (*string, error) {
	raw, err := d.scalar(name, s, which)
	if raw == nil || err != nil {
		return nil, err
	}
	if raw[0] != '"' {
		return nil, d.wrong(name, raw, "text")
	}
	text, err := unquote(raw)
	if err != nil {
		return nil, d.lexer.invalid(raw)
	}
	return &text, nil
}

func (d *Decoder) integer(name string, s *seen, which int) (*int64, error) {
	raw, err := d.scalar(name, s, which)
	if raw == nil || err != nil {
		return nil, err
	}
	// JSON has no sign in front but a minus, and no zero in front of digits.
	digits := bytes.TrimPrefix(raw, []byte("-"))
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || digits[0] == '+' || len(digits) > 1 && digits[0] == '0' {
		return nil, d.wrong(name, raw, "a whole number")
	}
	return &n, nil
}

func (d *Decoder) time(name string, s *seen, which int) (*time.Time, error) {
	text, err := d.text(name, s, which)
	if text == nil || err != nil {
		return nil, err
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(*text)); err != nil {
		return nil, d.wrong(name, []byte(*text), "a time in RFC 3339")
	}
	return &t, nil
}

func (d *Decoder) wrong(name string, raw []byte, want string) error {
	return notManifest("%q before byte %d is %.40s, and not %s", name, d.lexer.at, raw, want)
}
