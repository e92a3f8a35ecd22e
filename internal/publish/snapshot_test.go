package publish

import (
	"errors"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// TestMarks reads back what publishing writes into the metadata.
func TestMarks(t *testing.T) {
	for name, limit := range map[string]int64{"copied at once": singleCopy, "copied in parts": 1} {
		t.Run(name, func(t *testing.T) {
			defer func(before int64) { singleCopy = before }(singleCopy)
			singleCopy = limit
			w := newWorld(t)
			w.put("a.mp4", "1")
			r := w.publish(order(t))
			s := Snapshots{Prefix: "manifests/", Keep: 1}
			if err := s.Save(t.Context(), w.s3, bucket, "manifest.json", r.Current); err != nil {
				t.Fatal(err)
			}
			const copied = "manifests/2026-01-02T03-04-05Z.json"
			for key, want := range map[string]string{"manifest.json": markList, copied: markSnapshot} {
				if got := w.mark(key); got != want {
					t.Errorf("got the mark %q of %s, want %q", got, key, want)
				}
			}
			if got, want := w.get(copied), w.get("manifest.json"); got != want {
				t.Errorf("got the snapshot %s, want %s", got, want)
			}
		})
	}
	t.Run("uploaded in parts", func(t *testing.T) {
		w := newWorld(t)
		u, _ := w.large("")
		if _, _, err := u.sendParts(t.Context(), 5<<20); err != nil {
			t.Fatal(err)
		}
		if got := w.mark("manifest.json"); got != markList {
			t.Errorf("got the mark %q, want %q", got, markList)
		}
	})
}

// TestSnapshotsOfKeysWithSpecialCharacters have a decoy beside each manifest: what its
// key is when it is not encoded, or encoded in another way.
func TestSnapshotsOfKeysWithSpecialCharacters(t *testing.T) {
	for key, decoy := range map[string]string{
		"2025+2026.json":    "2025 2026.json",
		"2025 2026.json":    "2025+2026.json",
		"a%2Bb.json":        "a+b.json",
		"a%b.json":          "ab.json",
		"vidéos/liste.json": "videos/liste.json",
		"a?versionId=x":     "a",
		"a#b&c=d.json":      "a",
		"a:b@c$d,e;.json":   "a",
	} {
		t.Run(key, func(t *testing.T) {
			w := newWorld(t)
			w.put(decoy, "another object")
			w.put("a.mp4", "1")
			o := order(t)
			o.Key = key
			r := w.publish(o)
			s := Snapshots{Prefix: "manifests/", Keep: 1}
			if err := s.Save(t.Context(), w.s3, bucket, key, r.Current); err != nil {
				t.Fatal(err)
			}
			if got, want := w.get(s.target(key, r.Current)), w.get(key); got != want {
				t.Errorf("got the snapshot %q, want %q", got, want)
			}
		})
	}
}

// TestSnapshotIsOfWhatWasPublished replaces the manifest before it is copied.
func TestSnapshotIsOfWhatWasPublished(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	r := w.publish(order(t))
	w.put("manifest.json", "something else")
	s := Snapshots{Prefix: "manifests/", Keep: 1}
	if err := s.Save(t.Context(), w.s3, bucket, "manifest.json", r.Current); !awserr.PreconditionFailed(err) {
		t.Errorf("got %v, want a failed precondition", err)
	}
	if _, err := ETag(t.Context(), w.s3, bucket, s.target("manifest.json", r.Current)); !errors.Is(err, ErrAbsent) {
		t.Errorf("got %v, want no snapshot", err)
	}
}

func TestMissingSnapshots(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	o := order(t)
	s := Snapshots{Prefix: "manifests/", Keep: 5}
	missing := func(of Current) bool {
		t.Helper()
		missing, err := s.Missing(t.Context(), w.s3, bucket, o.Key, of)
		if err != nil {
			t.Fatal(err)
		}
		return missing
	}
	first := w.publish(o).Current // and the run ends here
	if !missing(first) {
		t.Error("got no missing snapshot, want one")
	}
	w.put("b.mp4", "1")
	o.Now = o.Now.Add(time.Hour)
	o.Replacing = func(old Current) {
		if err := s.SaveMissing(t.Context(), w.s3, bucket, o.Key, old); err != nil {
			t.Error(err)
		}
	}
	before := w.get(o.Key)
	second := w.publish(o).Current
	if missing(first) {
		t.Error("got no snapshot of the manifest that was replaced, want one")
	}
	if got := w.get(s.target(o.Key, first)); got != before {
		t.Errorf("got the snapshot %s, want %s", got, before)
	}
	if !missing(second) {
		t.Error("got no missing snapshot, want one")
	}
	w.put(o.Key, before) // by another program: it has no mark
	if foreign, err := Read(t.Context(), w.s3, bucket, o.Key); err != nil || missing(foreign) {
		t.Errorf("got a missing snapshot of a manifest without a mark, %v, want none", err)
	}
}

// TestSnapshotsOfOthersStay has files with the names of snapshots that are not copies
// of a manifest, older and newer than these.
func TestSnapshotsOfOthersStay(t *testing.T) {
	w := newWorld(t)
	others := map[string]string{
		"manifests/2001-01-01T00-00-00Z.json": `{"gps":"the only copy"}`,
		"manifests/2099-01-01T00-00-00Z.json": "notes",
	}
	for key, body := range others {
		w.put(key, body)
	}
	w.put("manifests/2002-01-01T00-00-00Z.json", emptyManifest) // a snapshot from before there were marks
	w.put("a.mp4", "video")
	published := w.publish(order(t)).Current
	policy := Snapshots{Prefix: "manifests/", Keep: 1}
	if err := policy.Save(t.Context(), w.s3, bucket, "manifest.json", published); err != nil {
		t.Fatal(err)
	}
	for key, body := range others {
		if got := w.get(key); got != body {
			t.Errorf("%s: got %q, want %q", key, got, body)
		}
	}
	if got := w.get("manifests/2026-01-02T03-04-05Z.json"); got == "" {
		t.Error("the snapshot that was just saved is empty")
	}
	if _, err := ETag(t.Context(), w.s3, bucket, "manifests/2002-01-01T00-00-00Z.json"); !errors.Is(err, ErrAbsent) {
		t.Errorf("got %v for the old snapshot, want ErrAbsent", err)
	}
}
