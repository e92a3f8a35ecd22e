package inventory

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// BenchmarkObjects reads an inventory in which every object is wanted.
func BenchmarkObjects(b *testing.B) {
	const number, perFile = 400_000, 100_000
	var all []sampleinventory.Row
	for i := range number {
		all = append(all, sampleinventory.Row{
			Key: fmt.Sprintf("2026/%02d/%02d/camera-%03d/clip-%07d.mp4", i%12+1, i%28+1, i%200, i), Size: int64(i) * 1000, LastModified: noon,
			ETag: fmt.Sprintf("%032x", i*7919), StorageClass: "STANDARD",
		})
	}
	for _, format := range []string{"CSV", "Parquet"} {
		made, err := sampleinventory.New(sampleinventory.Options{Source: "videos", Bucket: "inventories", Prefix: "lists", Time: noon, Format: format, PerFile: perFile}, all)
		s := newShelf()
		if err == nil {
			err = made.Deliver(b.Context(), s)
		}
		if err != nil {
			b.Fatal(err)
		}
		report, err := Newest(b.Context(), s, place)
		if err != nil {
			b.Fatal(err)
		}
		options := Options{Keep: func(key string) bool { return strings.HasSuffix(key, ".mp4") }, ETags: true, TempDir: b.TempDir()}
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range report.Objects(b.Context(), options) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != number {
					b.Fatalf("%d objects, want %d", n, number)
				}
			}
			b.ReportMetric(float64(number)*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
}
