package samplevideo

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"
)

func clips() []Clip { return append(Library(), Late()) }

func TestVideoParsesAsProgressiveAVC(t *testing.T) {
	for _, clip := range clips() {
		t.Run(clip.Name, func(t *testing.T) {
			data := video(t, clip)
			file, err := mp4.DecodeFile(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if file.IsFragmented() {
				t.Error("the file is fragmented")
			}
			if file.Size() != uint64(len(data)) {
				t.Errorf("boxes cover %d of %d bytes", file.Size(), len(data))
			}
			var order []string
			for _, box := range file.Children {
				order = append(order, box.Type())
			}
			if got := strings.Join(order, " "); got != "ftyp moov mdat" {
				t.Errorf("boxes are %q, want the index in front", got)
			}

			trak := file.Moov.Trak
			entry := trak.Mdia.Minf.Stbl.Stsd.AvcX
			if entry == nil || entry.Type() != "avc1" || int(entry.Width) != clip.Width || int(entry.Height) != clip.Height {
				t.Fatalf("sample entry is %+v", entry)
			}
			mdhd := trak.Mdia.Mdhd
			if got := float64(mdhd.Duration) / float64(mdhd.Timescale); got != float64(clip.HalfSeconds)/2 {
				t.Errorf("lasts %v s", got)
			}
			if got, want := int(trak.GetNrSamples()), clip.FPS*clip.HalfSeconds/2; got != want {
				t.Errorf("%d pictures, want %d", got, want)
			}
			if got := trak.Mdia.Minf.Stbl.Stss.EntryCount(); int(got) != clip.HalfSeconds {
				t.Errorf("%d sync samples, want one each half second", got)
			}
			checkParameterSet(t, clip, entry.AvcC.SPSnalus[0])
			checkSamples(t, clip, file, data)
		})
	}
}

func checkParameterSet(t *testing.T, clip Clip, nal []byte) {
	t.Helper()
	sps, err := avc.ParseSPSNALUnit(nal, true)
	if err != nil {
		t.Fatal(err)
	}
	if int(sps.Width) != clip.Width || int(sps.Height) != clip.Height {
		t.Errorf("the stream is %dx%d", sps.Width, sps.Height)
	}
	if got := avc.CodecString("avc1", sps); got != "avc1.42C014" {
		t.Errorf("codec %s, want Constrained Baseline at level 2.0", got)
	}
}

// checkSamples follows the sample table into the file: it must lead to whole
// NAL units, IDR slices where the table says sync sample, and only there.
func checkSamples(t *testing.T, clip Clip, file *mp4.File, data []byte) {
	t.Helper()
	stbl := file.Moov.Trak.Mdia.Minf.Stbl
	at := stbl.Stco.ChunkOffset[0]
	for i, size := range stbl.Stsz.SampleSize {
		nals, err := avc.GetNalusFromSample(data[at : at+size])
		if err != nil {
			t.Fatalf("sample %d: %v", i, err)
		}
		want := avc.NALU_NON_IDR
		if i%(clip.FPS/2) == 0 {
			want = avc.NALU_IDR
		}
		if len(nals) != 1 || avc.GetNaluType(nals[0][0]) != want {
			t.Fatalf("sample %d is not one NAL unit of type %s", i, want)
		}
		if got := stbl.Stss.IsSyncSample(uint32(i + 1)); got != (want == avc.NALU_IDR) {
			t.Errorf("sample %d: sync sample %v", i, got)
		}
		at += size
	}
	if int(at) != len(data) {
		t.Errorf("samples end at %d of %d bytes", at, len(data))
	}
}

func TestLibraryIsSmallAndDistinct(t *testing.T) {
	total, seen := 0, map[string]bool{}
	for _, clip := range clips() {
		data, sidecar := video(t, clip), sidecarOf(t, clip)
		if !bytes.Equal(data, video(t, clip)) {
			t.Errorf("%s: a second run gives other bytes", clip.Name)
		}
		if seen[string(data)] || seen[clip.Name] {
			t.Errorf("%s is there twice", clip.Name)
		}
		seen[string(data)], seen[clip.Name] = true, true
		total += len(data) + len(sidecar)
	}
	if total >= 100_000 {
		t.Errorf("%d bytes in all, want fewer than 100 kB", total)
	}
}

func TestSidecar(t *testing.T) {
	clip := Late()
	if got := clip.SidecarName(); got != "sample-late.info.json" {
		t.Errorf("sidecar is named %s", got)
	}
	var got map[string]any
	if err := json.Unmarshal(sidecarOf(t, clip), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"duration": 1.5, "fps": 24.0, "width": 64.0, "height": 48.0, "resolution": "64x48"}
	for field, value := range want {
		if got[field] != value {
			t.Errorf("%s is %v, want %v", field, got[field], value)
		}
	}
}

func TestVideoRefuses(t *testing.T) {
	for name, clip := range map[string]Clip{
		"width":    {Width: 60, Height: 48, FPS: 24, HalfSeconds: 1},
		"height":   {Width: 64, Height: 0, FPS: 24, HalfSeconds: 1},
		"odd fps":  {Width: 64, Height: 48, FPS: 25, HalfSeconds: 1},
		"duration": {Width: 64, Height: 48, FPS: 24},
	} {
		if _, err := clip.Video(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNALUnitHidesStartCodes(t *testing.T) {
	got := nalUnit(3, nalSPS, []byte{0, 0, 1, 0, 0, 0, 9, 0, 0, 3, 0, 0, 4})
	want := []byte{0x67, 0, 0, 3, 1, 0, 0, 3, 0, 9, 0, 0, 3, 3, 0, 0, 4}
	if !bytes.Equal(got, want) {
		t.Errorf("got % x, want % x", got, want)
	}
}

func TestExpGolomb(t *testing.T) {
	var w bitWriter
	for v := range uint32(5) {
		w.ue(v)
	}
	w.align()
	// 1 010 011 00100 00101
	if want := []byte{0b10100110, 0b01000010, 0b10000000}; !bytes.Equal(w.bytes, want) {
		t.Errorf("got %b, want %b", w.bytes, want)
	}
}

func video(t *testing.T, clip Clip) []byte {
	t.Helper()
	data, err := clip.Video()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sidecarOf(t *testing.T, clip Clip) []byte {
	t.Helper()
	data, err := clip.Sidecar()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
