package mp4probe

import (
	"encoding/binary"
	"strings"

	"github.com/Eyevinn/mp4ff/mp4"
)

// sampleEntry is what an stsd box says of the samples of a track.
type sampleEntry struct {
	codec                   string
	width, height           uint16 // as they are stored
	pixelWidth, pixelHeight uint32 // of one pixel; 0 for square ones
	encryption              string // scheme such as cenc
	detail                  string // what some browsers do not decode, such as "10 bits per colour"
}

// codecs names the codecs of sample entries as ffmpeg does.
var codecs = map[string]string{
	"avc1": "h264", "avc2": "h264", "avc3": "h264", "avc4": "h264", "dva1": "h264", "dvav": "h264",
	"hvc1": "hevc", "hev1": "hevc", "dvh1": "hevc", "dvhe": "hevc",
	"av01": "av1", "vp08": "vp8", "vp09": "vp9", "vvc1": "vvc", "vvi1": "vvc",
	"ap4h": "prores", "ap4x": "prores", "apch": "prores", "apcn": "prores", "apcs": "prores", "apco": "prores",
	"s263": "h263", "h263": "h263", "jpeg": "mjpeg", "mjpa": "mjpeg", "mjpb": "mjpeg", "AVdh": "dnxhd", "AVdn": "dnxhd", "CFHD": "cfhd",
	"Opus": "opus", "fLaC": "flac", "alac": "alac", ".mp3": "mp3", "ac-3": "ac3", "ec-3": "eac3", "ac-4": "ac4",
	"dtsc": "dts", "dtsh": "dts", "dtsl": "dts", "dtse": "dts", "samr": "amr_nb", "sawb": "amr_wb",
	"sowt": "pcm", "twos": "pcm", "lpcm": "pcm", "ipcm": "pcm", "fpcm": "pcm", "raw": "pcm", "in24": "pcm", "in32": "pcm", "fl32": "pcm", "fl64": "pcm", "ulaw": "pcm", "alaw": "pcm",
}

// objectTypes names the codecs behind the sample entries mp4a and mp4v, by the
// object type of their decoder configuration.
var objectTypes = map[byte]string{
	0x20: "mpeg4", 0x21: "h264", 0x23: "hevc",
	0x60: "mpeg2video", 0x61: "mpeg2video", 0x62: "mpeg2video", 0x63: "mpeg2video", 0x64: "mpeg2video", 0x65: "mpeg2video", 0x6a: "mpeg1video", 0x6c: "mjpeg",
	0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3", 0x6b: "mp3",
	0xa5: "ac3", 0xa6: "eac3", 0xa9: "dts", 0xad: "opus", 0xdd: "vorbis",
}

// readSampleEntry takes the first entry of the content of an stsd box. What cannot be
// read of it stays empty.
func readSampleEntry(stsd []byte, handler string) sampleEntry {
	if len(stsd) < 8+8 {
		return sampleEntry{}
	}
	stsd = stsd[8:] // version, flags and count
	b, err := parseBox(stsd, 0, int64(len(stsd)))
	if err != nil {
		return sampleEntry{}
	}
	kind, body := b.kind, stsd[b.body():b.end()]
	e := sampleEntry{codec: codecName(kind)}
	fixed := 28 // of a sound
	if handler == "vide" {
		fixed = 78
	}
	if len(body) < fixed {
		return e
	}
	if handler == "vide" {
		e.width, e.height = binary.BigEndian.Uint16(body[24:]), binary.BigEndian.Uint16(body[26:])
	} else {
		switch binary.BigEndian.Uint16(body[8:]) { // QuickTime's version of the entry
		case 1:
			fixed = min(fixed+16, len(body))
		case 2:
			fixed = min(fixed+36, len(body))
		}
	}
	e.readChildren(body[fixed:], 0)
	return e
}

func codecName(kind string) string {
	kind = printable(kind)
	if name, known := codecs[kind]; known {
		return name
	}
	return strings.ToLower(kind)
}

// readChildren reads the boxes in a sample entry that say more of its codec, and
// those in these.
func (e *sampleEntry) readChildren(data []byte, depth int) {
	for at := int64(0); at+8 <= int64(len(data)); {
		b, err := parseBox(data[at:], 0, int64(len(data))-at)
		if err != nil {
			return
		}
		content := data[at+b.header : at+b.size]
		switch b.kind {
		case "wave", "sinf":
			if depth < 2 {
				e.readChildren(content, depth+1)
			}
		case "frma":
			if len(content) >= 4 {
				e.original(string(content[:4]))
			}
		case "schm":
			if schm, err := decode[*mp4.SchmBox](b.kind, content); err == nil {
				e.encryption = printable(schm.SchemeType)
			}
		case "pasp":
			if pasp, err := decode[*mp4.PaspBox](b.kind, content); err == nil {
				e.pixelWidth, e.pixelHeight = pasp.HSpacing, pasp.VSpacing
			}
		case "esds":
			if esds, err := decode[*mp4.EsdsBox](b.kind, content); err == nil && esds.DecConfigDescriptor != nil {
				e.objectType(esds.DecConfigDescriptor.ObjectType)
			}
		case "avcC":
			if avcC, err := decode[*mp4.AvcCBox](b.kind, content); err == nil {
				e.detail = avcProfile(avcC.AVCProfileIndication)
			}
		}
		at += b.size
	}
}

// original takes over the codec of an encrypted track. QuickTime has the box in plain
// ones too.
func (e *sampleEntry) original(kind string) {
	if e.codec == "encv" || e.codec == "enca" {
		e.codec = codecName(kind)
		if e.encryption == "" {
			e.encryption = "unknown scheme"
		}
	}
}

func (e *sampleEntry) objectType(kind byte) {
	if name, known := objectTypes[kind]; known && (e.codec == "mp4a" || e.codec == "mp4v") {
		e.codec = name
	}
}

// avcProfile names the profiles of H.264 that are not for players.
func avcProfile(profile byte) string {
	switch profile {
	case 110:
		return "10 bits per colour"
	case 122:
		return "4:2:2 chroma or 10 bits per colour"
	case 44, 244:
		return "4:4:4 chroma"
	}
	return ""
}
