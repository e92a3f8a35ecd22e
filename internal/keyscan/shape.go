package keyscan

import "bytes"

// shape is the mark-up of an object: what stands before, between and behind its
// values. All objects of a page are written alike, so that to know one is to
// find the values of the next at once.
type shape struct {
	markup [][]byte // one more than there are fields
	fields []field
	values [][]byte // of the last object
}

// match finds the values of an object that is written like the last one. b
// begins behind "<Contents>"; n is where "</Contents>" ends.
func (s *shape) match(b []byte) (n int, ok bool) {
	if len(s.markup) == 0 {
		return 0, false
	}
	for i := range s.fields {
		if !bytes.HasPrefix(b[n:], s.markup[i]) {
			return 0, false
		}
		n += len(s.markup[i])
		end := bytes.IndexByte(b[n:], '<')
		if end < 0 {
			return 0, false
		}
		s.values[i] = b[n : n+end]
		n += end
	}
	last := s.markup[len(s.fields)]
	return n + len(last), bytes.HasPrefix(b[n:], last)
}

// learn finds the values in what stands between "<Contents>" and "</Contents>".
func (s *shape) learn(inner []byte) error {
	s.markup, s.fields, s.values = s.markup[:0], s.fields[:0], s.values[:0]
	known := true
	at := 0 // where the mark-up before the next value begins
	for rest := inner; !blank(rest); {
		name, value, after, err := element(rest)
		if err != nil {
			return err
		}
		s.fields = append(s.fields, fieldOf(name))
		s.values = append(s.values, value)
		if value == nil || bytes.IndexByte(value, '<') >= 0 {
			known = false
		} else {
			begin := cap(inner) - cap(value)
			s.markup = append(s.markup, bytes.Clone(inner[at:begin]))
			at = begin + len(value)
		}
		rest = after
	}
	s.markup = append(s.markup, append(bytes.Clone(inner[at:]), contentsEnd...))
	if !known {
		s.markup = s.markup[:0]
	}
	return nil
}
