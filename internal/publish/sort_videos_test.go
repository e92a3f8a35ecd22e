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
