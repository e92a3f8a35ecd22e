package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

var (
	noon    = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	evening = time.Date(2026, 1, 2, 20, 0, 0, 0, time.FixedZone("", 2*3600))
)

func encode(t *testing.T, videos ...Video) (string, Summary) {
	t.Helper()
	var buf bytes.Buffer
	e := NewEncoder(&buf)
	for _, v := range videos {
		if err := e.Add(v); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := e.Close(evening)
	if err != nil {
		t.Fatal(err)
	}
	return buf.String(), sum
}

func decode(doc string) ([]Video, error) {
	return collect(NewDecoder(strings.NewReader(doc)).Videos())
}

func collect(list iter.Seq2[Video, error]) ([]Video, error) {
	var videos []Video
	for v, err := range list {
		if err != nil {
			return nil, err
		}
		videos = append(videos, v)
	}
	return videos, nil
}

func TestEncode(t *testing.T) {
	got, sum := encode(t,
		Video{Key: "a.mp4", Size: 1, LastModified: evening},
		Video{Key: "b.mp4", Size: 2, LastModified: noon, Details: &Details{ETag: "e", StorageClass: "STANDARD", InfoKey: "b.info.json"}},
		Video{Key: "c.mp4", Size: 3, LastModified: noon.Add(5 * time.Millisecond), Details: &Details{ETag: "f", StorageClass: "GLACIER"}},
	)
	array := `[{"key":"a.mp4","size":1,"lastModified":"2026-01-02T18:00:00Z"},` +
		`{"key":"b.mp4","size":2,"lastModified":"2026-01-02T12:00:00Z","etag":"e","storageClass":"STANDARD","info":"b.info.json"},` +
		`{"key":"c.mp4","size":3,"lastModified":"2026-01-02T12:00:00.005Z","etag":"f","storageClass":"GLACIER","info":null}]`
	if want := `{"videos":` + array + `,"generatedAt":"2026-01-02T18:00:00Z"}` + "\n"; got != want {
		t.Errorf("document\n got %s\nwant %s", got, want)
	}
	hash := sha256.Sum256([]byte(array))
	if want := (Summary{Count: 3, Bytes: 6, Digest: hex.EncodeToString(hash[:])}); sum != want {
		t.Errorf("summary %+v, want %+v", sum, want)
	}
}

func TestEncodeKeepsOrder(t *testing.T) {
	for _, next := range []string{"a", "b"} {
		e := NewEncoder(io.Discard)
		if err := e.Add(Video{Key: "b"}); err != nil {
			t.Fatal(err)
		}
		if err := e.Add(Video{Key: next}); !errors.Is(err, ErrUnsorted) {
			t.Errorf("%q after b: %v", next, err)
		}
		if _, err := e.Close(noon); !errors.Is(err, ErrUnsorted) {
			t.Errorf("closing after the fault: %v", err)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestEncodeReportsTheWriter(t *testing.T) {
	e := NewEncoder(brokenWriter{})
	var err error
	for i := 0; err == nil && i < 10_000; i++ {
		err = e.Add(Video{Key: fmt.Sprintf("%08d.mp4", i)})
	}
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("adding: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	want := []Video{
		{Key: "\x01 \"\\.mp4", Size: 0, LastModified: noon},
		{Key: "a.mp4", Size: 1 << 40, LastModified: noon, Details: &Details{ETag: "e", StorageClass: "STANDARD"}},
		{Key: "é\u2028.mp4", Size: 7, LastModified: noon.Add(time.Nanosecond)},
	}
	doc, _ := encode(t, want...)
	d := NewDecoder(iotest.OneByteReader(strings.NewReader(doc)))
	got, err := collect(d.Videos())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if !d.GeneratedAt().Equal(evening) {
		t.Errorf("generated at %v", d.GeneratedAt())
	}
}

func TestDecodeTakesWhatOthersWrite(t *testing.T) {
	videos, err := decode(`{ "generatedAt": "2026-01-02T12:00:00.123456Z", "by": {"x": [1, {}]},
		"videos": [ {"key": "a.mp4", "size": 1, "lastModified": "2026-01-02T14:00:00+02:00", "extra": [1]} ] }`)
	if err != nil {
		t.Fatal(err)
	}
	if len(videos) != 1 || !videos[0].LastModified.Equal(noon) {
		t.Errorf("videos %+v", videos)
	}
}

func TestDecodeRefuses(t *testing.T) {
	const video = `{"key":"a","size":1,"lastModified":"2026-01-02T12:00:00Z"}`
	for name, doc := range map[string]string{
		"nothing":           ``,
		"a list":            `[]`,
		"another object":    `{"name":"x"}`,
		"videos no list":    `{"videos":{}}`,
		"HTML":              `<html>`,
		"byte order mark":   "\ufeff{\"videos\":[]}",
		"NaN":               `{"videos":[{"key":"a","size":NaN,"lastModified":"2026-01-02T12:00:00Z"}]}`,
		"size as text":      `{"videos":[{"key":"a","size":"1","lastModified":"2026-01-02T12:00:00Z"}]}`,
		"bad time":          `{"videos":[{"key":"a","size":1,"lastModified":"yesterday"}]}`,
		"video without key": `{"videos":[{"size":1,"lastModified":"2026-01-02T12:00:00Z"}]}`,
		"videos twice":      `{"videos":[],"videos":[]}`,
		"cut in the list":   `{"videos":[` + video,
		"cut after list":    `{"videos":[` + video + `]`,
		"trailing":          `{"videos":[]} x`,
		"two documents":     `{"videos":[]}{"videos":[]}`,
	} {
		if _, err := decode(doc); !errors.Is(err, ErrNotManifest) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestDecodeTellsAFailedReadFromABadDocument(t *testing.T) {
	r := io.MultiReader(strings.NewReader(`{"videos":[`), iotest.ErrReader(io.ErrClosedPipe))
	_, err := collect(NewDecoder(r).Videos())
	if !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, ErrNotManifest) {
		t.Errorf("error %v", err)
	}
}

func TestDecodeStopsWhenAsked(t *testing.T) {
	doc, _ := encode(t, Video{Key: "a"}, Video{Key: "b"})
	for v, err := range NewDecoder(strings.NewReader(doc)).Videos() {
		if err != nil || v.Key != "a" {
			t.Fatalf("%v, %v", v, err)
		}
		break
	}
}

func seq(videos ...Video) iter.Seq2[Video, error] {
	return func(yield func(Video, error) bool) {
		for _, v := range videos {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func TestCompare(t *testing.T) {
	a, b, c := Video{Key: "a", Size: 1}, Video{Key: "b", Size: 1}, Video{Key: "c", Size: 1}
	bigger := Video{Key: "b", Size: 2}
	later := Video{Key: "b", Size: 1, LastModified: noon}
	archived := Video{Key: "b", Size: 1, Details: &Details{StorageClass: "GLACIER"}}
	tests := map[string]struct {
		before, after []Video
		want          Diff
	}{
		"same":     {[]Video{a, b}, []Video{a, b}, Diff{}},
		"both":     {[]Video{a, b}, []Video{b, c}, Diff{AddedCount: 1, RemovedCount: 1, Added: []string{"c"}, Removed: []string{"a"}}},
		"first":    {nil, []Video{a}, Diff{AddedCount: 1, Added: []string{"a"}}},
		"last":     {[]Video{a}, nil, Diff{RemovedCount: 1, Removed: []string{"a"}}},
		"size":     {[]Video{b}, []Video{bigger}, Diff{ChangedCount: 1, Changed: []string{"b"}}},
		"time":     {[]Video{b}, []Video{later}, Diff{ChangedCount: 1, Changed: []string{"b"}}},
		"detailed": {[]Video{b}, []Video{archived}, Diff{ChangedCount: 1, Changed: []string{"b"}}},
	}
	for name, tt := range tests {
		got, err := Compare(seq(tt.before...), seq(tt.after...))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, tt.want)
		}
	}
	if _, err := Compare(seq(b, a), seq(a)); !errors.Is(err, ErrUnsorted) {
		t.Errorf("unsorted: %v", err)
	}
	failing := NewDecoder(strings.NewReader("x")).Videos()
	for name, sides := range map[string][2]iter.Seq2[Video, error]{"before": {failing, seq(a)}, "after": {seq(a), failing}} {
		if _, err := Compare(sides[0], sides[1]); !errors.Is(err, ErrNotManifest) {
			t.Errorf("failing %s: %v", name, err)
		}
	}
}

func TestCompareSamples(t *testing.T) {
	var many []Video
	for i := range SampleSize + 5 {
		many = append(many, Video{Key: fmt.Sprintf("%03d", i)})
	}
	d, err := Compare(seq(), seq(many...))
	if err != nil || d.AddedCount != SampleSize+5 || len(d.Added) != SampleSize || d.Added[0] != "000" {
		t.Errorf("%+v, %v", d, err)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "<a&b>", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "\u2027\u2028\u2029\u202a", "\xff\xc3", "\U0010ffff", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got := string(appendString(nil, s)) + "\n"; got != want.String() {
			t.Errorf("%q: got %s want %s", s, got, want.String())
		}
	})
}
