package publish

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

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
