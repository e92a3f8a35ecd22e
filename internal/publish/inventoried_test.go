package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// inventory delivers an inventory of the bucket as it is, and reads it.
func (w world) inventory(o sampleinventory.Options) *inventory.Report {
	w.t.Helper()
	o.Source, o.Bucket = bucket, "inventories"
	if o.Time.IsZero() {
		o.Time = time.Date(2026, 1, 2, 1, 0, 0, 0, time.UTC)
	}
	ctx := context.WithoutCancel(w.t.Context())
	if _, err := w.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(o.Bucket)}); err != nil && !strings.Contains(err.Error(), "BucketAlreadyOwnedByYou") {
		w.t.Fatal(err)
	}
	rows, err := sampleinventory.Rows(ctx, w.s3, bucket)
	if err != nil {
		w.t.Fatal(err)
	}
	made, err := sampleinventory.New(o, rows)
	if err == nil {
		err = made.Deliver(ctx, w.s3)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	report, err := inventory.Newest(ctx, w.s3, inventory.Place{Source: bucket, Bucket: o.Bucket, Prefix: o.Prefix, Name: made.Name})
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// oddBucket fills a bucket with versions, delete markers, sidecars and keys that
// are hard to write down.
func oddBucket(w world) {
	w.t.Helper()
	_, err := w.s3.PutBucketVersioning(w.t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(bucket), VersioningConfiguration: &s3types.VersioningConfiguration{Status: "Enabled"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, key := range []string{
		"z.mp4", "a b+c%2F.mp4", "é/ü \"quoted\", comma.mp4", "clips/x.mp4", "other/x.mp4", "new\nline.mp4", "\U0001F3A5.MP4", "｡.mp4", "skip/s.mp4", "notes.txt",
		"x.info.json", "clips/z.info.json", "gone.mp4", "twice.mp4", "a/1.mp4", "a-1.mp4", "a/10.mp4", "a/2.mp4",
	} {
		w.put(key, strings.Repeat("v", len(key)))
	}
	w.put("twice.mp4", "again")
	w.remove("gone.mp4")
	w.putClass("cold.mp4", "1", s3types.StorageClassGlacier)
	w.putClass("warm.mp4", "1", s3types.StorageClassStandardIa)
}

// TestInventoriedManifestsAreThoseOfAListing publishes byte for byte the same, and
// reports the same.
func TestInventoriedManifestsAreThoseOfAListing(t *testing.T) {
	w := newWorld(t)
	oddBucket(w)
	for _, format := range []string{"CSV", "Parquet"} {
		for _, versions := range []bool{false, true} {
			report := w.inventory(sampleinventory.Options{Format: format, Versions: versions, Prefix: "lists", Name: fmt.Sprintf("%s-%v", format, versions)})
			for name, change := range map[string]func(*Selection){
				"all":    func(*Selection) {},
				"full":   func(s *Selection) { s.Full = true },
				"prefix": func(s *Selection) { s.Prefix, s.Full = "a", true },
				"part":   func(s *Selection) { s.ExcludePrefixes = []string{"skip/", "a/1"} },
			} {
				t.Run(fmt.Sprintf("%s versions=%v %s", format, versions, name), func(t *testing.T) {
					o := order(t)
					change(&o.Selection)
					listed := w.publish(o)
					want := w.get("manifest.json")
					w.remove("manifest.json")
					o.Inventory = report
					read := w.publish(o)
					if got := w.get("manifest.json"); got != want {
						t.Errorf("%s\nwant\n%s", got, want)
					}
					if read.Summary != listed.Summary || !reflect.DeepEqual(read.Report, listed.Report) {
						t.Errorf("%+v %+v\nwant\n%+v %+v", read.Summary, read.Report, listed.Summary, listed.Report)
					}
					if read.Inventory != report || listed.Inventory != nil {
						t.Errorf("made of %v and %v", read.Inventory, listed.Inventory)
					}
					w.remove("manifest.json")
					if left, err := os.ReadDir(o.TempDir); err != nil || len(left) > 0 {
						t.Errorf("files stay behind: %v %v", left, err)
					}
				})
			}
		}
	}
}

// TestInventoriedCountsArchiveTiers knows what no listing tells.
func TestInventoriedCountsArchiveTiers(t *testing.T) {
	w := newWorld(t)
	w.putClass("cold.mp4", "1", s3types.StorageClassGlacier)
	rows, err := sampleinventory.Rows(t.Context(), w.s3, bucket)
	if err != nil {
		t.Fatal(err)
	}
	for _, tier := range []string{"FREQUENT", "ARCHIVE_INSTANT_ACCESS", "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"} {
		rows = append(rows, sampleinventory.Row{Key: tier + ".mp4", LastModified: time.Now(), StorageClass: "INTELLIGENT_TIERING", AccessTier: tier})
	}
	for _, format := range []string{"CSV", "Parquet"} {
		report := w.inventory(sampleinventory.Options{Format: format, Name: format})
		made, err := sampleinventory.New(sampleinventory.Options{Source: bucket, Bucket: "inventories", Name: format, Format: format, Time: report.Time.Add(time.Hour)}, rows)
		if err == nil {
			err = made.Deliver(t.Context(), w.s3)
		}
		if err != nil {
			t.Fatal(err)
		}
		newer, err := report.Newest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := selection()
		s.Inventory = newer
		if got, err := Inspect(t.Context(), w.s3, s); err != nil || got.ArchivedCount != 3 {
			t.Errorf("%s: %d archived, %v", format, got.ArchivedCount, err)
		}
	}
}

// TestInventoriedTakesTheNewestOfOneKey does not depend on the order of files.
func TestInventoriedTakesTheNewestOfOneKey(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "new")
	rows, err := sampleinventory.Rows(t.Context(), w.s3, bucket)
	if err != nil {
		t.Fatal(err)
	}
	old := rows[0]
	old.Size, old.LastModified = 1, old.LastModified.Add(-time.Hour)
	for _, all := range [][]sampleinventory.Row{{rows[0], old}, {old, rows[0]}} {
		report := w.inventory(sampleinventory.Options{})
		made, err := sampleinventory.New(sampleinventory.Options{Source: bucket, Bucket: "inventories", Time: report.Time.Add(time.Hour), PerFile: 1}, all)
		if err == nil {
			err = made.Deliver(t.Context(), w.s3)
		}
		if err != nil {
			t.Fatal(err)
		}
		s := selection()
		if s.Inventory, err = report.Newest(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []manifest.Video
		for v, err := range Videos(t.Context(), w.s3, s) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		if len(got) != 1 || got[0].Size != 3 {
			t.Errorf("%+v", got)
		}
	}
}

// TestPublishReadsANewerInventoryAfterAConflict does not put an older list over
// that of somebody who had a newer inventory.
func TestPublishReadsANewerInventoryAfterAConflict(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	o := order(t)
	o.Inventory = w.inventory(sampleinventory.Options{})
	w.Inject(fakeaws.Fault{Operation: "PutObject", Key: "manifest.json", Times: 1, Hook: func() {
		w.put("b.mp4", "1")
		newer := w.inventory(sampleinventory.Options{Time: o.Inventory.Time.Add(24 * time.Hour)})
		other := order(t)
		other.Inventory = newer
		w.publish(other)
	}})
	r := w.publish(o)
	if keys := w.keys(); len(keys) != 2 || !r.Inventory.Time.After(o.Inventory.Time) {
		t.Errorf("%q of %v", keys, r.Inventory.Time)
	}
}

func TestBrokenInventoriesPublishNothing(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	o := order(t)
	o.Inventory = w.inventory(sampleinventory.Options{})
	o.Full = true
	listed, err := w.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("inventories"), Prefix: aws.String("videos/FOVEAVideos/data/")})
	if err != nil || len(listed.Contents) == 0 {
		t.Fatal(err)
	}
	for _, object := range listed.Contents {
		_, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("inventories"), Key: object.Key, Body: strings.NewReader("changed")})
		if err != nil {
			t.Fatal(err)
		}
	}
	var problem *inventory.Error
	if _, err := Publish(t.Context(), w.s3, o); !errors.As(err, &problem) {
		t.Errorf("error %v", err)
	}
	if _, err := ETag(t.Context(), w.s3, bucket, o.Key); !errors.Is(err, ErrAbsent) {
		t.Errorf("there is a manifest: %v", err)
	}
	if left, err := os.ReadDir(o.TempDir); err != nil || len(left) > 0 {
		t.Errorf("files stay behind: %v %v", left, err)
	}
}
