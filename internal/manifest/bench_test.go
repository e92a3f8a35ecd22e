package manifest

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"testing"
	"time"
)

const benchmarkVideos = 100_000

// library yields videos with keys as buckets have them; every nth, from the first
// on, is left out, 0 for none.
func library(without int) iter.Seq[Video] {
	keys := make([]string, benchmarkVideos)
	for i := range keys {
		keys[i] = fmt.Sprintf("videos/2026/01/%02d/clip-%08d.mp4", i*28/benchmarkVideos, i)
	}
	return func(yield func(Video) bool) {
		for i, key := range keys {
			if without > 0 && i%without == 0 {
				continue
			}
			if !yield(Video{Key: key, Size: int64(i) << 10, LastModified: noon.Add(time.Duration(i) * time.Second)}) {
				return
			}
		}
	}
}

// failing is a list that could fail, and does not.
func failing(list iter.Seq[Video]) iter.Seq2[Video, error] {
	return func(yield func(Video, error) bool) {
		list(func(v Video) bool { return yield(v, nil) })
	}
}

// perKey adds what a key costs to a benchmark that goes through keys at a time.
func perKey(b *testing.B, keys int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(keys), "ns/key")
}

func encodeLibrary(b *testing.B, w io.Writer) {
	b.Helper()
	e := NewEncoder(w)
	for v := range library(0) {
		if err := e.Add(v); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := e.Close(noon); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkEncode(b *testing.B) {
	var document bytes.Buffer
	encodeLibrary(b, &document)
	videos := library(0)
	b.SetBytes(int64(document.Len()))
	b.ReportAllocs()
	for b.Loop() {
		e := NewEncoder(io.Discard)
		for v := range videos {
			if err := e.Add(v); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := e.Close(noon); err != nil {
			b.Fatal(err)
		}
	}
	perKey(b, benchmarkVideos)
}

func BenchmarkDigest(b *testing.B) {
	var document bytes.Buffer
	encodeLibrary(b, &document)
	videos := library(0)
	b.SetBytes(int64(document.Len())) // as good as all of it is hashed
	b.ReportAllocs()
	for b.Loop() {
		d := NewDigester()
		for v := range videos {
			d.Add(v)
		}
		if sum := d.Sum(); sum.Count != benchmarkVideos {
			b.Fatalf("%+v", sum)
		}
	}
	perKey(b, benchmarkVideos)
}

// BenchmarkCompare compares lists of which one lacks every hundredth video.
func BenchmarkCompare(b *testing.B) {
	before, after := failing(library(0)), failing(library(100))
	b.ReportAllocs()
	for b.Loop() {
		diff, err := Compare(before, after)
		if err != nil || diff.RemovedCount != benchmarkVideos/100 || diff.AddedCount+diff.ChangedCount != 0 {
			b.Fatalf("%+v, %v", diff, err)
		}
	}
	perKey(b, benchmarkVideos)
}
