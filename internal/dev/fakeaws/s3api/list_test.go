package s3api_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/s3api"
)

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

// naive lists keys as the documentation says: what is behind after, in byte
// order, with all keys of one common prefix rolled up into one line.
func naive(keys []string, prefix, delimiter, after string) []string {
	var lines []string
	for _, key := range sorted(keys) {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		line := key
		if i := strings.Index(key[len(prefix):], delimiter); delimiter != "" && i >= 0 {
			line = key[:len(prefix)+i+len(delimiter)] + "*"
		}
		if strings.TrimSuffix(line, "*") > after && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// lines gives keys and common prefixes, the latter with a star, in order.
func lines(t testing.TB, objects []types.Object, prefixes []types.CommonPrefix, encoded bool) []string {
	t.Helper()
	plain := func(s *string) string {
		if !encoded {
			return *s
		}
		return fakeawstest.Must[string](t)(url.QueryUnescape(*s))
	}
	var lines []string
	for _, o := range objects {
		lines = append(lines, plain(o.Key))
	}
	for _, p := range prefixes {
		lines = append(lines, plain(p.Prefix)+"*")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(strings.TrimSuffix(a, "*"), strings.TrimSuffix(b, "*")) })
	return lines
}

func TestListObjectsAgainstModel(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	r := rand.New(rand.NewPCG(1, 2))
	keys := s3api.RandomKeys(r, 300)
	for _, key := range keys {
		fakeawstest.Put(t, c, key, "x")
	}
	pick := func(choices ...string) string { return choices[r.IntN(len(choices))] }
	for range 150 {
		prefix, delimiter := pick("", "", "a", "a/", "/", "é", "zz"), pick("", "/", "/", "-", "a/")
		after := pick("", "", keys[r.IntN(len(keys))], "a/", "b")
		size := int32(1 + r.IntN(40))
		encoding := types.EncodingType(pick("", "url"))
		name := fmt.Sprintf("prefix %q, delimiter %q, after %q, pages of %d, encoding %q", prefix, delimiter, after, size, encoding)
		want := naive(keys, prefix, delimiter, after)

		var got []string
		pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{
			Bucket: fakeawstest.Videos, Prefix: &prefix, Delimiter: &delimiter, StartAfter: &after, MaxKeys: &size, EncodingType: encoding,
		})
		for pages.HasMorePages() {
			page := fakeawstest.Must[*s3.ListObjectsV2Output](t)(pages.NextPage(t.Context()))
			part := lines(t, page.Contents, page.CommonPrefixes, encoding == "url")
			if len(part) != int(aws.ToInt32(page.KeyCount)) || len(part) > int(size) {
				t.Fatalf("%s: a page of %d lines says %d", name, len(part), aws.ToInt32(page.KeyCount))
			}
			got = append(got, part...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s:\n got %q\nwant %q", name, got, want)
		}

		first := fakeawstest.Must[*s3.ListObjectsOutput](t)(c.ListObjects(t.Context(), &s3.ListObjectsInput{
			Bucket: fakeawstest.Videos, Prefix: &prefix, Delimiter: &delimiter, Marker: &after, MaxKeys: &size, EncodingType: encoding,
		}))
		if got, want := lines(t, first.Contents, first.CommonPrefixes, encoding == "url"), want[:min(len(want), int(size))]; !slices.Equal(got, want) {
			t.Fatalf("%s, version 1:\n got %q\nwant %q", name, got, want)
		}
		if aws.ToBool(first.IsTruncated) != (len(want) > int(size)) {
			t.Fatalf("%s, version 1: truncated %v", name, aws.ToBool(first.IsTruncated))
		}
	}
}

func TestListVersionsAgainstModel(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	setVersioning(t, c, types.BucketVersioningStatusEnabled)
	r := rand.New(rand.NewPCG(3, 4))
	keys := s3api.RandomKeys(r, 40)
	newest := map[string][]string{}
	for range 150 {
		key := keys[r.IntN(len(keys))]
		var id *string
		if r.IntN(4) == 0 {
			id = fakeawstest.Must[*s3.DeleteObjectOutput](t)(c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: &key})).VersionId
		} else {
			id = fakeawstest.Put(t, c, key, "x").VersionId
		}
		newest[key] = slices.Insert(newest[key], 0, key+" "+*id)
	}
	var want []string
	for _, key := range sorted(keys) {
		want = append(want, newest[key]...)
	}
	for _, size := range []int32{1, 3, 7, 1000} {
		got := map[string]bool{}
		lastKey := ""
		pages := s3.NewListObjectVersionsPaginator(c, &s3.ListObjectVersionsInput{Bucket: fakeawstest.Videos, MaxKeys: &size})
		for pages.HasMorePages() {
			page := fakeawstest.Must[*s3.ListObjectVersionsOutput](t)(pages.NextPage(t.Context()))
			var keys []string
			for _, v := range page.Versions {
				got[*v.Key+" "+*v.VersionId] = true
				keys = append(keys, *v.Key)
				if latest := newest[*v.Key][0] == *v.Key+" "+*v.VersionId; aws.ToBool(v.IsLatest) != latest {
					t.Errorf("%s %s: latest is %v", *v.Key, *v.VersionId, aws.ToBool(v.IsLatest))
				}
			}
			for _, m := range page.DeleteMarkers {
				got[*m.Key+" "+*m.VersionId] = true
				keys = append(keys, *m.Key)
			}
			slices.Sort(keys)
			if keys[0] < lastKey {
				t.Errorf("page of %d goes back from %q to %q", size, lastKey, keys[0])
			}
			lastKey = keys[len(keys)-1]
		}
		if len(got) != len(want) {
			t.Errorf("pages of %d: %d versions, want %d", size, len(got), len(want))
		}
		for _, line := range want {
			if !got[line] {
				t.Errorf("pages of %d: %s is missing", size, line)
			}
		}
	}
	rolled := fakeawstest.Must[*s3.ListObjectVersionsOutput](t)(c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: fakeawstest.Videos, Delimiter: aws.String("/")}))
	var prefixes []string
	for _, p := range rolled.CommonPrefixes {
		prefixes = append(prefixes, *p.Prefix+"*")
	}
	var written []string
	for key := range newest {
		written = append(written, key)
	}
	wantPrefixes := slices.DeleteFunc(naive(written, "", "/", ""), func(line string) bool { return !strings.HasSuffix(line, "*") })
	if !slices.Equal(prefixes, wantPrefixes) {
		t.Errorf("prefixes %q, want %q", prefixes, wantPrefixes)
	}
}

