package fakeaws

import (
	"fmt"
	"io"
	"iter"
	"sort"
	"strings"
	"time"
)

// syntheticKeys is a keySpace that makes its objects up, overlaid by what was
// written and deleted since.
type syntheticKeys struct {
	folder string
	names  naming
	count  int
	hidden map[string]bool // made-up keys that were deleted or overwritten
	own    memoryKeys      // keys that were written
}

func newSyntheticKeys(s Synthetic) (*syntheticKeys, error) {
	if s.Keys < 0 {
		return nil, fmt.Errorf("fakeaws: a synthetic bucket of %d keys", s.Keys)
	}
	names, err := newNaming(s.Shape, (s.Keys+1)/2)
	return &syntheticKeys{folder: s.Folder, names: names, count: s.Keys, hidden: map[string]bool{}}, err
}

// The two kinds of object; ".info.json" sorts before ".mp4".
const (
	sidecarSuffix = ".info.json"
	videoSuffix   = ".mp4"
	sidecar       = `{"duration":60,"fps":30,"width":1920,"height":1080}`
)

var sidecarBody = strings.NewReader(sidecar)

// syntheticEpoch is the earliest time of modification; the others lie within
// the year after it.
var syntheticEpoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

func (s *syntheticKeys) appendKey(b []byte, i int) []byte {
	b = append(b, s.folder...)
	b = s.names.appendName(b, i/2)
	if i%2 == 0 {
		return append(b, sidecarSuffix...)
	}
	return append(b, videoSuffix...)
}

// made is an object with its only version, and room to make it up in.
type made struct {
	object
	version  version
	versions [1]*version
	buffer   []byte
	texts    *strings.Builder
}

// textBlock is how much room for texts is taken at once.
const textBlock = 16 << 10

func newMade() *made {
	m := &made{version: version{id: nullVersion, storageClass: "STANDARD", encryption: encryption{Algorithm: "AES256"}}}
	m.versions[0] = &m.version
	m.object.versions = m.versions[:]
	return m
}

// become makes the object at a position, in place of what m was.
func (m *made) become(s *syntheticKeys, i int) *object {
	random := scramble(uint64(i))
	b := s.appendKey(m.buffer[:0], i)
	end := len(b)
	b = appendHex(b, random)
	b = appendHex(b, scramble(random))
	m.buffer = b
	text := m.keep(b)
	m.key, m.version.etag = text[:end], text[end:]
	m.version.modified = time.Unix(syntheticEpoch+int64(random%(365*24*3600)), 0).UTC()
	if i%2 == 0 {
		m.version.size, m.version.body = int64(len(sidecar)), sidecarBody
	} else {
		m.version.size, m.version.body = 1<<20+int64(random>>32%(256<<20)), zeros{}
	}
	return &m.object
}

// keep makes a string of b in a block that many share: a listing makes a
// thousand a page.
func (m *made) keep(b []byte) string {
	if m.texts == nil || m.texts.Cap()-m.texts.Len() < len(b) {
		m.texts = &strings.Builder{}
		m.texts.Grow(textBlock)
	}
	start := m.texts.Len()
	m.texts.Write(b)
	return m.texts.String()[start:]
}

// zeros is the endless body of a made-up video.
type zeros struct{}

// ReadAt implements io.ReaderAt.
func (zeros) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}

var _ io.ReaderAt = zeros{}

// find gives the position of key, or of the first made-up key behind it.
func (s *syntheticKeys) find(key string) int {
	var buffer []byte
	return sort.Search(s.count, func(i int) bool {
		buffer = s.appendKey(buffer[:0], i)
		return string(buffer) >= key
	})
}

// makesUp tells whether key is one of the made-up ones, hidden or not, and
// where it is.
func (s *syntheticKeys) makesUp(key string) (int, bool) {
	i := s.find(key)
	return i, i < s.count && string(s.appendKey(nil, i)) == key
}

func (s *syntheticKeys) Get(key string) *object {
	if o := s.own.Get(key); o != nil {
		return o
	}
	if i, ok := s.makesUp(key); ok && !s.hidden[key] {
		return newMade().become(s, i)
	}
	return nil
}

func (s *syntheticKeys) Put(o *object) {
	s.hide(o.key)
	s.own.Put(o)
}

func (s *syntheticKeys) Delete(key string) {
	s.hide(key)
	s.own.Delete(key)
}

func (s *syntheticKeys) hide(key string) {
	if _, ok := s.makesUp(key); ok {
		s.hidden[key] = true
	}
}

func (s *syntheticKeys) Len() int { return s.count - len(s.hidden) + s.own.Len() }

func (s *syntheticKeys) From(start string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		next, stop := iter.Pull(s.own.From(start))
		defer stop()
		own, more := next()
		m := newMade()
		for i := s.find(start); i < s.count; i++ {
			o := m.become(s, i)
			for ; more && own.key <= o.key; own, more = next() {
				if !yield(own) {
					return
				}
			}
			if len(s.hidden) > 0 && s.hidden[o.key] {
				continue
			}
			if !yield(o) {
				return
			}
		}
		for ; more; own, more = next() {
			if !yield(own) {
				return
			}
		}
	}
}
