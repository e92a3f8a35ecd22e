package samplevideo

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
)

// box is one box of an MP4 file.
type box struct {
	kind string
	body []byte
}

// boxes splits data into its boxes. The sample files need neither 64-bit sizes nor
// a last box without a size.
func boxes(t *testing.T, data []byte) []box {
	t.Helper()
	var all []box
	for len(data) > 0 {
		if len(data) < 8 {
			t.Fatalf("got %d bytes after the last box, want 0", len(data))
		}
		size := binary.BigEndian.Uint32(data)
		if size < 8 || int(size) > len(data) {
			t.Fatalf("box %q: got size %d, want 8 to %d", data[4:8], size, len(data))
		}
		all = append(all, box{string(data[4:8]), data[8:size]})
		data = data[size:]
	}
	return all
}

// find returns the body of the box at a path of kinds.
func find(t *testing.T, data []byte, path ...string) []byte {
	t.Helper()
	for _, kind := range path {
		children := boxes(t, data)
		i := slices.IndexFunc(children, func(b box) bool { return b.kind == kind })
		if i < 0 {
			t.Fatalf("got no box %s of %v", kind, path)
		}
		data = children[i].body
	}
	return data
}

// TestVideosAreWhatTheirClipSays reads the boxes of each file: their order, and
// what the sidecar repeats.
func TestVideosAreWhatTheirClipSays(t *testing.T) {
	indexFirst, indexLast := []string{"ftyp", "moov", "mdat"}, []string{"ftyp", "mdat", "moov"}
	for _, tt := range []struct {
		clip  Clip
		order []string
	}{
		{Library()[0], indexFirst},
		{Library()[1], indexFirst},
		{Library()[2], indexLast},
		{Late(), indexFirst},
	} {
		t.Run(tt.clip.Name, func(t *testing.T) {
			var order []string
			for _, b := range boxes(t, tt.clip.Video) {
				if b.kind != "free" { // padding
					order = append(order, b.kind)
				}
			}
			if !slices.Equal(order, tt.order) {
				t.Errorf("got boxes %v, want %v", order, tt.order)
			}
			mdhd := find(t, tt.clip.Video, "moov", "trak", "mdia", "mdhd")
			scale, duration := binary.BigEndian.Uint32(mdhd[12:]), binary.BigEndian.Uint32(mdhd[16:])
			if got := float64(duration) / float64(scale); got != tt.clip.Seconds {
				t.Errorf("got a duration of %g s, want %g", got, tt.clip.Seconds)
			}
			stsz := find(t, tt.clip.Video, "moov", "trak", "mdia", "minf", "stbl", "stsz")
			if got, want := int(binary.BigEndian.Uint32(stsz[8:])), int(tt.clip.Seconds*float64(tt.clip.FPS)); got != want {
				t.Errorf("got %d frames, want %d", got, want)
			}
			entry := find(t, tt.clip.Video, "moov", "trak", "mdia", "minf", "stbl", "stsd")[8:]
			if got := string(entry[4:8]); got != "avc1" {
				t.Errorf("got codec %s, want avc1", got)
			}
			width, height := int(binary.BigEndian.Uint16(entry[32:])), int(binary.BigEndian.Uint16(entry[34:]))
			if width != tt.clip.Width || height != tt.clip.Height {
				t.Errorf("got a picture of %dx%d, want %dx%d", width, height, tt.clip.Width, tt.clip.Height)
			}
		})
	}
}

func TestLibraryIsSmallAndDistinct(t *testing.T) {
	const most = 50_000
	total, seen := 0, map[string]string{}
	for _, clip := range Library() {
		if other, ok := seen[string(clip.Video)]; ok {
			t.Errorf("got the same video for %s and %s, want different ones", other, clip.Name)
		}
		seen[string(clip.Video)] = clip.Name
		total += len(clip.Video)
	}
	if total >= most {
		t.Errorf("got %d bytes in all, want fewer than %d", total, most)
	}
}

func TestSidecar(t *testing.T) {
	clip := Late()
	if got, want := clip.SidecarName(), "sample-late.info.json"; got != want {
		t.Errorf("got name %s, want %s", got, want)
	}
	text, err := clip.Sidecar()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{"duration": 2.0, "fps": 24.0, "width": 160.0, "height": 120.0, "resolution": "160x120"} {
		if got[field] != want {
			t.Errorf("%s: got %v, want %v", field, got[field], want)
		}
	}
}
