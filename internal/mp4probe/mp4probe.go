// Package mp4probe finds out what a player needs to know of an MP4 file in a bucket.
// It reads a few ranges of the object, never the whole: at most 5 requests and less
// than 1 MiB, whatever the size of the file and wherever its index is.
package mp4probe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Containers that a Video can have; more are in sniff.go. Unknown is anything else.
const (
	MP4       = "mp4"
	QuickTime = "quicktime"
	Empty     = "empty"
	Unknown   = "unknown"
)

// Playable says whether browsers play a video.
type Playable int

// What is known of whether browsers play a video.
const (
	PlayableUnknown Playable = iota
	PlayableNo
	PlayableYes
)

// Video is what Probe found. A field that the file does not tell is zero.
type Video struct {
	Key          string // the one of the keys that exists
	Size         int64  // bytes
	StorageClass string // as S3 names it; STANDARD if S3 does not say

	Container  string  // "" if the content could not be read
	VideoCodec string  // in ffmpeg's names, else the four-character code of the sample entry
	AudioCodec string  // the same; "" if there is no sound, or none was found within the limits
	Width      int64   // as a player shows it: rotated, with square pixels
	Height     int64   // the same
	FrameRate  float64 // frames per second, the average of what was read
	Duration   float64 // seconds
	BitRate    int64   // bits per second, of the file as a whole

	Indexed    bool // the index (moov) was found, so that FastStart and Fragmented are known
	FastStart  bool // the index precedes the media data
	Fragmented bool

	Playable Playable
	Reason   string // why it does not play, or why that is not known
}

// ErrChanged is returned when the object was overwritten between two reads.
var ErrChanged = errors.New("the object changed while it was read")

// Probe reads the first of the keys that exists. What is wrong with the content is
// part of the answer; an error means that the object could not be read.
func Probe(ctx context.Context, client Getter, bucket string, keys ...string) (Video, error) {
	src := &source{ctx: ctx, client: client, bucket: bucket}
	err := src.open(keys)
	p := prober{src: src}
	var archived *archivedError
	switch {
	case errors.As(err, &archived):
		p.StorageClass = archived.class
		p.no("The object is archived (%s): S3 refuses to read it until it is restored. Restore it with \"aws s3api restore-object\", or archive videos in GLACIER_IR, which stays readable.", archived.where())
	case err != nil:
		return Video{}, err
	default:
		p.StorageClass, p.Size = src.class, src.size
		if err := p.file(); err != nil && !p.settle(err) {
			return Video{}, err
		}
	}
	p.Key = src.key
	p.judge()
	return p.Video, nil
}

// prober goes through one file.
type prober struct {
	Video
	src *source

	brand  string
	video  *track
	sound  *track
	mvhd   clock
	longer float64 // seconds of a fragmented file, from mehd
}

// no says why browsers do not play the video. The first reason counts.
func (p *prober) no(format string, args ...any) {
	if p.Playable == PlayableUnknown && p.Reason == "" {
		p.Playable, p.Reason = PlayableNo, fmt.Sprintf(format, args...)
	}
}

// settle makes an answer of what is wrong with the content. It is false for an error
// that says nothing about the content.
func (p *prober) settle(err error) bool {
	var broken *malformedError
	switch {
	case errors.As(err, &broken):
		p.no("The file is damaged: %s. Make it again from its source.", broken.what)
	case errors.Is(err, errOutOfReach):
		if p.Reason == "" {
			p.Reason = fmt.Sprintf("The index of the file could not be read within %d requests. Rewrite the file with \"ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4\".", maxRequests)
		}
	default:
		return false
	}
	return true
}

// topLevel has the boxes that begin an MP4 or QuickTime file.
var topLevel = []string{"ftyp", "styp", "moov", "mdat", "moof", "sidx", "free", "skip", "wide", "pnot", "uuid"}

