package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	const head = `{"videos":[{"key":"a","size":1,"lastModified":"2026-01-02T12:00:00Z"`
	for doc, message := range map[string]string{
		"\ufeff{\"videos\":[]}":                 "byte order mark",
		`{"videos":[{"key":"a","size":1`:        `it ends in the middle`,
		`{"videos":[{"key":"a","size":NaN}]}`:   `"size" before byte 32 is NaN, and not a whole number`,
		`{"videos":[{"key":"a","size":1.5}]}`:   `is 1.5, and not a whole number`,
		`{"videos":[{"key":"a","size":01}]}`:    `is 01, and not a whole number`,
		`{"videos":[{"key":"a","size":1e3}]}`:   `is 1e3, and not a whole number`,
		`{"videos":[{"key":"a","size":"1"}]}`:   `is "1", and not a whole number`,
		`{"videos":[{"key":7}]}`:                `"key" before byte 19 is 7, and not text`,
		`{"videos":[{"key":"a","key":"b"}]}`:    `an object has "key" twice`,
		`{"videos":[],"videos":[]}`:             `an object has "videos" twice`,
		`{"generatedAt":"2026-01-02"}`:          `"generatedAt" before byte 27 is 2026-01-02, and not a time in RFC 3339`,
		head + `}],"generatedAt":null,"x":NaN}`: `"NaN" before byte`,
		head + `}],"x":tru}`:                    `"tru" before byte`,
		head + `}],}`:                           `where a string belongs`,
		head + `},]}`:                           `a video at byte 70 has ']' where '{' belongs`,
		head + `} {}]}`:                         `where ',' belongs`,
		head + `,"x":"\q"}]}`:                   `is not JSON`,
		head + ",\"x\":\"\x01\"}]}":             `is not JSON`,
		`{"videos":[{"key":"","size":1,"lastModified":"2026-01-02T12:00:00Z"}]}`:                                 `a key before byte 68 has 0 bytes`,
		`{"videos":[{"key":"a","size":-1,"lastModified":"2026-01-02T12:00:00Z"}]}`:                               `the size of "a" is negative`,
		`{"videos":[{"key":"` + strings.Repeat("é", 513) + `","size":1,"lastModified":"2026-01-02T12:00:00Z"}]}`: `has 1026 bytes, and an object's key has 1 to 1024`,
		`{"videos":[],"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`:                          `nest more than 100 deep`,
		`{"videos":[],"x":"` + strings.Repeat("x", maxToken) + `"}`:                                              `has more than 65536 bytes`,
		`{"videos":[],"x":` + strings.Repeat("1", maxToken+1) + `}`:                                              `has more than 65536 bytes`,
	} {
		_, err := decode(doc)
		if !errors.Is(err, ErrNotManifest) || !strings.Contains(err.Error(), message) {
			t.Errorf("%.80s: error %v, want %s", doc, err, message)
		}
	}
}

// TestDecodeTellsADownloadThatBrokeOff must not take it for a document that is cut
// short: the one comes again, the other is not a manifest.
func TestDecodeTellsADownloadThatBrokeOff(t *testing.T) {
	doc, _ := encode(t, Video{Key: "a.mp4", LastModified: noon}, Video{Key: "b.mp4", LastModified: noon})
	for n := range len(doc) - 1 {
		r := io.MultiReader(strings.NewReader(doc[:n]), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, err := collect(NewDecoder(r).Videos()); !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ErrNotManifest) {
			t.Errorf("after %d bytes: error %v", n, err)
		}
		if _, err := decode(doc[:n]); !errors.Is(err, ErrNotManifest) && n < len(doc)-1 {
			t.Errorf("cut at %d bytes: error %v", n, err)
		}
	}
}

// endless is a reader of one byte for ever, after a beginning.
type endless struct {
	beginning *strings.Reader
	then      byte
	read      int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.beginning.Len() > 0 {
		return e.beginning.Read(p)
	}
	for i := range p {
		p[i] = e.then
	}
	e.read += len(p)
	return len(p), nil
}

