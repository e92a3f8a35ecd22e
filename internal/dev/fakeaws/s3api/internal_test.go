package s3api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// RoutedOperation is an operation that acts on a bucket or an object, and what a
// request for it looks like.
type RoutedOperation struct {
	Name, Method, Query string
	OnObject            bool
	Header              string // that selects it
}

// RoutedOperations are those of the table that need a bucket.
func RoutedOperations() []RoutedOperation {
	var routed []RoutedOperation
	for _, op := range operations {
		if op.level != serviceLevel && op.name != "CreateBucket" {
			routed = append(routed, RoutedOperation{op.name, op.method, strings.Join(op.sub, "&"), op.level == objectLevel, op.header})
		}
	}
	return routed
}

// RandomKeys are few characters long, so that they collide as prefixes.
func RandomKeys(r *rand.Rand, n int) []string {
	seen := map[string]bool{}
	for len(seen) < n {
		var b strings.Builder
		for range 1 + r.IntN(6) {
			b.WriteString([]string{"a", "b", "/", "-", " ", "é", "😀", "&"}[r.IntN(8)])
		}
		seen[b.String()] = true
	}
	var keys []string
	for key := range seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// TestOperationNames guards the table: faults and counts go by name.
func TestOperationNames(t *testing.T) {
	seen := map[string]bool{}
	for _, op := range operations {
		if seen[op.name] {
			t.Errorf("%s is there twice", op.name)
		}
		seen[op.name] = true
		if op.do == nil {
			t.Errorf("%s does nothing", op.name)
		}
		if op.action == "" && op.name != "DeleteObjects" && op.level == bucketLevel {
			t.Errorf("%s asks for no permission", op.name)
		}
	}
}

func TestVirtualHostedStyle(t *testing.T) {
	for host, want := range map[string][2]string{
		"127.0.0.1:9000":           {"videos", "a/b.mp4"},
		"localhost:9000":           {"videos", "a/b.mp4"},
		"s3.localhost:9000":        {"videos", "a/b.mp4"},
		"videos.localhost:9000":    {"videos", "videos/a/b.mp4"},
		"videos.s3.localhost":      {"videos", "videos/a/b.mp4"},
		"my.videos.localhost:9000": {"my.videos", "videos/a/b.mp4"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/videos/a/b.mp4", nil)
		r.Host = host
		if bucket, key := address(r); bucket != want[0] || key != want[1] {
			t.Errorf("%s: %q %q, want %q", host, bucket, key, want)
		}
	}
}

// The hand-written page is what a plain rendering of the same objects is.
func TestPageBytes(t *testing.T) {
	s := New(Options{})
	if err := s.AddSyntheticBucket("videos", wire.DefaultRegion, authz.Principal{}, time.Now(), keyspace.Synthetic{Keys: 5000, Shape: keyspace.ShapeUnicode}); err != nil {
		t.Fatal(err)
	}
	b := s.store.get("videos")
	written := version{id: nullVersion, modified: time.Unix(1, 0).UTC(), storageClass: "STANDARD", checksum: checksum{algorithm: "CRC32", kind: fullObject}}
	b.objects.Put(&object{key: "a\x01\r\"<>&\u2028", versions: []*version{&written}})
	for _, encode := range []bool{false, true} {
		target := "/videos?list-type=2"
		if encode {
			target += "&encoding-type=url"
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		answer := httptest.NewRecorder()
		c := s.NewCall(r, r.URL.Query(), time.Now())
		c.w, c.bucket = answer, b
		if err := c.listObjectsV2(); err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		text := func(s string) string { return string(listQuery{encode: encode}.text(s)) }
		escaper := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;", "\x01", "&#x1;")
		n := 0
		for o := range b.objects.From("") {
			if n++; n > 1000 {
				break
			}
			v := o.current()
			checksum := ""
			if v.checksum.algorithm != "" {
				checksum = "<ChecksumAlgorithm>" + v.checksum.algorithm + "</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
			}
			fmt.Fprintf(&want, "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>&quot;%s&quot;</ETag>%s<Size>%d</Size><StorageClass>%s</StorageClass></Contents>",
				escaper.Replace(text(o.key)), v.modified.Format(wire.TimeFormat), v.etag, checksum, v.size, v.storageClass)
		}
		_, got, _ := strings.Cut(answer.Body.String(), "</IsTruncated>")
		if got = strings.TrimSuffix(got, "</ListBucketResult>"); got != want.String() {
			t.Errorf("encoded %v: %d bytes differ from the %d wanted; the page begins %.300s", encode, len(got), want.Len(), got)
		}
	}
}

func TestRestoredCopyEndsWithItsDays(t *testing.T) {
	now := time.Now()
	v := &version{storageClass: "GLACIER", restore: &restoration{ready: now, until: restoredUntil(now, 2)}}
	end := now.AddDate(0, 0, 3)
	if !v.archived(end) {
		t.Error("the copy is readable after its days")
	}
	if got := v.restore.header(end); got != "" {
		t.Errorf("x-amz-restore: got %q, want none", got)
	}
}
