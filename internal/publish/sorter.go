package publish

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// record is what a sorter sorts, by its numbers from left to right.
type record [3]uint64

const recordSize = 24 // bytes in a file

func compareRecords(a, b record) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
}

// sorterBudget is how many records a sorter keeps in memory, 6 MiB.
const sorterBudget = 1 << 18

// sorter sorts any number of records: beyond its budget they wait in a temporary
// file, in runs that are sorted each and merged in the end.
type sorter struct {
	dir    string
	budget int // records

	inside []record
	file   *tempfile.File
	runs   []int // number of records in each, one after the other in the file
}

func newSorter(dir string) *sorter { return &sorter{dir: dir, budget: sorterBudget} }

func (s *sorter) add(r record) error {
	s.inside = append(s.inside, r)
	if len(s.inside) < s.budget {
		return nil
	}
	if err := s.spill(); err != nil {
		return fmt.Errorf("keeping what is known of videos in a temporary file: %w", err)
	}
	return nil
}

func (s *sorter) spill() (err error) {
	if s.file == nil {
		if s.file, err = tempfile.New(s.dir, "fovea-videos-*"); err != nil {
			return err
		}
	}
	slices.SortFunc(s.inside, compareRecords)
	out := bufio.NewWriterSize(s.file, 64<<10)
	for _, r := range s.inside {
		var raw [recordSize]byte
		for i, n := range r {
			binary.LittleEndian.PutUint64(raw[8*i:], n)
		}
		if _, err := out.Write(raw[:]); err != nil {
			return err
		}
	}
	s.runs = append(s.runs, len(s.inside))
	s.inside = s.inside[:0]
	return out.Flush()
}

// sorted yields the records in order. None may be added after.
func (s *sorter) sorted() iter.Seq2[record, error] {
	slices.SortFunc(s.inside, compareRecords)
	lists := []iter.Seq2[record, error]{each(s.inside)}
	var from int64
	for _, n := range s.runs {
		lists = append(lists, s.run(from, n))
		from += int64(n) * recordSize
	}
	return merge(lists, compareRecords)
}

// run yields n records of the file. All runs together read ahead no more than the
// budget, unless there are thousands.
func (s *sorter) run(from int64, n int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		size := min(max(s.budget*recordSize/len(s.runs), 4<<10), 256<<10)
		in := bufio.NewReaderSize(io.NewSectionReader(s.file, from, int64(n)*recordSize), size)
		for range n {
			var raw [recordSize]byte
			if _, err := io.ReadFull(in, raw[:]); err != nil {
				yield(record{}, fmt.Errorf("reading back what is known of videos: %w", err))
				return
			}
			var r record
			for i := range r {
				r[i] = binary.LittleEndian.Uint64(raw[8*i:])
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// close removes the file.
func (s *sorter) close() {
	if s.file != nil {
		s.file.Discard()
	}
}

// each yields what is in memory.
func each[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// merge yields the elements of sorted lists in order. Of equal elements, that of
// the earlier list comes first. It ends with the first error of any list.
func merge[T any](lists []iter.Seq2[T, error], compare func(a, b T) int) iter.Seq2[T, error] {
	if len(lists) == 1 {
		return lists[0]
	}
	return func(yield func(T, error) bool) {
		h := &heads[T]{compare: compare}
		for i, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			v, err, ok := next()
			if err != nil {
				yield(v, err)
				return
			}
			if ok {
				h.of = append(h.of, head[T]{v, i, next})
			}
		}
		heap.Init(h)
		for len(h.of) > 0 {
			first := &h.of[0]
			if !yield(first.value, nil) {
				return
			}
			v, err, ok := first.next()
			switch {
			case err != nil:
				yield(v, err)
				return
			case ok:
				first.value = v
				heap.Fix(h, 0)
			default:
				heap.Pop(h)
			}
		}
	}
}

// head is the first element of a list that is not merged yet.
type head[T any] struct {
	value T
	list  int
	next  func() (T, error, bool)
}

// heads is a heap.
type heads[T any] struct {
	of      []head[T]
	compare func(a, b T) int
}

func (h *heads[T]) Len() int { return len(h.of) }

func (h *heads[T]) Less(i, j int) bool {
	if order := h.compare(h.of[i].value, h.of[j].value); order != 0 {
		return order < 0
	}
	return h.of[i].list < h.of[j].list
}

func (h *heads[T]) Swap(i, j int) { h.of[i], h.of[j] = h.of[j], h.of[i] }

// Push implements [heap.Interface]. A merge only ever takes away.
func (h *heads[T]) Push(any) { panic("a list came late") }

// Pop implements [heap.Interface].
func (h *heads[T]) Pop() any {
	last := h.of[len(h.of)-1]
	h.of = h.of[:len(h.of)-1]
	return last
}
