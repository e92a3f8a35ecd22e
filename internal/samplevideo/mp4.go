package samplevideo

import (
	"bytes"
	"fmt"

	"github.com/Eyevinn/mp4ff/mp4"
)

// sample is one coded picture.
type sample struct {
	nal []byte
	key bool // decodable without the pictures before it
}

// ticks is the length of a picture in the time scale of fps*ticks a second.
const ticks = 512

// mux makes a progressive MP4 file with a single AVC track and the index in
// front. Its error tells of parameter sets that cannot be parsed.
func mux(sps, pps []byte, samples []sample, fps int) ([]byte, error) {
	timescale := uint32(fps * ticks)
	duration := uint64(len(samples) * ticks)

	trak := mp4.CreateEmptyTrak(1, timescale, "video", "und")
	if err := trak.SetAVCDescriptor("avc1", [][]byte{sps}, [][]byte{pps}, true); err != nil {
		return nil, fmt.Errorf("describing the video track: %w", err)
	}
	trak.Tkhd.Duration = duration
	trak.Mdia.Mdhd.Duration = duration

	mvhd := mp4.CreateMvhd()
	mvhd.Timescale, mvhd.Duration, mvhd.NextTrackID = timescale, duration, 2
	moov := mp4.NewMoovBox()
	moov.AddChild(mvhd)
	moov.AddChild(trak)

	mdat := &mp4.MdatBox{}
	if err := index(trak.Mdia.Minf.Stbl, mdat, samples); err != nil {
		return nil, err
	}
	ftyp := mp4.NewFtyp("isom", 0x200, []string{"isom", "iso2", "avc1", "mp41"})

	// The index holds the media's place in the file, and its own size does
	// not depend on it.
	trak.Mdia.Minf.Stbl.Stco.ChunkOffset[0] = uint32(ftyp.Size() + moov.Size() + mdat.HeaderSize())

	var file bytes.Buffer
	for _, box := range []mp4.Box{ftyp, moov, mdat} {
		if err := box.Encode(&file); err != nil {
			return nil, fmt.Errorf("writing the %s box: %w", box.Type(), err)
		}
	}
	return file.Bytes(), nil
}

// index fills the sample table and the media box: one chunk with all samples,
// each a NAL unit behind its length in four bytes.
func index(stbl *mp4.StblBox, mdat *mp4.MdatBox, samples []sample) error {
	stss := &mp4.StssBox{}
	for i, s := range samples {
		size := uint32(len(s.nal))
		mdat.Data = append(mdat.Data, byte(size>>24), byte(size>>16), byte(size>>8), byte(size))
		mdat.Data = append(mdat.Data, s.nal...)
		stbl.Stsz.SampleSize = append(stbl.Stsz.SampleSize, size+4)
		if s.key {
			stss.SampleNumber = append(stss.SampleNumber, uint32(i+1))
		}
	}
	count := uint32(len(samples))
	stbl.AddChild(stss)
	stbl.Stsz.SampleNumber = count
	stbl.Stts.SampleCount, stbl.Stts.SampleTimeDelta = []uint32{count}, []uint32{ticks}
	stbl.Stco.ChunkOffset = []uint32{0}
	if err := stbl.Stsc.AddEntry(1, count, 1); err != nil {
		return fmt.Errorf("writing the sample table: %w", err)
	}
	return nil
}