func TestListArguments(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, c, "a", "x")
	list := func(change func(*s3.ListObjectsV2Input)) (*s3.ListObjectsV2Output, error) {
		in := &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos}
		change(in)
		return c.ListObjectsV2(t.Context(), in)
	}
	_, err := list(func(in *s3.ListObjectsV2Input) { in.ContinuationToken = aws.String("made up") })
	fakeawstest.WantCode(t, err, "InvalidArgument")
	_, err = list(func(in *s3.ListObjectsV2Input) { in.MaxKeys = aws.Int32(-1) })
	fakeawstest.WantCode(t, err, "InvalidArgument")
	_, err = list(func(in *s3.ListObjectsV2Input) { in.EncodingType = "base64" })
	fakeawstest.WantCode(t, err, "InvalidArgument")
	none := fakeawstest.Must[*s3.ListObjectsV2Output](t)(list(func(in *s3.ListObjectsV2Input) { in.MaxKeys = aws.Int32(0) }))
	if aws.ToInt32(none.KeyCount) != 0 || aws.ToBool(none.IsTruncated) {
		t.Errorf("no keys asked for: %d, truncated %v", aws.ToInt32(none.KeyCount), aws.ToBool(none.IsTruncated))
	}
	plain := fakeawstest.Must[*s3.ListObjectsV2Output](t)(list(func(*s3.ListObjectsV2Input) {}))
	owned := fakeawstest.Must[*s3.ListObjectsV2Output](t)(list(func(in *s3.ListObjectsV2Input) { in.FetchOwner = aws.Bool(true) }))
	if plain.Contents[0].Owner != nil || owned.Contents[0].Owner == nil {
		t.Errorf("owner unasked %v, asked %v", plain.Contents[0].Owner, owned.Contents[0].Owner)
	}
}