// file walks the boxes of the file up to its index, and reads that.
func (p *prober) file() error {
	if p.Size == 0 {
		p.Container = Empty
		p.no("The object is empty. Upload the video again.")
		return nil
	}
	start := p.src.cached(0, sniffed)
	if len(start) < 8 || !slices.Contains(topLevel, string(start[4:8])) {
		p.other(sniff(start))
		return nil
	}
	p.Container = QuickTime // which has no ftyp in old files
	media := false
	for at := int64(0); p.Size-at >= 8; {
		b, err := p.src.box(at, math.MaxInt64)
		if err != nil {
			return err
		}
		if b.toEnd {
			b.size = p.Size - at
		}
		cut := b.end() > p.Size
		switch b.kind {
		case "ftyp", "styp":
			p.readBrand(b)
			if other := brandOf(p.brand); other != "" {
				p.other(other)
				return nil
			}
		case "moov":
			if cut {
				p.truncated(b)
				return nil
			}
			p.Indexed, p.FastStart = true, !media
			if err := p.movie(b); err != nil {
				return err
			}
			if !media && !p.Fragmented {
				p.checkMedia(b.end())
			}
			p.countFrames()
			return nil
		case "mdat":
			media = true
			if cut {
				p.truncated(b)
				return nil
			}
		case "moof":
			p.Fragmented = true
			p.no("The file is a segment of a fragmented MP4 without its beginning, where the index (moov) is. Join the segments to one MP4 file.")
			return nil
		default:
			if cut {
				p.truncated(b)
				return nil
			}
		}
		at = b.end()
	}
	p.no("The file has no index (moov): the recording or the copy ended early. Record or copy it again, or repair it with a tool such as untrunc.")
	return nil
}

// other answers that the file is of another format. WebM is not judged.
func (p *prober) other(format string) {
	p.Container, p.Reason = format, notMP4(format)
	if format != "webm" {
		p.Playable = PlayableNo
	}
}

func (p *prober) readBrand(b box) {
	p.Container = MP4
	brand := p.src.cached(b.body(), 4)
	if len(brand) < 4 {
		return
	}
	p.brand = string(brand)
	if p.brand == "qt  " {
		p.Container = QuickTime
	}
}

func (p *prober) truncated(b box) {
	p.no("The file is truncated: its box %q ends at byte %d, and the object has %d bytes. Upload the whole file again.", printable(b.kind), b.end(), p.Size)
}

// checkMedia looks whether the media data behind an index at the front is all there.
// Where the limits do not allow that, it is taken to be.
func (p *prober) checkMedia(at int64) {
	for p.Size-at >= 8 {
		b, err := p.src.headerOnly(at)
		if err != nil {
			return
		}
		if b.toEnd {
			return
		}
		if b.end() > p.Size {
			p.truncated(b)
			return
		}
		if b.kind == "mdat" {
			return
		}
		at = b.end()
	}
	p.no("The file is truncated: it ends behind its index, without media data. Upload the whole file again.")
}

// judge completes the answer from what is known of the file.
func (p *prober) judge() {
	if p.Indexed {
		p.describe()
	}
	if p.Playable == PlayableUnknown && p.Reason == "" {
		if reason := p.obstacle(); reason != "" {
			p.Playable, p.Reason = PlayableNo, reason
		} else {
			p.Playable = PlayableYes
		}
	}
}

// describe takes over what the index says.
func (p *prober) describe() {
	p.Duration = p.mvhd.seconds()
	if p.Fragmented && p.longer > 0 {
		p.Duration = p.longer
	}
	for _, t := range []*track{p.video, p.sound} {
		if t != nil && p.mvhd.seconds() == 0 && !p.Fragmented {
			p.Duration = max(p.Duration, t.clock.seconds())
		}
	}
	if rate := float64(p.Size) * 8 / p.Duration; p.Duration > 0 && rate < math.MaxInt64 {
		p.BitRate = int64(math.Round(rate))
	}
	if p.video != nil {
		p.VideoCodec = p.video.entry.codec
		p.Width, p.Height = p.video.shown()
		p.FrameRate = p.video.frameRate()
	}
	if p.sound != nil {
		p.AudioCodec = p.sound.entry.codec
	}
}

// printable is a four-character code in messages and results.
func printable(kind string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, strings.TrimRight(kind, " \x00"))
}
