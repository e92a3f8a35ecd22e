package inventory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

func TestObjects(t *testing.T) {
	at := time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, format := range []string{"CSV", "Parquet"} {
		for _, versions := range []bool{false, true} {
			for _, etags := range []bool{false, true} {
				var want []Object
				for _, key := range []string{"a.mp4", "b c+d%.mp4", "z.mp4", "é.mp4"} {
					o := Object{Key: key, Size: int64(len(key)), LastModified: at, StorageClass: "STANDARD"}
					if etags {
						o.ETag = "e-" + key
					}
					want = append(want, o)
				}
				s := newShelf()
				s.deliver(t, sampleinventory.Options{Format: format, Versions: versions})
				got, err := s.read(t, Options{ETags: etags})
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s, versions %v, ETags %v: %+v, %v\nwant %+v", format, versions, etags, got, err, want)
				}
			}
		}
	}
}

// TestObjectsOfManyFiles reads large files in pages, and goes on when connections
// break.
func TestObjectsOfManyFiles(t *testing.T) {
	for _, format := range []string{"CSV", "Parquet"} {
		s := newShelf()
		var all []sampleinventory.Row
		for i := range 5000 {
			all = append(all, sampleinventory.Row{Key: fmt.Sprintf("%05d.mp4", i), Size: int64(i), LastModified: noon, StorageClass: "STANDARD_IA"})
		}
		made, err := sampleinventory.New(sampleinventory.Options{Source: "videos", Bucket: "inventories", Prefix: "lists", Time: noon, Format: format, PerFile: 700}, all)
		if err == nil {
			err = made.Deliver(t.Context(), s)
		}
		if err != nil {
			t.Fatal(err)
		}
		s.cut = 1500
		got, err := s.read(t, Options{})
		if err != nil || len(got) != len(all) {
			t.Fatalf("%s: %d objects, %v", format, len(got), err)
		}
		for i, o := range got {
			if o.Key != all[i].Key || o.Size != int64(i) {
				t.Fatalf("%s: %+v at %d", format, o, i)
			}
		}
		if len(s.gets) < 12 {
			t.Errorf("%s: %d downloads, so that no connection broke", format, len(s.gets))
		}
		s.cut = 10 // too often
		if _, err := s.read(t, Options{}); !errors.Is(err, errCut) || !errors.Is(err, ErrRequest) {
			t.Errorf("%s: error %v", format, err)
		}
	}
}

