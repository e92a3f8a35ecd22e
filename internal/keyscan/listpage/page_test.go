package listpage

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

func TestPagesKeepObjects(t *testing.T) {
	sum := strings.Repeat("0123456789abcdef", 2)
	long := strings.Repeat("k", s3wire.MaxKey-1)
	objects := []Object{
		{Key: "a"},
		{Key: "ab", Size: 1 << 50, LastModified: time.Unix(1, 0).UTC(), ETag: `"` + sum + `"`, StorageClass: "STANDARD"},
		{Key: "abc", LastModified: time.Unix(-1, 1).UTC(), ETag: `"` + sum + `-10000"`, StorageClass: "DEEP_ARCHIVE"},
		{Key: "b", LastModified: time.Unix(1<<33, 999_999_999).UTC(), ETag: `"` + sum + `-0"`, StorageClass: "NEW_CLASS"},
		{Key: "c", ETag: sum, StorageClass: "GLACIER"},
		{Key: "d", ETag: `"` + strings.ToUpper(sum) + `"`},
		{Key: "e", ETag: `"` + sum + `-99999999999999999999"`},
		{Key: "f", ETag: `""`},
		{Key: long + "1"},
		{Key: long + "2"},
	}
	out := &s3.ListObjectsV2Output{IsTruncated: aws.Bool(false)}
	for _, o := range objects {
		listed := types.Object{Key: &o.Key, Size: &o.Size, ETag: &o.ETag, StorageClass: types.ObjectStorageClass(o.StorageClass)}
		if !o.LastModified.IsZero() {
			listed.LastModified = &o.LastModified
		}
		out.Contents = append(out.Contents, listed)
	}
	var p Page
	for range 2 { // a page is used again
		p.reset()
		if err := p.Convert(out, "videos", false); err != nil {
			t.Fatal(err)
		}
		got := objectsOf(&p)
		for i, want := range objects {
			if got[i] != want {
				t.Errorf("%d: %+v, want %+v", i, got[i], want)
			}
		}
		if p.Unordered || string(p.First) != "a" || string(p.Last) != long+"2" {
			t.Errorf("unordered %t, %q to %q", p.Unordered, p.First, p.Last)
		}
	}
	p.Keep(func(key []byte) bool { return key[0] >= 'c' })
	if got := objectsOf(&p); len(got) != 6 || got[0] != objects[4] || got[5] != objects[9] {
		t.Errorf("kept %+v", got)
	}
}

func TestPagesNoticeDisorder(t *testing.T) {
	for keys, unordered := range map[string]bool{"a b c": false, "a b b": true, "b a": true, "a ab": false, "ab a": true, "ab b a": true} {
		var p Page
		for key := range strings.FieldsSeq(keys) {
			p.Add(&Entry{Key: []byte(key)})
		}
		if p.Unordered != unordered {
			t.Errorf("%s: unordered %t", keys, p.Unordered)
		}
	}
}

func TestTimestamps(t *testing.T) {
	const form = "2006-01-02T15:04:05.000Z"
	for range 100_000 {
		want := time.UnixMilli(rand.Int64N(250e12) - 59e12).UTC() // the years 100 to 9892
		text := want.Format(form)
		got, ok := millis([]byte(text))
		if !ok || got != modifiedAt(want) {
			t.Fatalf("%s: %+v, %t, want %+v", text, got, ok, modifiedAt(want))
		}
		// One digit changed makes another time or none, as the SDK has it.
		changed := []byte(text)
		changed[rand.IntN(len(changed))] = byte('0' + rand.IntN(11))
		their, err := smithytime.ParseDateTime(string(changed))
		if got, ok := millis(changed); ok && (err != nil || got != modifiedAt(their)) {
			t.Fatalf("%s: %+v, the SDK has %v, %v", changed, got, their, err)
		}
	}
}

func TestUnwantedKeysStillTellDisorder(t *testing.T) {
	p := Page{Wanted: func(key []byte) bool { return key[0] == 'b' }}
	for _, key := range []string{"a", "bx", "c", "bz", "bzz"} {
		p.Add(&Entry{Key: []byte(key), Size: 1})
	}
	if !p.Unordered || p.Count != 5 || p.Kept != 3 || string(p.First) != "a" || string(p.Last) != "bzz" {
		t.Errorf("%+v", p)
	}
	var got []string
	Each(p.Packed, p.Kept, p.Text, func(o Object, _ error) bool {
		got = append(got, o.Key)
		return true
	})
	if strings.Join(got, " ") != "bx bz bzz" {
		t.Errorf("%q", got)
	}
}
