package keyscan

import "bytes"

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
			return errForeign
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
				return errForeign
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
		return errForeign
	}
	s.markup = append(s.markup, append(bytes.Clone(inner[at:]), contentsEnd...))
	return nil
}
