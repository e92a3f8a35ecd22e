package publish

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// naiveReport says what a census must find, the simple way.
func naiveReport(videos []keyscan.Object, sidecars []string) Report {
	r := Report{}
	missing := manifest.NewSample(manifest.SampleSize, manifest.SampleBytes)
	groups := map[string][]string{}
	var names []string
	for _, v := range videos {
		if v.StorageClass == "GLACIER" || v.StorageClass == "DEEP_ARCHIVE" {
			r.ArchivedCount++
		}
		if !slices.Contains(sidecars, infoKey(v.Key)) {
			r.MissingInfoCount++
			missing.Add(v.Key)
		}
		name := path.Base(v.Key)
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], v.Key)
	}
	r.MissingInfo = missing.Keys
	var twins [][]string
	for _, name := range names {
		if group := groups[name]; len(group) > 1 && len(twins) < 20 {
			twins = append(twins, group[:min(20, len(group))])
		}
	}
	r.DuplicateNames = fitting(twins)
	return r
}

func TestFittingGroups(t *testing.T) {
	group := func(size, length int) (keys []string) {
		for range size {
			keys = append(keys, strings.Repeat("x", length))
		}
		return keys
	}
	for name, tt := range map[string]struct {
		groups [][]string
		sizes  []int // that fit
	}{
		"none":  {nil, nil},
		"few":   {[][]string{group(3, 20), group(20, 20)}, []int{3, 20}},
		"large": {[][]string{group(20, 100), group(20, 100), group(3, 100)}, []int{11, 11, 3}},
		"long":  {[][]string{group(20, 700), group(2, 700), group(2, 700)}, []int{2, 2}},
		"huge":  {[][]string{group(2, 3000)}, nil},
	} {
		var sizes []int
		for _, g := range fitting(tt.groups) {
			sizes = append(sizes, len(g))
		}
		if !slices.Equal(sizes, tt.sizes) {
			t.Errorf("%s: %v, want %v", name, sizes, tt.sizes)
		}
	}
}

// TestCensusIsExactInAnyMemory compares what a census finds in memory and through
// files with what is there.
func TestCensusIsExactInAnyMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 15 {
		videos, sidecars := randomBucket(random)
		want := naiveReport(videos, sidecars)
		for _, budget := range []int{5, 100, sorterBudget} {
			dir := t.TempDir()
			c := newCensus(dir)
			c.records.budget = budget
			for _, v := range videos {
				if s3wire.Archived(v.StorageClass) {
					c.archived++
				}
				if err := c.video(v.Key); err != nil {
					t.Fatal(err)
				}
			}
			for _, key := range sidecars {
				if err := c.sidecar(key); err != nil {
					t.Fatal(err)
				}
			}
			got := reported(t, c, videos)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("round %d, %d in memory:\n%+v\nwant\n%+v", round, budget, got, want)
			}
			c.close()
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("files stay behind: %v %v", left, err)
			}
		}
	}
}

// randomBucket has few names, so that they meet, in folders; and long ones, so that
// samples run out of room.
func randomBucket(random *rand.Rand) (videos []keyscan.Object, sidecars []string) {
	keys := map[string]bool{}
	for range random.IntN(600) {
		name := fmt.Sprintf("%d%s", random.IntN(150), strings.Repeat("x", random.IntN(60)/50*random.IntN(700)))
		if random.IntN(3) == 0 {
			sidecars = append(sidecars, name+infoSuffix)
		}
		for range random.IntN(3) {
			folder := []string{"", "a/", "b/c/", "é/"}[random.IntN(4)]
			keys[folder+name+[]string{".mp4", ".MP4", ".b.mp4", ".webm"}[random.IntN(4)]] = true
		}
	}
	for key := range keys {
		videos = append(videos, keyscan.Object{Key: key, StorageClass: []string{"STANDARD", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE", ""}[random.IntN(5)]})
	}
	slices.SortFunc(videos, func(a, b keyscan.Object) int { return strings.Compare(a.Key, b.Key) })
	slices.Sort(sidecars)
	return videos, slices.Compact(sidecars)
}

func reported(t *testing.T, c *census, videos []keyscan.Object) Report {
	t.Helper()
	found, err := c.findings()
	if err != nil {
		t.Fatal(err)
	}
	names := found.named()
	list := func(yield func(manifest.Video, error) bool) {
		for _, v := range videos {
			if !yield(manifest.Video{Key: v.Key}, nil) {
				return
			}
		}
	}
	for _, err := range names.watch(list) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return names.report()
}

func TestSidecarsInAnyMemory(t *testing.T) {
	const count = 5000
	for _, budget := range []int{100, sorterBudget} {
		s := newSidecars(t.TempDir())
		s.hashes.budget = budget
		for i := range count {
			if err := s.add(strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.seal(); err != nil {
			t.Fatal(err)
		}
		if inFile := s.file != nil; inFile != (budget < count) {
			t.Errorf("%d in memory: in a file: %v", budget, inFile)
		}
		for i := range 2 * count {
			if found, err := s.has(strconv.Itoa(i)); err != nil || found != (i < count) {
				t.Fatalf("%d in memory: %d found: %v, %v", budget, i, found, err)
			}
		}
		s.close()
	}
}
