package publish

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/tempfile"
)

// videosBudget is how many bytes of videos are sorted in memory.
const videosBudget = 16 << 20

// mergeWidth is how many runs of one level are merged into one of the next: each
// run that is read takes some memory.
const mergeWidth = 32

// sortedVideos is a list in the order of its keys, each of which it has once: of
// several videos with one key, the first. Beyond a budget it lies in temporary
// files that are sorted each.
type sortedVideos struct {
	dir    string
	order  func(a, b manifest.Video) int
	inside []manifest.Video
	spare  []manifest.Video // memory for inside
	runs   []run            // in the order of the list
}

// sortVideos sorts a list, in an order that goes by the key first. It fails with
// the list's error.
func sortVideos(dir string, list iter.Seq2[manifest.Video, error], budget int, order func(a, b manifest.Video) int) (_ *sortedVideos, err error) {
	s := &sortedVideos{dir: dir, order: order}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	size := 0
	for v, err := range list {
		if err != nil {
			return nil, err
		}
		s.inside = append(s.inside, v)
		if size += 200 + len(v.Key); size < budget { // with details and overhead
			continue
		}
		size = 0
		if err := s.spill(); err != nil {
			return nil, fmt.Errorf("sorting videos in a temporary file: %w", err)
		}
	}
	s.sort()
	return s, nil
}

func (s *sortedVideos) sort() {
	sorter := newKeySorter(s.inside, s.order)
	sorter.sort(sorter.places, 0)
	sorted := s.spare[:0]
	for _, p := range sorter.places {
		if v := s.inside[p.at]; len(sorted) == 0 || sorted[len(sorted)-1].Key != v.Key {
			sorted = append(sorted, v)
		}
	}
	clear(s.inside) // else its texts would stay in memory
	s.inside, s.spare = sorted, s.inside
}

func byKey(a, b manifest.Video) int { return strings.Compare(a.Key, b.Key) }

// spill makes a run of what is in memory, and one of many.
func (s *sortedVideos) spill() error {
	s.sort()
	err := s.store(each(s.inside), 0)
	s.inside = s.inside[:0]
	for err == nil {
		n := len(s.runs)
		level := s.runs[n-1].level
		if n < mergeWidth || s.runs[n-mergeWidth].level != level {
			break
		}
		merged := slices.Clone(s.runs[n-mergeWidth:])
		if err = s.store(once(merge(listsOf(merged), s.order)), level+1); err == nil {
			s.runs = slices.Delete(s.runs, n-mergeWidth, n)
			discardRuns(merged)
		}
	}
	return err
}

// store writes a run behind the others.
func (s *sortedVideos) store(list iter.Seq2[manifest.Video, error], level int) error {
	file, err := tempfile.New(s.dir, "fovea-sorted-*")
	if err != nil {
		return err
	}
	r := run{file, level}
	s.runs = append(s.runs, r)
	return r.write(list)
}

// videos yields the list.
func (s *sortedVideos) videos() iter.Seq2[manifest.Video, error] {
	return once(merge(append(listsOf(s.runs), each(s.inside)), s.order))
}

func listsOf(runs []run) []iter.Seq2[manifest.Video, error] {
	var lists []iter.Seq2[manifest.Video, error]
	for _, r := range runs {
		lists = append(lists, r.videos())
	}
	return lists
}

// once yields the first of videos with one key.
func once(sorted iter.Seq2[manifest.Video, error]) iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		begun, last := false, ""
		for v, err := range sorted {
			if err == nil && begun && v.Key == last {
				continue
			}
			begun, last = true, v.Key
			if !yield(v, err) {
				return
			}
		}
	}
}

// close removes the files.
func (s *sortedVideos) close() { discardRuns(s.runs) }

func discardRuns(runs []run) {
	for _, r := range runs {
		r.file.Discard()
	}
}

// keySorter sorts the places of videos, not these, in an order that goes by the key
// first, and by the place last. Keys in a bucket begin alike and lie all over the
// memory, so that comparing them as a whole takes most of the time: it compares
// eight bytes at a time, which it keeps beside the place.
type keySorter struct {
	videos []manifest.Video
	order  func(a, b manifest.Video) int
	places []place
}

type place struct {
	word uint64 // eight bytes of the key, with zeros behind its end
	at   int32
}

const (
	wordSize = 8
	// fewPlaces are sorted by whole keys.
	fewPlaces = 12
)

func newKeySorter(videos []manifest.Video, order func(a, b manifest.Video) int) *keySorter {
	s := &keySorter{videos, order, make([]place, len(videos))}
	for i := range s.places {
		s.places[i].at = int32(i)
	}
	return s
}

