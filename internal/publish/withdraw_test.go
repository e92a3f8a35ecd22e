package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

const (
	emptyList  = `{"videos":[],"generatedAt":"2026-01-01T00:00:00Z"}`
	theirNotes = `{"name":"site"}`
)

func TestWithdraw(t *testing.T) {
	w := newWorld(t)
	w.put("a.mp4", "1")
	etag := w.publish(order(t)).ETag
	w.withdraws(etag, Remains{})
	if _, err := ETag(t.Context(), w.s3, bucket, "manifest.json"); !errors.Is(err, ErrAbsent) {
		t.Errorf("got %v, want no manifest", err)
	}
	w.withdraws(etag, Remains{}) // one that is gone
	w.put("manifest.json", "something else")
	if _, err := Withdraw(t.Context(), w.s3, bucket, "manifest.json", etag); !errors.Is(err, manifest.ErrNotManifest) {
		t.Errorf("got error %v, want ErrNotManifest", err)
	}
	if got := w.get("manifest.json"); got != "something else" {
		t.Errorf("something else was overwritten with %q", got)
	}
}

// TestWithdrawOldVersions deletes what the manifest's key held, and nothing that has
// a longer key or is not a manifest.
func TestWithdrawOldVersions(t *testing.T) {
	for name, tt := range map[string]struct {
		before  func(world)
		remains Remains
		left    []string // bodies of versions, and "marker"
	}{
		"one version": {func(world) {}, Remains{}, nil},
		"several":     {func(w world) { w.put("manifest.json", emptyList); w.put("manifest.json", emptyList) }, Remains{}, nil},
		"a marker below": {func(w world) {
			w.put("manifest.json", emptyList)
			w.remove("manifest.json")
		}, Remains{}, nil},
		"from before versioning": {func(w world) {
			w.versioning(s3types.BucketVersioningStatusSuspended)
			w.put("manifest.json", emptyList)
			w.versioning(s3types.BucketVersioningStatusEnabled)
		}, Remains{}, nil},
		"something else below": {
			func(w world) { w.put("manifest.json", theirNotes); w.put("manifest.json", emptyList) },
			Remains{Foreign: 1}, []string{"marker", theirNotes},
		},
		"a snapshot below": {
			func(w world) { w.putMarked("manifest.json", emptyList, markSnapshot) },
			Remains{Foreign: 1}, []string{"marker", emptyList},
		},
		"a marked list below": {func(w world) { w.putMarked("manifest.json", "not read", markList) }, Remains{}, nil},
		"a large one below": {
			func(w world) { w.put("manifest.json", largeList(20_000)) }, Remains{}, nil,
		},
		"a large one of something else below": {
			func(w world) { w.put("manifest.json", `{"videos":[`+strings.Repeat(" ", 2<<20)+"]}") },
			Remains{Foreign: 1}, []string{"marker", `{"videos":[` + strings.Repeat(" ", 2<<20) + "]}"},
		},
		"cut short below": {
			func(w world) { w.put("manifest.json", emptyList[:20]) }, Remains{Foreign: 1}, []string{"marker", emptyList[:20]},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.versioning(s3types.BucketVersioningStatusEnabled)
			w.put("manifest.json.bak", "longer")
			w.remove("manifest.json.bak")
			tt.before(w)
			w.withdraws(w.putList(), tt.remains)
			if got := w.versions("manifest.json"); !slices.Equal(got, tt.left) {
				t.Errorf("got %.100q left, want %.100q", got, tt.left)
			}
			if got := w.versions("manifest.json.bak"); !slices.Equal(got, []string{"marker", "longer"}) {
				t.Errorf("got %q left of the longer key, want all", got)
			}
		})
	}
}

// TestWithdrawManyVersions pages through more versions than a page holds, the
// first of which stay.
func TestWithdrawManyVersions(t *testing.T) {
	w := newWorld(t)
	w.versioning(s3types.BucketVersioningStatusEnabled)
	const count = 1100
	for i := range count {
		if i == 50 {
			w.put("manifest.json", theirNotes)
		}
		w.put("manifest.json", emptyList)
	}
	w.withdraws(w.putList(), Remains{Foreign: 1})
	if got := w.versions("manifest.json"); !slices.Equal(got, []string{"marker", theirNotes}) {
		t.Errorf("got %d versions left, want the marker and the notes", len(got))
	}
}

