package publish

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

func collect(t *testing.T, list iter.Seq2[manifest.Video, error]) []manifest.Video {
	t.Helper()
	var all []manifest.Video
	for v, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// TestSortVideosInAnyMemory sorts a list in which keys come twice.
func TestSortVideosInAnyMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var list []manifest.Video
	for i := range 2000 {
		v := manifest.Video{Key: fmt.Sprintf("clips/%d é \"<&>.mp4", random.IntN(1500)), Size: int64(i), LastModified: time.Unix(int64(i), 1000).UTC()}
		if i%2 == 0 {
			v.Details = &manifest.Details{ETag: strconv.Itoa(i), StorageClass: "STANDARD", InfoKey: strings.Repeat("i", i%2)}
		}
		list = append(list, v)
	}
	want := slices.Clone(list)
	slices.SortStableFunc(want, byKey)
	want = slices.CompactFunc(want, func(a, b manifest.Video) bool { return a.Key == b.Key })
	for _, budget := range []int{300, 3000, 150_000, videosBudget} {
		dir := t.TempDir()
		s, err := sortVideos(dir, each(list), budget, byKey)
		if err != nil {
			t.Fatal(err)
		}
		if got := collect(t, s.videos()); !reflect.DeepEqual(got, want) {
			t.Errorf("%d bytes in memory: %d videos, want %d", budget, len(got), len(want))
		}
		s.close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("files stay behind: %v %v", left, err)
		}
	}
}

func TestSortVideosEndsWithTheListsError(t *testing.T) {
	dir := t.TempDir()
	failing := func(yield func(manifest.Video, error) bool) {
		if yield(manifest.Video{Key: "a"}, nil) {
			yield(manifest.Video{}, io.ErrClosedPipe)
		}
	}
	if _, err := sortVideos(dir, failing, 1, byKey); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files stay behind: %v %v", left, err)
	}
	for _, err := range merge([]iter.Seq2[manifest.Video, error]{each([]manifest.Video{{Key: "b"}}), failing}, byKey) {
		if err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("error %v", err)
		}
	}
}

// TestKeysInAnyOrder compares with a plain stable sort, for keys that begin alike,
// end early, come twice, and hold zeros.
func TestKeysInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, alphabet := range []string{"a", "ab", "a\x00", "0123456789abcdef", "\x00\x7f\xff"} {
		for _, length := range []int{3, 8, 9, 17, 40} {
			videos := make([]manifest.Video, 3000)
			for i := range videos {
				key := make([]byte, random.IntN(length+1))
				for j := range key {
					key[j] = alphabet[random.IntN(len(alphabet))]
				}
				videos[i] = manifest.Video{Key: "videos/" + string(key), Size: int64(i), LastModified: time.Unix(int64(random.IntN(2)), 0)}
			}
			want := slices.Clone(videos)
			slices.SortStableFunc(want, newestFirst)
			s := newKeySorter(videos, newestFirst)
			s.sort(s.places, 0)
			got := []manifest.Video{}
			for _, p := range s.places {
				got = append(got, videos[p.at])
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("keys of up to %d of %q are in another order", length, alphabet)
			}
		}
	}
}

func TestKeysOfEqualVideosAreSortedFast(t *testing.T) {
	videos := make([]manifest.Video, 50_000)
	for i := range videos {
		videos[i].Key = "the/very/same/key/of/a/video.mp4"
	}
	s := newKeySorter(videos, byKey)
	s.sort(s.places, 0)
	if !slices.IsSortedFunc(s.places, func(a, b place) int { return int(a.at - b.at) }) {
		t.Error("twins changed places")
	}
}

// BenchmarkSortVideos sorts a list as an inventory has it and takes its digest, in
// memory as bounded as ever.
func BenchmarkSortVideos(b *testing.B) {
	const number = 300_000
	list := make([]manifest.Video, number)
	for i := range list {
		list[i] = manifest.Video{
			Key:  fmt.Sprintf("2026/%02d/%02d/camera-%03d/clip-%07d.mp4", i%12+1, i%28+1, i%200, i),
			Size: int64(i) * 1000, LastModified: time.Unix(int64(1_700_000_000+i), 0).UTC(),
			Details: &manifest.Details{ETag: fmt.Sprintf("%032x", i*7919), StorageClass: "STANDARD"},
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(number, func(i, j int) { list[i], list[j] = list[j], list[i] })
	dir := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		s, err := sortVideos(dir, each(list), videosBudget, newestFirst)
		if err != nil {
			b.Fatal(err)
		}
		digester := manifest.NewDigester()
		for v, err := range s.videos() {
			if err != nil {
				b.Fatal(err)
			}
			digester.Add(v)
		}
		if n := digester.Sum().Count; n != number {
			b.Fatalf("%d videos", n)
		}
		s.close()
	}
	b.ReportMetric(number*float64(b.N)/b.Elapsed().Seconds(), "videos/s")
}
