package inventory

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// allocated is how many bytes a function allocates in all.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// packed compresses so many bytes of a text that repeats.
func packed(t *testing.T, text string, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.CopyN(w, repeated(text), size); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type repeated string

func (r repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], r)
	}
	return n, nil
}

// TestHostileCSV is refused with the memory of a few rows.
func TestHostileCSV(t *testing.T) {
	const size = 200 << 20
	for name, row := range map[string]string{
		"one line":            "a",
		"one quoted field":    "\"a\n",
		"one field of quotes": "\"\"\"",
		"nothing but commas":  ",",
	} {
		t.Run(name, func(t *testing.T) {
			text := packed(t, row, size)
			var err error
			got := allocated(func() {
				err = decodeCSV(bytes.NewReader(text), columns{}, 7, "videos", Options{Keep: func(string) bool { return true }}, func(Object) error { return nil })
			})
			if err == nil || got > 32<<20 {
				t.Errorf("got %v after %d bytes, want an error after less than 32 MiB", err, got)
			}
		})
	}
}

func TestRowsThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct {
		row  sampleinventory.Row
		from string
		want string
	}{
		"another bucket": {sampleinventory.Row{Key: "a.mp4"}, "audio", `a row is of the bucket "audio", and the inventory of videos`},
		"a long key":     {sampleinventory.Row{Key: strings.Repeat("k", 1025)}, "videos", "a row has a key of 1025 bytes"},
		"no key":         {sampleinventory.Row{}, "videos", "a row has a key of 0 bytes"},
		"negative size":  {sampleinventory.Row{Key: "a.mp4", Size: -1}, "videos", "size"},
	} {
		for _, format := range []string{formatCSV, formatParquet} {
			t.Run(name+", "+format, func(t *testing.T) {
				tt.row.LastModified, tt.row.StorageClass = noon, "STANDARD"
				made, err := sampleinventory.New(sampleinventory.Options{Source: tt.from, Bucket: "inventories", Prefix: "lists", Time: noon, Format: format}, []sampleinventory.Row{tt.row})
				if err != nil {
					t.Fatal(err)
				}
				made.Source, made.Claims = "videos", "videos"
				s := newShelf()
				if err := made.Deliver(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				if got, err := s.read(t, Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, %v, want an error that says %q", got, err, tt.want)
				}
			})
		}
	}
}

func TestInventoryForAnotherDestination(t *testing.T) {
	s := newShelf()
	s.deliver(t, sampleinventory.Options{}, func(made *sampleinventory.Inventory) { made.Bucket = "elsewhere" })
	_, err := s.read(t, Options{})
	explains(t, err, `says that it was delivered to "arn:aws:s3:::elsewhere", and it lies in the bucket inventories`, OtherDestination)
}

func TestInventoryOfTheFuture(t *testing.T) {
	for name, tt := range map[string]struct {
		ahead time.Duration
		ok    bool
	}{"a slow clock": {10 * time.Minute, true}, "a month": {30 * 24 * time.Hour, false}} {
		t.Run(name, func(t *testing.T) {
			err := CheckAge(noon.Add(tt.ahead), noon, time.Hour)
			if tt.ok && err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if !tt.ok {
				explains(t, err, "which is 720h from now", FromTheFuture)
			}
		})
	}
}

// TestManifestThatIsTooLarge stops to read it.
func TestManifestThatIsTooLarge(t *testing.T) {
	for _, which := range []string{"manifest.json", "manifest.checksum"} {
		t.Run(which, func(t *testing.T) {
			s := newShelf()
			made := s.deliver(t, sampleinventory.Options{})
			key := made.ManifestKey()
			if which == "manifest.checksum" {
				key = made.ChecksumKey()
			}
			s.objects[key] = bytes.Repeat([]byte("["), maxManifest+1)
			var err error
			got := allocated(func() { _, err = Newest(t.Context(), s, place) })
			if err == nil || got > 8*maxManifest {
				t.Errorf("got %v after %d bytes, want an error after less than %d", err, got, 8*maxManifest)
			}
		})
	}
}

// list is a Thrift list of structures, of a length that it does not have.
func list(length uint64) []byte { return binary.AppendUvarint([]byte{0x19, 0xFC}, length) }

