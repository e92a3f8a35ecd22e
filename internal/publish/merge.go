package publish

import (
	"container/heap"
	"iter"
)

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