// TestDecodeStopsEarly gives documents that never end, which must neither be read
// for long nor fill the memory.
func TestDecodeStopsEarly(t *testing.T) {
	for name, doc := range map[string]endless{
		"a key":             {beginning: strings.NewReader(`{"videos":[{"key":"`), then: 'x'},
		"an unknown text":   {beginning: strings.NewReader(`{"x":"`), then: 'x'},
		"escapes":           {beginning: strings.NewReader(`{"x":"`), then: '\\'},
		"a number":          {beginning: strings.NewReader(`{"x":`), then: '1'},
		"lists in lists":    {beginning: strings.NewReader(`{"x":`), then: '['},
		"a name":            {beginning: strings.NewReader(`{"`), then: 'x'},
		"something else":    {beginning: strings.NewReader(``), then: 'x'},
		"lists in a member": {beginning: strings.NewReader(`{"videos":[{"x":`), then: '['},
	} {
		if _, err := collect(NewDecoder(&doc).Videos()); !errors.Is(err, ErrNotManifest) {
			t.Errorf("%s: error %v", name, err)
		}
		if doc.read > 1<<20 {
			t.Errorf("%s: %d bytes were read", name, doc.read)
		}
	}
}

// many is a document of n videos, made up as it is read.
func many(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		e := NewEncoder(w)
		for i := range n {
			if err := e.Add(Video{Key: string(time.Unix(int64(i)+1e9, 0).UTC().AppendFormat(nil, time.RFC3339)), LastModified: noon}); err != nil {
				w.CloseWithError(err)
				return
			}
		}
		_, err := e.Close(noon)
		w.CloseWithError(err)
	}()
	return r
}

func TestDecodeHoldsNothing(t *testing.T) {
	const n = 60_000 // 5 MB
	var before, after runtime.MemStats
	count := 0
	for _, err := range NewDecoder(many(n)).Videos() {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count == n/10 {
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		if count == n-1 {
			runtime.GC()
			runtime.ReadMemStats(&after)
		}
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 256<<10 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}

// FuzzDecode compares with encoding/json: what the decoder takes, that takes as
// well, and understands the same.
func FuzzDecode(f *testing.F) {
	for _, doc := range []string{
		`{"videos":[]}`, ` { "videos" : [ { "key" : "\u00e9\ud83d\ude00\\\"/" , "size" : 0 , "lastModified" : "2026-01-02T03:04:05.5+01:00" } ] , "x" : [ 1e9 , { } , [ ] , "" , true , null ] } `,
		`{"videos":[{"key":"a","size":-0,"lastModified":"2026-01-02T03:04:05Z","etag":null,"info":"i","storageClass":"s"}],"generatedAt":null}`,
		`{"videos":[{"key":"\ud800","size":9223372036854775807,"lastModified":"2026-01-02T03:04:05Z","etag":"e"}]}`,
		`{"videos":[{}]}`, `{"videos":[1]}`, `{"\u0076ideos":[]}`, `{"videos":[{"key":"a","size":1,"lastModified":"2026-01-02T03:04:05Z",}]}`, `[`, `{"x":-}`, "\xff",
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := collect(NewDecoder(bytes.NewReader(doc)).Videos())
		if err != nil {
			if !errors.Is(err, ErrNotManifest) {
				t.Errorf("error %v", err)
			}
			return
		}
		var want struct {
			Videos []map[string]any `json:"videos"`
		}
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatalf("encoding/json refuses it: %v", err)
		}
		if len(got) != len(want.Videos) {
			t.Fatalf("%d videos, want %d", len(got), len(want.Videos))
		}
		for i, v := range got {
			w := want.Videos[i]
			at, err := time.Parse(time.RFC3339, w["lastModified"].(string)) //nolint:forcetypeassert // the decoder took it for text
			if v.Key != w["key"] || err != nil || !v.LastModified.Equal(at) || float64(v.Size) != w["size"] {
				t.Errorf("%+v, want %v", v, w)
			}
			if etag, there := w["etag"].(string); there != (v.Details != nil) || there && v.Details.ETag != etag {
				t.Errorf("%+v, want %v", v.Details, w)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	var doc bytes.Buffer
	if _, err := doc.ReadFrom(many(100_000)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range NewDecoder(bytes.NewReader(doc.Bytes())).Videos() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func TestDecodeKeepsWhatItGave(t *testing.T) {
	var first, all []Video
	for v, err := range NewDecoder(many(20_000)).Videos() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
		v.Key = strings.Clone(v.Key)
		first = append(first, v)
	}
	if !reflect.DeepEqual(first, all) {
		t.Error("keys changed after they were given")
	}
}