// sort sorts places whose keys have their first depth bytes in common.
func (s *keySorter) sort(places []place, depth int) {
	if len(places) <= fewPlaces {
		s.sortWhole(places)
		return
	}
	for i := range places {
		places[i].word = wordAt(s.videos[places[i].at].Key, depth)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.word, b.word) })
	for len(places) > 0 {
		n, ends := 0, false
		for ; n < len(places) && places[n].word == places[0].word; n++ {
			ends = ends || len(s.videos[places[n].at].Key) < depth+wordSize
		}
		if ends { // twins, or keys with zeros
			s.sortWhole(places[:n])
		} else if n > 1 {
			s.sort(places[:n], depth+wordSize)
		}
		places = places[n:]
	}
}

func (s *keySorter) sortWhole(places []place) {
	slices.SortFunc(places, func(a, b place) int {
		if order := s.order(s.videos[a.at], s.videos[b.at]); order != 0 {
			return order
		}
		return cmp.Compare(a.at, b.at)
	})
}

// wordAt makes a number of the bytes of a text from a place on, that rises as they
// do.
func wordAt(text string, from int) uint64 {
	var word [wordSize]byte
	copy(word[:], text[min(from, len(text)):])
	return binary.BigEndian.Uint64(word[:])
}

// run is a sorted part of a list, in a file: for each video the length of a record,
// and the record.
type run struct {
	file  *tempfile.File
	level int // how often it was merged
}

// runBuffer is how much of a run is in memory while it is written or read.
const runBuffer = 32 << 10

func (r run) write(list iter.Seq2[manifest.Video, error]) error {
	out := bufio.NewWriterSize(r.file, runBuffer)
	var length, record []byte
	for v, err := range list {
		if err != nil {
			return err
		}
		record = appendRecord(record[:0], v)
		length = binary.AppendUvarint(length[:0], uint64(len(record)))
		if _, err := out.Write(length); err != nil {
			return err
		}
		if _, err := out.Write(record); err != nil {
			return err
		}
	}
	return out.Flush()
}

// videos yields the list again.
func (r run) videos() iter.Seq2[manifest.Video, error] {
	return func(yield func(manifest.Video, error) bool) {
		in := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, 1<<62), runBuffer)
		var raw []byte
		for {
			length, err := binary.ReadUvarint(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				raw = slices.Grow(raw[:0], int(length))[:length] //nolint:gosec // as written
				_, err = io.ReadFull(in, raw)
			}
			if err != nil {
				yield(manifest.Video{}, fmt.Errorf("reading back videos from a temporary file: %w", err))
				return
			}
			if !yield(parseRecord(raw), nil) {
				return
			}
		}
	}
}

// appendRecord appends the fields of a video, texts with their length in front.
func appendRecord(b []byte, v manifest.Video) []byte {
	b = binary.AppendVarint(b, v.Size)
	b = binary.AppendVarint(b, v.LastModified.Unix())
	b = binary.AppendUvarint(b, uint64(v.LastModified.Nanosecond())) //nolint:gosec // not negative
	b = appendText(b, v.Key)
	if d := v.Details; d != nil {
		b = appendText(appendText(appendText(b, d.ETag), d.StorageClass), d.InfoKey)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// parseRecord is the inverse of appendRecord. The texts of a video share memory.
func parseRecord(raw []byte) manifest.Video {
	f := fields{raw, string(raw)}
	v := manifest.Video{
		Size:         f.varint(),
		LastModified: time.Unix(f.varint(), int64(f.uvarint())).UTC(), //nolint:gosec // less than a second
		Key:          f.next(),
	}
	if len(f.raw) > 0 {
		v.Details = &manifest.Details{ETag: f.next(), StorageClass: f.next(), InfoKey: f.next()}
	}
	return v
}

// fields is what is still to be read of a record.
type fields struct {
	raw  []byte
	text string // the same
}

func (f *fields) varint() int64 {
	n, size := binary.Varint(f.raw)
	f.take(size)
	return n
}

func (f *fields) uvarint() uint64 {
	n, size := binary.Uvarint(f.raw)
	f.take(size)
	return n
}

// next is a text with its length in front.
func (f *fields) next() string { return f.take(int(f.uvarint())) } //nolint:gosec // as written

func (f *fields) take(n int) string {
	taken := f.text[:n]
	f.raw, f.text = f.raw[n:], f.text[n:]
	return taken
}
