package publish

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

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
