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
