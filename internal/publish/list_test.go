package publish

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

func TestReport(t *testing.T) {
	w := newWorld(t)
	w.put("a/x.mp4", "1")
	w.put("b/x.mp4", "1")
	w.put("b/x.info.json", "{}") // FOVEA does not look here
	w.putClass("cold.mp4", "1", s3types.StorageClassGlacier)
	w.put("y.mp4", "1")
	w.put("y.info.json", "{}")
	want := Report{
		MissingInfo: []string{"a/x.mp4", "b/x.mp4", "cold.mp4"}, MissingInfoCount: 3,
		ArchivedCount: 1, DuplicateNames: [][]string{{"a/x.mp4", "b/x.mp4"}},
	}
	for name, full := range map[string]bool{"basic": false, "full": true} {
		s := selection()
		s.Full = full
		got, err := Inspect(t.Context(), w.s3, s)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestReportOfAFolderKnowsTheSidecarsAtTheRoot(t *testing.T) {
	w := newWorld(t)
	w.put("clips/x.mp4", "1")
	w.put("clips/y.mp4", "1")
	w.put("x.info.json", "{}")
	s := selection()
	s.Prefix = "clips/"
	got, err := Inspect(t.Context(), w.s3, s)
	if err != nil || !slices.Equal(got.MissingInfo, []string{"clips/y.mp4"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFullDetail(t *testing.T) {
	w := newWorld(t)
	w.put("a/x.mp4", "hello")
	w.put("x.info.json", "{}")
	w.putClass("y.mp4", "hello", s3types.StorageClassStandardIa)
	s := selection()
	s.Full = true
	var got []manifest.Details
	for v, err := range Videos(t.Context(), w.s3, s) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *v.Details)
	}
	const etag = "5d41402abc4b2a76b9719d911017c592"
	want := []manifest.Details{{ETag: etag, StorageClass: "STANDARD", InfoKey: "x.info.json"}, {ETag: etag, StorageClass: "STANDARD_IA"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestDigestIsThatOfThePublishedManifest(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.put("skip/b.mp4", "1")
	o := order(t)
	o.ExcludePrefixes = []string{"skip/"}
	published := w.publish(o)
	found, err := Digest(t.Context(), w.s3, o.Selection)
	if err != nil || found.Summary != published.Summary || found.Count != 1 {
		t.Errorf("%+v, %v, want %+v", found, err, published.Summary)
	}
	read, err := Read(t.Context(), w.s3, bucket, "manifest.json")
	if err != nil || read.Summary != found.Summary || read.ETag != published.ETag {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestCompareWithAManifestInAnotherOrder(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	w.put("c.mp4", "1")
	w.put("manifest.json", `{"videos":[{"key":"c.mp4","size":9,"lastModified":"2026-01-01T00:00:00Z"},{"key":"b.mp4","size":1,"lastModified":"2026-01-01T00:00:00Z"}]}`)
	got, err := Compare(t.Context(), w.s3, selection(), "manifest.json")
	if err != nil || got.Before != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	want := manifest.Diff{AddedCount: 1, RemovedCount: 1, ChangedCount: 1, Added: []string{"a.mp4"}, Removed: []string{"b.mp4"}, Changed: []string{"c.mp4"}}
	if !reflect.DeepEqual(got.Diff, want) {
		t.Errorf("%+v", got.Diff)
	}
}

// TestSnapshotsOfTwoManifests have the same prefix, and leave each other's alone.
func TestSnapshotsOfTwoManifests(t *testing.T) {
	w := newWorld(t)
	w.put("1.mp4", "1")
	s := Snapshots{Prefix: "manifests/", Keep: 1}
	o := order(t)
	for _, key := range []string{"manifest.json", "a.json", "b/list.json", "a.json"} {
		o.Key, o.Now = key, o.Now.Add(time.Minute)
		w.put(o.Now.Format("150405")+".mp4", "1")
		if err := s.Save(t.Context(), w.s3, bucket, key, w.publish(o).Current); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for object, err := range keyscan.Scan(t.Context(), w.s3, keyscan.Options{Bucket: bucket, Prefix: "manifests/"}) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, object.Key)
	}
	want := []string{"manifests/2026-01-02T03-05-05Z.json", "manifests/a.json/2026-01-02T03-08-05Z.json", "manifests/b/list.json/2026-01-02T03-07-05Z.json"}
	if !slices.Equal(keys, want) {
		t.Errorf("%q", keys)
	}
}

func TestSnapshotsKeepTheNewest(t *testing.T) {
	w := newWorld(t)
	w.put("manifests/notes.json", "mine")
	s := Snapshots{Prefix: "manifests/", Keep: 2}
	o := order(t)
	for i := range 4 {
		w.put(fmt.Sprintf("%d.mp4", i), "1")
		o.Now = o.Now.Add(time.Minute)
		if err := s.Save(t.Context(), w.s3, bucket, o.Key, w.publish(o).Current); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for object, err := range keyscan.Scan(t.Context(), w.s3, keyscan.Options{Bucket: bucket, Prefix: "manifests/"}) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, object.Key)
	}
	want := []string{"manifests/2026-01-02T03-07-05Z.json", "manifests/2026-01-02T03-08-05Z.json", "manifests/notes.json"}
	if !slices.Equal(keys, want) {
		t.Errorf("%q", keys)
	}
	if w.get(want[1]) != w.get("manifest.json") {
		t.Error("the newest snapshot is not the manifest")
	}
}