// TestHostileParquet is refused before the library makes room for what a file claims.
func TestHostileParquet(t *testing.T) {
	withFooter := func(footer []byte) []byte {
		file := append([]byte("PAR1"), footer...)
		return append(binary.LittleEndian.AppendUint32(file, uint32(len(footer))), "PAR1"...)
	}
	bytesField := binary.AppendUvarint([]byte{0x18}, math.MaxInt32) // a text of 2 GiB
	for name, file := range map[string][]byte{
		"no footer":         []byte("PAR1"),
		"a large footer":    append(binary.LittleEndian.AppendUint32([]byte("PAR1"), math.MaxUint32), "PAR1"...),
		"a long list":       withFooter(list(math.MaxInt32)),
		"a long text":       withFooter(bytesField),
		"many empty groups": withFooter(append(list(1<<20), make([]byte, 1<<20)...)),
		"deeply nested":     withFooter(bytes.Repeat([]byte{0x1C}, 1<<20)),
		"nested lists":      withFooter(bytes.Repeat([]byte{0x19}, 1<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			got := allocated(func() { err = decode(file) })
			if err == nil || got > 4<<20 {
				t.Errorf("got %v after %d bytes, want an error after less than 4 MiB", err, got)
			}
		})
	}
}

func decode(file []byte) error {
	return decodeParquet(bytes.NewReader(file), inventoryFile("x", len(file)), "videos", Options{Keep: func(string) bool { return true }}, func(Object) error { return nil })
}

func inventoryFile(key string, size int) file { return file{Key: key, Size: int64(size)} }

// header is the header of a page, as Thrift has it.
func header(values, packed, plain int32) []byte {
	field := func(n int32) []byte { return binary.AppendVarint([]byte{0x15}, int64(n)) } // the next one, an i32
	var b []byte
	b = append(b, field(0)...)      // a data page
	b = append(b, field(plain)...)  // bytes
	b = append(b, field(packed)...) // compressed
	b = append(b, 0x2C)             // the header of a data page
	b = append(b, field(values)...)
	b = append(b, field(0)...) // encoding PLAIN
	b = append(b, field(3)...) // levels in RLE
	b = append(b, field(3)...)
	return append(b, 0, 0)
}

func TestHostilePages(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<31)
	for name, tt := range map[string]struct {
		page []byte
		ok   bool
	}{
		"fine":                          {append(header(3, 2, 2), 1, 0), true},
		"large":                         {append(header(3, 2, math.MaxInt32), 1, 0), false},
		"larger than the column":        {append(header(3, 99, 2), 1, 0), false},
		"negative":                      {append(header(3, -2, 2), 1, 0), false},
		"more values than rows":         {append(header(math.MaxInt32, 2, 2), 1, 0), false},
		"large when it is decompressed": {append(header(3, int32(len(huge)), 2), huge...), false},
	} {
		t.Run(name, func(t *testing.T) {
			pages := columnPages{io.NewSectionReader(bytes.NewReader(tt.page), 0, int64(len(tt.page))), 3, true, false}
			var err error
			got := allocated(func() { err = pages.check() })
			if (err == nil) != tt.ok || !tt.ok && !errors.Is(err, errMalformed) || got > 1<<20 {
				t.Errorf("got %v after %d bytes, want it to be fine %t, after less than 1 MiB", err, got, tt.ok)
			}
		})
	}
}

// TestRowsThatParquetHides are an error, and not a shorter list.
func TestRowsThatParquetHides(t *testing.T) {
	s := newShelf()
	made := s.deliver(t, sampleinventory.Options{Format: formatParquet, PerFile: 100})
	for key, text := range made.Files {
		opened, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		rows := opened.RowGroups()[0].NumRows()
		// The number of rows of the first group stands behind its size, as a varint.
		footer := len(text) - 8 - int(binary.LittleEndian.Uint32(text[len(text)-8:]))
		changed := 0
		for at := footer; at < len(text)-8; at++ {
			if text[at] != 0x16 || int64(text[at+1]) != 2*rows {
				continue
			}
			hidden := bytes.Clone(text)
			hidden[at+1] = byte(2 * (rows - 1))
			n := 0
			err := decodeParquet(bytes.NewReader(hidden), file{Key: key, Size: int64(len(hidden))}, "videos", Options{Keep: func(string) bool { return true }},
				func(Object) error { n++; return nil })
			if changed++; err == nil && int64(n) < opened.NumRows() {
				t.Errorf("got %d of %d rows and no error after a change at %d", n, opened.NumRows(), at-footer)
			}
		}
		if changed == 0 {
			t.Errorf("got no number of rows in %s, want one to change", key)
		}
	}
}
