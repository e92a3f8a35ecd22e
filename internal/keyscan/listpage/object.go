package listpage

import (
	"bytes"

	smithytime "github.com/aws/smithy-go/time"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// field is an element of an object.
type field byte

const (
	fieldKey field = iota
	fieldModified
	fieldETag
	fieldSize
	fieldClass
	fieldText
	fieldOwner
	fieldForeign
)

func fieldOf(name []byte) field {
	switch string(name) {
	case "Key":
		return fieldKey
	case "LastModified":
		return fieldModified
	case "ETag":
		return fieldETag
	case "Size":
		return fieldSize
	case "StorageClass":
		return fieldClass
	case "ChecksumAlgorithm", "ChecksumType":
		return fieldText
	case "Owner":
		return fieldOwner
	}
	return fieldForeign
}

var contentsEnd = []byte("</Contents>")

// object reads what follows "<Contents>", up to and including its end, into the
// page. It reports whether the key had characters that mean something else when
// keys are not URL-encoded.
func (d *Decoder) object() (ambiguous bool, err error) {
	x := &d.xml
	found, n := d.shapes.match(x.buf[x.pos:x.end])
	if found != nil {
		x.pos += n
	} else {
		inner, err := x.through(contentsEnd)
		if err != nil {
			return false, err
		}
		// Most of these are like others, and only the end of the buffer cut them off.
		whole := inner[:len(inner)+len(contentsEnd)]
		if found, n = d.shapes.match(whole); n != len(whole) {
			if found, err = d.shapes.learn(inner); err != nil {
				return false, err
			}
		}
	}
	d.entry = Entry{}
	if ambiguous, err = d.key(found.values[found.key]); err != nil {
		return false, err
	}
	if n := len(d.entry.Key); n == 0 || n > s3wire.MaxKey {
		return false, s3wire.CheckKey(d.entry.Key)
	}
	if !d.Page.list(d.entry.Key) {
		return ambiguous, found.passOver()
	}
	for i, f := range found.fields {
		raw := found.values[i]
		switch f {
		case fieldModified:
			d.entry.modified, err = timestamp(raw)
		case fieldETag:
			err = d.etag(raw)
		case fieldClass:
			d.entry.class, err = unescape(raw)
		case fieldSize:
			d.entry.Size, err = number(raw)
		}
		if err != nil {
			return false, err
		}
	}
	d.Page.pack(&d.entry)
	return ambiguous, nil
}

// key decodes a key. What it begins with in common with the key before need not
// be looked at again, if that stood for itself.
func (d *Decoder) key(raw []byte) (ambiguous bool, err error) {
	e := &d.entry
	known := 0
	if d.plainKey {
		known = SharedLen(d.Page.Last, raw)
	}
	if d.plainKey = all(raw[known:], &plainKey); d.plainKey {
		e.Key = raw
		return false, nil
	}
	text, err := unescape(raw)
	if err != nil {
		return false, err
	}
	ambiguous = bytes.IndexByte(text, '%') >= 0 || bytes.IndexByte(text, '+') >= 0
	// raw is not needed any more, so that its memory may change.
	e.Key, err = unquote(text)
	return ambiguous, err
}

// quotes are the ways in which servers write a quotation mark.
var quotes = [...][]byte{[]byte("&quot;"), []byte("&#34;")}

// etag decodes an ETag. Nearly all are an MD5 sum in quotation marks.
func (d *Decoder) etag(raw []byte) (err error) {
	if d.omitETags {
		return passOver(raw)
	}
	e := &d.entry
	for _, quote := range quotes {
		inner, opened := bytes.CutPrefix(raw, quote)
		inner, closed := bytes.CutSuffix(inner, quote)
		if opened && closed && len(inner) == hexLen {
			if e.hasSum = unhex(&e.sum, inner); e.hasSum {
				return nil
			}
		}
	}
	e.etag, err = unescape(raw)
	return err
}

// passOver looks at a value no more than it takes to know that it is one, and not
// several objects.
func passOver(value []byte) error {
	if bytes.IndexByte(value, '<') >= 0 {
		return ErrForeign
	}
	return nil
}

// passOver passes over all but the key, which was decoded in its place.
func (s *shape) passOver() error {
	for i, value := range s.values {
		if i == s.key {
			continue
		}
		if err := passOver(value); err != nil {
			return err
		}
	}
	return nil
}

// owner checks what is of no use here.
func owner(b []byte) error {
	for !blank(b) {
		name, inner, rest, err := element(b)
		if err != nil {
			return err
		}
		if n := string(name); n != "ID" && n != "DisplayName" {
			return ErrForeign
		}
		if _, err := unescape(inner); err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// number reads digits, and nothing but digits.
func number(b []byte) (int64, error) {
	if len(b) == 0 || len(b) > 18 {
		return 0, ErrForeign
	}
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, ErrForeign
		}
		n = n*10 + int64(c-'0')
	}
	return n, nil
}

// shape is how an object is written: what stands before, between and behind the
// values that differ from object to object. A page has a few shapes at most, so
// that to know one is to find the values of the next object at once. What is not
// listed counts as part of the shape.
type shape struct {
	markup [][]byte // one more than there are values
	fields []field
	values [][]byte // of the last object
	key    int      // index of the key among them
}

// shapes are the shapes of the latest objects.
type shapes struct {
	known  [4]shape
	latest int
}

// match finds the values of an object that is written like one before. b begins
// behind "<Contents>"; n is where "</Contents>" ends.
func (s *shapes) match(b []byte) (found *shape, n int) {
	for i := range s.known {
		at := (s.latest + i) % len(s.known)
		if n, ok := s.known[at].match(b); ok {
			s.latest = at
			return &s.known[at], n
		}
	}
	return nil, 0
}

// learn finds the values in what stands between "<Contents>" and "</Contents>".
func (s *shapes) learn(inner []byte) (*shape, error) {
	s.latest = (s.latest + 1) % len(s.known)
	latest := &s.known[s.latest]
	if err := latest.learn(inner); err != nil {
		*latest = shape{}
		return nil, err
	}
	return latest, nil
}

func (s *shape) match(b []byte) (n int, ok bool) {
	if len(s.markup) == 0 || !bytes.HasPrefix(b, s.markup[0]) {
		return 0, false
	}
	n = len(s.markup[0])
	for i, value := range s.values {
		behind := s.markup[i+1]
		// Most values are as long as the last. A value that was cut at the wrong
		// place has a "<" in it, which no value may have.
		length := len(value)
		if n+length > len(b) || !bytes.HasPrefix(b[n+length:], behind) {
			length = bytes.IndexByte(b[n:], '<')
			if length < 0 || !bytes.HasPrefix(b[n+length:], behind) {
				return 0, false
			}
		}
		s.values[i] = b[n : n+length]
		n += length + len(behind)
	}
	return n, true
}

func (s *shape) learn(inner []byte) error {
	*s = shape{markup: s.markup[:0], fields: s.fields[:0], values: s.values[:0], key: -1}
	at := 0 // where the mark-up before the next value begins
	for rest := inner; !blank(rest); {
		name, value, after, err := element(rest)
		if err != nil {
			return err
		}
		rest = after
		switch f := fieldOf(name); f {
		case fieldForeign:
			return ErrForeign
		case fieldOwner:
			if err := owner(value); err != nil {
				return err
			}
		case fieldText:
			if _, err := unescape(value); err != nil {
				return err
			}
		default:
			// A part of inner knows where it begins by how much follows it.
			begin := cap(inner) - cap(value)
			if value == nil || f == fieldKey && s.key >= 0 {
				return ErrForeign
			}
			if f == fieldKey {
				s.key = len(s.fields)
			}
			s.markup = append(s.markup, bytes.Clone(inner[at:begin]))
			s.fields = append(s.fields, f)
			s.values = append(s.values, value)
			at = begin + len(value)
		}
	}
	if s.key < 0 {
		return ErrForeign
	}
	s.markup = append(s.markup, append(bytes.Clone(inner[at:]), contentsEnd...))
	return nil
}

// timestamp reads a time. It knows S3's way of writing one by heart and leaves
// others to the SDK.
func timestamp(b []byte) (modified, error) {
	if t, ok := millis(b); ok {
		return t, nil
	}
	t, err := smithytime.ParseDateTime(string(b))
	if err != nil {
		return modified{}, ErrForeign
	}
	return modifiedAt(t), nil
}

// millis reads 2006-01-02T15:04:05.000Z.
func millis(b []byte) (modified, bool) {
	if len(b) != len("2006-01-02T15:04:05.000Z") || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[19] != '.' || b[23] != 'Z' {
		return modified{}, false
	}
	century, years, month, day := two(b, 0), two(b, 2), two(b, 5), two(b, 8)
	hour, minute, second, milli := two(b, 11), two(b, 14), two(b, 17), two(b, 20)*10+two(b, 21)%10
	if max(century, years, two(b, 21)) > 99 || century < 1 || month-1 > 11 || hour > 23 || minute > 59 || second > 59 || milli > 999 {
		return modified{}, false
	}
	year := century*100 + years
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if last := monthDays[month]; day-1 >= last && !(leap && month == 2 && day == 29) {
		return modified{}, false
	}
	before := year - 1
	days := before*365 + before/4 - before/100 + before/400 + daysBefore[month] + day - 1
	if leap && month > 2 {
		days++
	}
	const daysTo1970 = 719162
	seconds := (int64(days)-daysTo1970)*86400 + int64(hour*3600+minute*60+second) //nolint:gosec // the year has four digits
	return modified{true, seconds, int(milli) * 1e6}, true
}

// two reads two digits. What are none give more than 99.
func two(b []byte, at int) uint {
	high, low := uint(b[at]-'0'), uint(b[at+1]-'0')
	if high > 9 || low > 9 {
		return 1000
	}
	return high*10 + low
}

// Of a year that is no leap year, by month from 1.
var (
	monthDays  = [13]uint{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	daysBefore = [13]uint{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
)