func TestWithdrawSuspendedVersions(t *testing.T) {
	for name, put := range map[string]func(w world){
		"published before": func(w world) { w.publish(order(w.t)); w.versioning(s3types.BucketVersioningStatusSuspended) },
		"published since":  func(w world) { w.versioning(s3types.BucketVersioningStatusSuspended); w.publish(order(w.t)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.versioning(s3types.BucketVersioningStatusEnabled)
			w.put("manifest.json", emptyList)
			put(w)
			etag, err := ETag(t.Context(), w.s3, bucket, "manifest.json")
			if err != nil {
				t.Fatal(err)
			}
			w.withdraws(etag, Remains{})
			if got := w.versions("manifest.json"); len(got) > 0 {
				t.Errorf("got %q left, want nothing", got)
			}
		})
	}
}

// TestWithdrawMeetsOthers has somebody else write at the worst moments.
func TestWithdrawMeetsOthers(t *testing.T) {
	for name, tt := range map[string]struct {
		at      string
		write   func(world)
		remains Remains
		isErr   error
		left    []string
	}{
		"a manifest before the deletion": {"DeleteObject", func(w world) { w.put("manifest.json", emptyList) }, Remains{}, nil, nil},
		"something else before the deletion": {
			"DeleteObject", func(w world) { w.put("manifest.json", theirNotes) }, Remains{}, manifest.ErrNotManifest, []string{theirNotes, "published"},
		},
		"deleted before the deletion": {
			"DeleteObject", func(w world) { w.remove("manifest.json") }, Remains{}, nil, nil,
		},
		"a manifest after the deletion": {
			"ListObjectVersions", func(w world) { w.put("manifest.json", emptyList) }, Remains{Written: true}, nil, []string{emptyList, "marker", "published"},
		},
		"something else after the deletion": {
			"ListObjectVersions", func(w world) { w.put("manifest.json", theirNotes) }, Remains{Written: true}, nil, []string{theirNotes, "marker", "published"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.versioning(s3types.BucketVersioningStatusEnabled)
			published := w.publish(order(t))
			text := w.get("manifest.json")
			w.Inject(fakeaws.Fault{Operation: tt.at, Times: 1, Hook: func() { tt.write(w) }})
			remains, err := Withdraw(t.Context(), w.s3, bucket, "manifest.json", published.ETag)
			if !errors.Is(err, tt.isErr) || remains != tt.remains {
				t.Errorf("got %+v, %v, want %+v, %v", remains, err, tt.remains, tt.isErr)
			}
			got := w.versions("manifest.json")
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], text, "published")
			}
			if !slices.Equal(got, tt.left) {
				t.Errorf("got %q left, want %q", got, tt.left)
			}
		})
	}
}

// TestWithdrawOnServersWithoutConditions deletes where If-Match is refused, or never
// matches.
func TestWithdrawOnServersWithoutConditions(t *testing.T) {
	for name, fault := range map[string]fakeaws.Fault{
		"not implemented": {Status: 501, Code: "NotImplemented"},
		"never equal":     {Status: 412, Code: "PreconditionFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			etag := w.publish(order(t)).ETag
			fault.Operation, fault.Times = "DeleteObject", 1
			w.Inject(fault)
			w.withdraws(etag, Remains{})
			if got := w.versions("manifest.json"); len(got) > 0 {
				t.Errorf("got %q left, want nothing", got)
			}
		})
	}
}

// TestWithdrawWhoseAnswerIsLost sends the deletion again, which finds a marker.
func TestWithdrawWhoseAnswerIsLost(t *testing.T) {
	w := newWorld(t)
	w.versioning(s3types.BucketVersioningStatusEnabled)
	w.put("manifest.json", emptyList)
	etag := w.publish(order(t)).ETag
	root := w.Root()
	w.s3 = s3.New(s3.Options{
		BaseEndpoint: aws.String(w.URL()), Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	})
	w.Inject(fakeaws.Fault{Operation: "DeleteObject", Times: 1, LoseResponse: true})
	w.withdraws(etag, Remains{})
	if got := w.versions("manifest.json"); len(got) > 0 {
		t.Errorf("got %q left, want nothing", got)
	}
}