func TestObjectsThatNobodyWaitsFor(t *testing.T) {
	s := newShelf()
	s.deliver(t, sampleinventory.Options{Format: "Parquet", PerFile: 1})
	report, err := Newest(t.Context(), s, place)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range report.Objects(t.Context(), Options{Keep: func(string) bool { return true }, TempDir: t.TempDir()}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range report.Objects(ctx, Options{Keep: func(string) bool { return true }, TempDir: t.TempDir()}) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
}

func TestNewestThatIsComplete(t *testing.T) {
	s := newShelf()
	s.deliver(t, sampleinventory.Options{Time: noon.Add(-24 * time.Hour)})
	s.deliver(t, sampleinventory.Options{})
	unfinished := s.deliver(t, sampleinventory.Options{Time: noon.Add(24 * time.Hour)})
	delete(s.objects, unfinished.ChecksumKey())
	s.objects["lists/videos/FOVEAVideos/hive/dt=2026-01-02-12-00/symlink.txt"] = nil
	report, err := Newest(t.Context(), s, place)
	if err != nil || !report.Time.Equal(noon) {
		t.Fatalf("%+v, %v", report, err)
	}
	s.deliver(t, sampleinventory.Options{Time: noon.Add(24 * time.Hour)})
	newer, err := report.Newest(t.Context())
	if err != nil || !newer.Time.Equal(noon.Add(24*time.Hour)) || newer.ID == report.ID {
		t.Fatalf("%+v, %v", newer, err)
	}
	again, err := report.Newest(t.Context())
	if err != nil || again.ID != newer.ID {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestNoneYet(t *testing.T) {
	s := newShelf()
	_, err := s.read(t, Options{})
	explains(t, err, "there is no complete inventory of the bucket videos in s3://inventories/lists/videos/", NotDelivered)
	s.objects["lists/audio/Daily/2026-01-02T12-00Z/manifest.json"] = nil
	_, err = s.read(t, Options{})
	explains(t, err, "s3://inventories/lists/videos/, only of audio", NotDelivered)
	unfinished := s.deliver(t, sampleinventory.Options{})
	delete(s.objects, unfinished.ManifestKey())
	_, err = s.read(t, Options{})
	explains(t, err, "there is no complete inventory", NotDelivered)
	named := place
	named.Name = "Daily"
	_, err = Newest(t.Context(), s, named)
	explains(t, err, "in s3://inventories/lists/videos/Daily/, only of audio", NotDelivered)
	_, err = Newest(t.Context(), s, Place{Source: "movies", Bucket: "inventories"})
	explains(t, err, "in s3://inventories/movies/", NotDelivered)
	if strings.Contains(err.Error(), "only of") {
		t.Errorf("folders of the bucket are taken for inventories: %v", err)
	}
}

func TestSeveralConfigurations(t *testing.T) {
	s := newShelf()
	s.deliver(t, sampleinventory.Options{Name: "All"})
	s.deliver(t, sampleinventory.Options{Name: "Part", Time: noon.Add(time.Hour)})
	_, err := s.read(t, Options{})
	explains(t, err, "2 inventory configurations of the bucket videos deliver to s3://inventories/lists/videos/", Ambiguous)
	named := place
	named.Name = "All"
	if report, err := Newest(t.Context(), s, named); err != nil || !report.Time.Equal(noon) {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestCheckAge(t *testing.T) {
	s := newShelf()
	s.deliver(t, sampleinventory.Options{})
	report, err := Newest(t.Context(), s, place)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.CheckAge(noon.Add(48*time.Hour), 48*time.Hour); err != nil {
		t.Error(err)
	}
	err = report.CheckAge(noon.Add(49*time.Hour+90*time.Second), 48*time.Hour)
	const want = "the newest inventory is of 2026-01-02T12:00:00Z: it is 49h1m old, more than the 48h that are allowed"
	var stale *StaleError
	if !errors.As(err, &stale) || err.Error() != want {
		t.Errorf("error %v\nwant %s", err, want)
	}
}

// TestBadInventories expects each kind of damage to be told, and no object more.
func TestBadInventories(t *testing.T) {
	files := func(change func([]byte) []byte) func(*sampleinventory.Inventory) {
		return func(i *sampleinventory.Inventory) {
			for key, text := range i.Files {
				i.Files[key] = change(slices.Clone(text))
			}
		}
	}
	half := func(text []byte) []byte { return text[:len(text)/2] }
	flip := func(text []byte) []byte { text[len(text)/2] ^= 1; return text }
	stored := func(change func([]byte) []byte) func(*shelf) {
		return func(s *shelf) {
			for key, text := range s.objects {
				if strings.Contains(key, "/data/") {
					s.objects[key] = change(slices.Clone(text))
				}
			}
		}
	}
	manifest := func(text string) func(*shelf) {
		return func(s *shelf) {
			key := "lists/videos/FOVEAVideos/2026-01-02T12-00Z/manifest."
			s.objects[key+"json"] = []byte(text)
			s.objects[key+"checksum"] = []byte(md5Of(text) + "\n")
		}
	}
	const head = `{"sourceBucket":"videos","fileFormat":"CSV","creationTimestamp":`
	for _, tt := range []struct {
		name, format string
		without      []string
		before       func(*sampleinventory.Inventory)
		after        func(*shelf)
		problem      string
		kind         Kind
	}{
		{"truncated gzip", "CSV", nil, files(half), nil, "cannot be read as CSV, compressed with gzip: unexpected EOF", Damaged},
		{"not gzip", "CSV", nil, files(func([]byte) []byte { return []byte("Bucket,Key") }), nil, "cannot be read as CSV", Damaged},
		{"truncated after the delivery", "CSV", nil, nil, stored(half), "bytes, and the manifest of the inventory says", Damaged},
		{"changed CSV", "CSV", nil, nil, stored(flip), "has the MD5 sum", Damaged},
		{"changed Parquet", "Parquet", nil, nil, stored(flip), "has the MD5 sum", Damaged},
		{"truncated Parquet", "Parquet", nil, files(half), nil, "cannot be read as Parquet", Damaged},
		{"no Parquet", "Parquet", nil, files(func([]byte) []byte { return nil }), nil, "cannot be read as Parquet", Damaged},
		{"CSV without fields", "CSV", []string{"Size", "ETag"}, nil, nil, "lacks the fields Size, ETag", FieldsMissing},
		{"Parquet without fields", "Parquet", []string{"LastModifiedDate", "StorageClass"}, nil, nil, "lacks the fields LastModifiedDate, StorageClass", FieldsMissing},
		{"versions without order", "Parquet", []string{"IsLatest"}, nil, nil, "lacks the fields IsLatest", FieldsMissing},
		{"fewer columns than fields", "CSV", nil, func(i *sampleinventory.Inventory) { i.Fields = append(i.Fields, "ObjectOwner") }, nil, "wrong number of fields", Damaged},
		{"ORC", "ORC", nil, nil, nil, `has the format "ORC"`, UnknownFormat},
		{"missing file", "CSV", nil, nil, func(s *shelf) {
			for key := range s.objects {
				if strings.Contains(key, "/data/") {
					delete(s.objects, key)
				}
			}
		}, "there is no file lists/videos/FOVEAVideos/data/", FileMissing},
		{"wrong checksum", "CSV", nil, nil, func(s *shelf) {
			s.objects["lists/videos/FOVEAVideos/2026-01-02T12-00Z/manifest.checksum"] = []byte("d41d8cd98f00b204e9800998ecf8427e")
		}, `and manifest.checksum says "d41d8cd98f00b204e9800998ecf8427e"`, Damaged},
		{"another bucket", "CSV", nil, nil, manifest(`{"sourceBucket":"audio"}`), `is an inventory of the bucket "audio", not of videos`, OtherSource},
		{"no JSON", "CSV", nil, nil, manifest("<html>"), "is not the manifest of an inventory", Damaged},
		{"no time", "CSV", nil, nil, manifest(head + `"noon"}`), `has the creationTimestamp "noon"`, Damaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf()
			var changes []func(*sampleinventory.Inventory)
			if tt.before != nil {
				changes = append(changes, tt.before)
			}
			s.deliver(t, sampleinventory.Options{Format: tt.format, Without: tt.without, Versions: tt.format == "Parquet"}, changes...)
			if tt.after != nil {
				tt.after(s)
			}
			_, err := s.read(t, Options{ETags: true})
			explains(t, err, tt.problem, tt.kind)
		})
	}
}
