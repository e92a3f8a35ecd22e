package fakeaws

import (
	"iter"
	"slices"
	"strings"
)

// keySpace is what a bucket holds: objects in the UTF-8 byte order of their
// keys. Listings depend on nothing else, so a key space may as well make its
// objects up as it is asked for them.
//
// The bucket's lock is held during every call and during an iteration.
type keySpace interface {
	// Get answers nil when there is no such key.
	Get(key string) *object
	// From yields the objects whose key is start or after it, in order. What it
	// yields may be overwritten by the next one. Its cost up to the first object
	// is at most logarithmic in the number of keys: a listing with a delimiter
	// starts anew behind every common prefix.
	From(start string) iter.Seq[*object]
	// Put adds an object, or replaces the one of the same key.
	Put(o *object)
	// Delete removes a key; an unknown one is no error.
	Delete(key string)
	// Len is the number of keys.
	Len() int
}

// blockSize is the number of objects at which a block is split in two.
const blockSize = 512

// memoryKeys is a keySpace in memory: a sorted list of sorted blocks. Finding
// a key takes two binary searches; adding one moves at most a block.
type memoryKeys struct {
	blocks [][]*object // none empty
	count  int
}

func compareKey(o *object, key string) int { return strings.Compare(o.key, key) }

// find gives the place of key, or the place where it belongs.
func (m *memoryKeys) find(key string) (block, at int, found bool) {
	block, found = slices.BinarySearchFunc(m.blocks, key, func(b []*object, key string) int { return compareKey(b[0], key) })
	if found {
		return block, 0, true
	}
	if block == 0 {
		return 0, 0, false
	}
	block--
	at, found = slices.BinarySearchFunc(m.blocks[block], key, compareKey)
	return block, at, found
}

func (m *memoryKeys) Get(key string) *object {
	if block, at, found := m.find(key); found {
		return m.blocks[block][at]
	}
	return nil
}

func (m *memoryKeys) From(start string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		block, at, _ := m.find(start)
		for ; block < len(m.blocks); block++ {
			for _, o := range m.blocks[block][at:] {
				if !yield(o) {
					return
				}
			}
			at = 0
		}
	}
}

func (m *memoryKeys) Put(o *object) {
	block, at, found := m.find(o.key)
	if found {
		m.blocks[block][at] = o
		return
	}
	m.count++
	if len(m.blocks) == 0 {
		m.blocks = [][]*object{{o}}
		return
	}
	b := slices.Insert(m.blocks[block], at, o)
	m.blocks[block] = b
	if len(b) > blockSize {
		m.blocks[block] = slices.Clone(b[:len(b)/2])
		m.blocks = slices.Insert(m.blocks, block+1, slices.Clone(b[len(b)/2:]))
	}
}

func (m *memoryKeys) Delete(key string) {
	block, at, found := m.find(key)
	if !found {
		return
	}
	m.count--
	b := slices.Delete(m.blocks[block], at, at+1)
	if len(b) == 0 {
		m.blocks = slices.Delete(m.blocks, block, block+1)
		return
	}
	m.blocks[block] = b
}

func (m *memoryKeys) Len() int { return m.count }

// syntheticKeys is a keySpace that makes its objects up, overlaid by what was
// written and deleted since.
type syntheticKeys struct {
	made   *Keys
	hidden map[string]bool // made-up keys that were deleted or overwritten
	own    memoryKeys      // keys that were written
}

func newSyntheticKeys(s Synthetic) (*syntheticKeys, error) {
	keys, err := NewKeys(s)
	return &syntheticKeys{made: keys, hidden: map[string]bool{}}, err
}

// madeObject is a made-up object with its only version.
type madeObject struct {
	object
	version  version
	versions [1]*version
	facts    Object
}

func newMadeObject() *madeObject {
	m := &madeObject{version: version{id: nullVersion, storageClass: "STANDARD", encryption: encryption{Algorithm: "AES256"}}}
	m.versions[0] = &m.version
	m.object.versions = m.versions[:]
	return m
}

// become makes the object at a position, in place of what m was.
func (m *madeObject) become(keys *Keys, i int) *object {
	keys.Make(&m.facts, i)
	m.key, m.version.etag, m.version.modified = m.facts.Key, m.facts.ETag, m.facts.Modified
	m.version.size, m.version.body = m.facts.Size, m.facts.Body
	return &m.object
}

func (s *syntheticKeys) Get(key string) *object {
	if o := s.own.Get(key); o != nil {
		return o
	}
	if i, ok := s.made.Find(key); ok && !s.hidden[key] {
		return newMadeObject().become(s.made, i)
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
	if _, ok := s.made.Find(key); ok {
		s.hidden[key] = true
	}
}

func (s *syntheticKeys) Len() int { return s.made.Len() - len(s.hidden) + s.own.Len() }

func (s *syntheticKeys) From(start string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		next, stop := iter.Pull(s.own.From(start))
		defer stop()
		own, more := next()
		m := newMadeObject()
		for i := s.made.Search(start); i < s.made.Len(); i++ {
			o := m.become(s.made, i)
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
