package mp4probe

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"
)

// clock is a length in units of a time scale.
type clock struct {
	scale    uint32
	duration uint64
	version  byte
}

// seconds is 0 where the length is not known: then all bits of it may be set.
func (c clock) seconds() float64 {
	if c.scale == 0 || c.duration == math.MaxUint64 || c.version == 0 && c.duration == math.MaxUint32 {
		return 0
	}
	return float64(c.duration) / float64(c.scale)
}

// track is what the index says of one track.
type track struct {
	handler string
	rotated bool // by a quarter turn
	clock   clock
	entry   sampleEntry
	tables  box // stbl
	times   timeToSample
	counted uint32 // samples by stsz, if that was looked at
}

// movie reads the index, up to a track with pictures and one with sound. What
// follows these is read only if it is at hand.
func (p *prober) movie(moov box) error {
	err := p.src.children(moov, func(b box) (bool, error) {
		var err error
		switch b.kind {
		case "mvhd":
			var mvhd *mp4.MvhdBox
			if mvhd, err = read[*mp4.MvhdBox](p.src, b); err == nil {
				p.mvhd = clock{mvhd.Timescale, mvhd.Duration, mvhd.Version}
			}
		case "trak":
			err = p.trak(b)
		case "mvex":
			p.Fragmented = true
			err = p.mvex(b)
		case "cmov":
			p.no("The index of the file is compressed, which browsers do not read. Rewrite the file with \"ffmpeg -i in.mov -c copy -movflags +faststart out.mp4\".")
			return false, nil
		}
		complete := p.video != nil && p.sound != nil
		return !complete || len(p.src.cached(b.end(), 16)) == 16, err
	})
	if errors.Is(err, errOutOfReach) && p.video != nil {
		return nil // what is missing is sound, if there is any
	}
	return err
}

func (p *prober) mvex(mvex box) error {
	return p.src.children(mvex, func(b box) (bool, error) {
		if b.kind != "mehd" {
			return true, nil
		}
		mehd, err := read[*mp4.MehdBox](p.src, b)
		if err == nil && p.mvhd.scale > 0 && mehd.FragmentDuration > 0 {
			p.longer = float64(mehd.FragmentDuration) / float64(p.mvhd.scale)
		}
		return false, err
	})
}

// trak reads a track, and keeps it if it is the first of its kind.
func (p *prober) trak(trak box) error {
	t := &track{}
	err := p.src.children(trak, func(b box) (bool, error) {
		switch b.kind {
		case "tkhd":
			content, err := p.src.content(b)
			t.rotated = rotated(content)
			return true, err
		case "mdia":
			return false, p.mdia(b, t)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	switch {
	case t.handler == "vide" && p.video == nil:
		p.video = t
	case t.handler == "soun" && p.sound == nil:
		p.sound = t
	}
	return nil
}

// rotated reports whether the matrix of a tkhd box turns pictures by a quarter, as
// those of phones do that were held upright.
func rotated(tkhd []byte) bool {
	matrix := 40
	if len(tkhd) > 0 && tkhd[0] == 1 {
		matrix = 52
	}
	if len(tkhd) < matrix+36 {
		return false
	}
	element := func(i int) uint32 { return binary.BigEndian.Uint32(tkhd[matrix+4*i:]) }
	return element(0) == 0 && element(4) == 0 && element(1) != 0 && element(3) != 0
}

func (p *prober) mdia(mdia box, t *track) error {
	return p.src.children(mdia, func(b box) (bool, error) {
		switch b.kind {
		case "mdhd":
			mdhd, err := read[*mp4.MdhdBox](p.src, b)
			if err == nil {
				t.clock = clock{mdhd.Timescale, mdhd.Duration, mdhd.Version}
			}
			return true, err
		case "hdlr":
			content, err := p.src.content(b)
			if len(content) >= 12 {
				t.handler = string(content[8:12])
			}
			return t.handler == "vide" || t.handler == "soun", err
		case "minf":
			return t.handler == "", p.src.children(b, func(b box) (bool, error) {
				if b.kind != "stbl" {
					return true, nil
				}
				t.tables = b
				return false, p.stbl(b, t)
			})
		}
		return true, nil
	})
}

// stbl reads what kind of samples a track has and, of pictures, when they are shown.
func (p *prober) stbl(stbl box, t *track) error {
	found := 0
	return p.src.children(stbl, func(b box) (bool, error) {
		switch b.kind {
		case "stsd":
			content, err := p.src.content(b)
			if err != nil {
				return false, err
			}
			t.entry = readSampleEntry(content, t.handler)
			found++
		case "stts":
			head, err := p.src.need(b.body(), 8, nextWindow)
			if err != nil {
				return false, err
			}
			t.times = readTimes(head, p.src.cached(b.body(), b.size-b.header))
			found++
		}
		return found < 2 && (t.handler != "soun" || found == 0), nil
	})
}

// countFrames looks up how many pictures there are, where the times of all of them
// were not read.
func (p *prober) countFrames() {
	if p.video == nil || p.video.times.complete || p.video.tables.size == 0 {
		return
	}
	// An error leaves the average of what was read.
	_ = p.src.children(p.video.tables, func(b box) (bool, error) {
		if b.kind != "stsz" && b.kind != "stz2" {
			return true, nil
		}
		head, err := p.src.need(b.body(), 12, nextWindow)
		if len(head) >= 12 && b.size-b.header >= 12 {
			p.video.counted = binary.BigEndian.Uint32(head[8:])
		}
		return false, err
	})
}

// timeToSample sums up an stts box.
type timeToSample struct {
	complete       bool // all of the box was read
	samples, units float64
	lastCount      uint32 // of the last entry
	lastDelta      uint32
}

// readTimes takes the first 8 bytes of the box and as much of it as was read.
func readTimes(head, content []byte) timeToSample {
	var t timeToSample
	if len(head) < 8 || len(content) < 8 {
		return t
	}
	entries := int64(binary.BigEndian.Uint32(head[4:]))
	content = content[8:]
	t.complete = int64(len(content)) >= 8*entries
	for i := int64(0); i < min(entries, int64(len(content)/8)); i++ {
		t.lastCount, t.lastDelta = binary.BigEndian.Uint32(content[8*i:]), binary.BigEndian.Uint32(content[8*i+4:])
		t.samples += float64(t.lastCount)
		t.units += float64(t.lastCount) * float64(t.lastDelta)
	}
	return t
}

// frameRate is the average of the frames whose times were read. How long the last
// one of a file is shown is a convention, so it does not count.
func (t *track) frameRate() float64 {
	if t.counted > 0 && t.clock.seconds() > 0 {
		return thousandths(float64(t.counted) / t.clock.seconds())
	}
	samples, units := t.times.samples, t.times.units
	if t.times.complete && samples > 1 && t.times.lastCount > 0 {
		samples, units = samples-1, units-float64(t.times.lastDelta)
	}
	if samples <= 0 || units <= 0 {
		return 0
	}
	return thousandths(samples * float64(t.clock.scale) / units)
}

func thousandths(f float64) float64 { return math.Round(f*1000) / 1000 }

// shown is the size of the pictures on a screen.
func (t *track) shown() (width, height int64) {
	w, h := float64(t.entry.width), float64(t.entry.height)
	switch across, down := float64(t.entry.pixelWidth), float64(t.entry.pixelHeight); {
	case across == 0 || down == 0:
	case across > down:
		w = w * across / down
	default:
		h = h * down / across
	}
	if t.rotated {
		w, h = h, w
	}
	return int64(math.Round(w)), int64(math.Round(h))
}