// TestWithdrawWithoutPermissions leaves old versions, and says why.
func TestWithdrawWithoutPermissions(t *testing.T) {
	locked := fakeaws.Fault{Operation: "DeleteObject", Skip: 1, Status: 403, Code: "AccessDenied", Message: "Access Denied because object protected by object lock."}
	for name, tt := range map[string]struct {
		fault fakeaws.Fault
		want  func(Remains) bool
	}{
		"to list versions":   {fakeaws.Fault{Operation: "ListObjectVersions", Status: 403, Code: "AccessDenied"}, func(r Remains) bool { return r.Unlisted != nil }},
		"to delete versions": {fakeaws.Fault{Operation: "DeleteObject", Skip: 1, Status: 403, Code: "AccessDenied"}, func(r Remains) bool { return r.Refused == 2 && r.Locked == 0 }},
		"to read versions":   {fakeaws.Fault{Operation: "HeadObject", Skip: 1, Status: 403, Code: "AccessDenied"}, func(r Remains) bool { return r.Refused == 1 && r.Locked == 0 }},
		"under a lock":       {locked, func(r Remains) bool { return r.Refused == 2 && r.Locked == 2 }},
		"no versions at all": {fakeaws.Fault{Operation: "ListObjectVersions", Status: 501, Code: "NotImplemented"}, func(r Remains) bool { return r.Unlisted != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.versioning(s3types.BucketVersioningStatusEnabled)
			w.put("manifest.json", emptyList)
			etag := w.putList()
			remove := w.Inject(tt.fault)
			remains, err := Withdraw(t.Context(), w.s3, bucket, "manifest.json", etag)
			remove()
			if err != nil || !tt.want(remains) {
				t.Errorf("got %+v, %v", remains, err)
			}
			if _, err := ETag(t.Context(), w.s3, bucket, "manifest.json"); !errors.Is(err, ErrAbsent) {
				t.Errorf("got %v, want the delete marker to stay", err)
			}
		})
	}
}

// TestWithdrawEndsWithItsContext holds a timeout that passes among the versions.
func TestWithdrawEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	w.versioning(s3types.BucketVersioningStatusEnabled)
	w.put("manifest.json", emptyList)
	etag := w.publish(order(t)).ETag
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.Inject(fakeaws.Fault{Operation: "DeleteObject", Skip: 1, Latency: time.Minute, Hook: cancel})
	if _, err := Withdraw(ctx, w.s3, bucket, "manifest.json", etag); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// withdraws withdraws the manifest, and expects what is to be said of the rest.
func (w world) withdraws(etag string, want Remains) {
	w.t.Helper()
	got, err := Withdraw(w.t.Context(), w.s3, bucket, "manifest.json", etag)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != want {
		w.t.Errorf("got remains %+v, want %+v", got, want)
	}
}

func (w world) versioning(status s3types.BucketVersioningStatus) {
	w.t.Helper()
	_, err := w.s3.PutBucketVersioning(w.t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(bucket), VersioningConfiguration: &s3types.VersioningConfiguration{Status: status},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// putList puts a manifest where others may be, and gives its ETag.
func (w world) putList() string {
	w.t.Helper()
	w.put("manifest.json", emptyList)
	etag, err := ETag(w.t.Context(), w.s3, bucket, "manifest.json")
	if err != nil {
		w.t.Fatal(err)
	}
	return etag
}

// versions gives the bodies of a key's versions from the newest on, and "marker" for
// each delete marker, as one page of a listing has them.
func (w world) versions(key string) []string {
	w.t.Helper()
	type version struct {
		at     int
		latest bool
		body   string
	}
	var found []version
	pages := s3.NewListObjectVersionsPaginator(w.s3, &s3.ListObjectVersionsInput{Bucket: aws.String(bucket), Prefix: &key})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range page.DeleteMarkers {
			if *m.Key == key {
				found = append(found, version{len(found), *m.IsLatest, "marker"})
			}
		}
		for _, v := range page.Versions {
			if *v.Key == key {
				found = append(found, version{len(found), *v.IsLatest, w.bodyOf(key, *v.VersionId)})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b version) int {
		switch {
		case a.latest:
			return -1
		case b.latest:
			return 1
		}
		return a.at - b.at
	})
	var bodies []string
	for _, v := range found {
		bodies = append(bodies, v.body)
	}
	return bodies
}

func (w world) bodyOf(key, id string) string {
	w.t.Helper()
	out, err := w.s3.GetObject(w.t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key, VersionId: &id})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// largeList is a manifest of many videos.
func largeList(videos int) string {
	var text strings.Builder
	text.WriteString(`{"videos":[`)
	for i := range videos {
		if i > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, `{"key":"%06d.mp4","size":1,"lastModified":"2026-01-02T03:04:05Z"}`, i)
	}
	text.WriteString(`],"generatedAt":"2026-01-02T03:04:05Z"}`)
	return text.String()
}
