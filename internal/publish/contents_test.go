package publish

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

const emptyManifest = `{"videos":[],"generatedAt":"2026-01-02T03:04:05Z"}`

func (w world) keepVersions() {
	w.t.Helper()
	_, err := w.s3.PutBucketVersioning(w.t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(bucket), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) putMarked(key, body, mark string) {
	w.t.Helper()
	_, err := w.s3.PutObject(w.t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(body), Metadata: map[string]string{markName: mark},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestFirstContent(t *testing.T) {
	for name, tt := range map[string]struct {
		fill func(world)
		want string // "" for nothing but manifests
	}{
		"empty bucket": {func(world) {}, ""},
		"a marked manifest": {func(w world) {
			w.putMarked("a.json", "whatever", markList)
		}, ""},
		"a manifest from before there were marks": {func(w world) { w.put("a.json", emptyManifest) }, ""},
		"a snapshot":                  {func(w world) { w.putMarked("a.json", emptyManifest, markSnapshot) }, `the manifest snapshot "a.json"`},
		"a file that no suffix tells": {func(w world) { w.put("notes.txt", "keep") }, `"notes.txt"`},
		"an empty object":             {func(w world) { w.put("folder/", "") }, `"folder/"`},
		"JSON of another kind":        {func(w world) { w.put("a.json", `{"tracks":[]}`) }, `"a.json"`},
		"a key that XML cannot carry": {func(w world) { w.put("notes\x07.txt", "keep") }, `"notes\a.txt"`},
		"a video behind a manifest": {func(w world) {
			w.putMarked("a.json", emptyManifest, markList)
			w.put("b.mp4", "video")
		}, `"b.mp4"`},
		"a video behind a delete marker": {func(w world) {
			w.keepVersions()
			w.put("b.mp4", "video")
			w.remove("b.mp4")
		}, `an old version of "b.mp4"`},
		"a manifest behind a delete marker": {func(w world) {
			w.keepVersions()
			w.putMarked("a.json", emptyManifest, markList)
			w.remove("a.json")
		}, ""},
		"only a delete marker": {func(w world) {
			w.keepVersions()
			w.remove("b.mp4")
		}, `a delete marker of "b.mp4"`},
		"a manifest over a video": {func(w world) {
			w.keepVersions()
			w.put("a.json", "video")
			w.putMarked("a.json", emptyManifest, markList)
		}, ""},
		"a video over a manifest": {func(w world) {
			w.keepVersions()
			w.putMarked("a.json", emptyManifest, markList)
			w.put("a.json", "video")
		}, `"a.json"`},
		"a video behind a page of old manifests": {func(w world) {
			w.keepVersions()
			for range 1001 {
				w.putMarked("a.json", emptyManifest, markList)
			}
			w.put("b.mp4", "video")
		}, `"b.mp4"`},
		"a delete marker at the end of a page": {func(w world) {
			w.keepVersions()
			for range 999 {
				w.putMarked("a.json", emptyManifest, markList)
			}
			w.remove("b.mp4")
			w.putMarked("c.json", emptyManifest, markList)
		}, `a delete marker of "b.mp4"`},
		"a manifest behind a page of delete markers": {func(w world) {
			w.keepVersions()
			w.putMarked("a.json", emptyManifest, markList)
			for range 1001 {
				w.remove("a.json")
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			tt.fill(w)
			got, err := FirstContent(t.Context(), w.s3, bucket)
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			if got.Content != nil {
				text = got.Content.String()
			}
			if text != tt.want {
				t.Errorf("got %s, want %s", text, tt.want)
			}
		})
	}
}

// TestFirstContentSkipsVersions does not page through the old versions of a manifest.
func TestFirstContentSkipsVersions(t *testing.T) {
	w := newWorld(t)
	w.keepVersions()
	for range 2500 {
		w.putMarked("a.json", emptyManifest, markList)
	}
	before := w.Requests().Count("ListObjectVersions")
	if got, err := FirstContent(t.Context(), w.s3, bucket); got.Content != nil || err != nil || !slices.Equal(got.Manifests, []string{"a.json"}) {
		t.Fatalf("got %v, %v, want a.json as the only manifest", got, err)
	}
	if n := w.Requests().Count("ListObjectVersions") - before; n != 2 {
		t.Errorf("got %d listing requests for 2,500 versions of one manifest, want 2", n)
	}
}

func TestFirstContentOfABucketThatCannotBeRead(t *testing.T) {
	denied := fakeaws.Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	fault := func(operation string, f fakeaws.Fault) fakeaws.Fault {
		f.Operation = operation
		return f
	}
	t.Run("versions denied", func(t *testing.T) {
		w := newWorld(t)
		w.put("b.mp4", "video")
		w.Inject(fault("ListObjectVersions", denied))
		if got, err := FirstContent(t.Context(), w.s3, bucket); err != nil || got.Content == nil || got.Content.Key != "b.mp4" {
			t.Errorf("got %v, %v, want b.mp4", got, err)
		}
	})
	t.Run("every list denied", func(t *testing.T) {
		w := newWorld(t)
		w.Inject(fault("ListObjectVersions", denied))
		w.Inject(fault("ListObjectsV2", denied))
		var want *ContentDeniedError
		if got, err := FirstContent(t.Context(), w.s3, bucket); !errors.As(err, &want) || got.Content != nil {
			t.Errorf("got %v, %v, want a *ContentDeniedError", got, err)
		}
	})
	t.Run("the server fails", func(t *testing.T) {
		w := newWorld(t)
		w.Inject(fault("ListObjectVersions", fakeaws.Fault{Status: http.StatusInternalServerError, Code: "InternalError"}))
		if got, err := FirstContent(t.Context(), w.s3, bucket); err == nil || errors.Is(err, ErrAbsent) || got.Content != nil {
			t.Errorf("got %v, %v, want the server's error", got, err)
		}
	})
	for _, operation := range []string{"HeadObject", "GetObject"} {
		for code, status := range map[string]int{"AccessDenied": http.StatusForbidden, "InvalidObjectState": http.StatusForbidden, "InvalidRequest": http.StatusBadRequest} {
			t.Run(fmt.Sprintf("%s answers %s", operation, code), func(t *testing.T) {
				w := newWorld(t)
				w.put("a.json", emptyManifest)
				w.Inject(fault(operation, fakeaws.Fault{Status: status, Code: code}))
				if got, err := FirstContent(t.Context(), w.s3, bucket); err != nil || got.Content == nil || !got.Content.Unread {
					t.Errorf("got %v, %v, want a.json, unread", got, err)
				}
			})
		}
	}
	t.Run("no such bucket", func(t *testing.T) {
		w := newWorld(t)
		if _, err := FirstContent(t.Context(), w.s3, "no-such-bucket"); !errors.Is(err, ErrAbsent) {
			t.Errorf("got %v, want ErrAbsent", err)
		}
	})
}
