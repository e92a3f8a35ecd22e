package mp4probe

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

func TestProbeSamples(t *testing.T) {
	for i, clip := range samplevideo.Library() {
		t.Run(clip.Name, func(t *testing.T) {
			o := whole(clip.Video)
			got := probe(t, o)
			want := Video{
				Key: "clip.mp4", Size: int64(len(clip.Video)), StorageClass: "STANDARD", Container: MP4, VideoCodec: "h264",
				Width: int64(clip.Width), Height: int64(clip.Height), FrameRate: float64(clip.FPS), Duration: clip.Seconds,
				BitRate: got.BitRate, Indexed: true, FastStart: i < 2, Playable: PlayableYes, AudioCodec: got.AudioCodec,
			}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if rate := math.Round(float64(len(clip.Video)) * 8 / clip.Seconds); float64(got.BitRate) != rate {
				t.Errorf("got %d bits per second, want %v", got.BitRate, rate)
			}
			if o.requests != 1 {
				t.Errorf("got %d requests, want 1", o.requests)
			}
		})
	}
}

// TestSixHours has files whose index is as large as that of a real one. What may not
// be read is zeros, so that reading it would show.
func TestSixHours(t *testing.T) {
	const seconds, media = 6 * 3600, zeros(40 << 30)
	clip := clipOf{seconds: seconds, samples: seconds * 60, video: h264(), audio: aac()}
	variable, soundFirst, silent, many := clip, clip, clip, clip
	variable.variable = true
	soundFirst.audioFirst, soundFirst.variable = true, true
	silent.audio = nil
	many.extraTracks = 1
	for name, tt := range map[string]struct {
		file     *object
		requests int
		atEnd    bool
	}{
		"index at the front, constant frame rate":             {file(isom, clip.moov(), bx("mdat", media)), 3, false},
		"index at the front, variable frame rate":             {file(isom, variable.moov(), bx("mdat", media)), 5, false},
		"index at the end, constant frame rate":               {file(isom, bx("free"), bx("mdat", media), clip.moov()), 3, true},
		"index at the end, variable frame rate":               {file(isom, bx("free"), bx("mdat", media), variable.moov()), 5, true},
		"index at the end, sound first, variable":             {file(isom, bx("mdat", media), soundFirst.moov()), 5, true},
		"index at the end, no sound":                          {file(isom, bx("mdat", media), silent.moov()), 2, true},
		"index at the end, a track of metadata first":         {file(isom, bx("mdat", media), many.moov()), 4, true},
		"index at the front, media data to the end, size 0":   {file(isom, clip.moov(), 0, "mdat", media), 3, false},
		"index at the end, of size 0":                         {sizeless(file(isom, bx("mdat", media), clip.moov())), 3, true},
		"index at the end, metadata of 200 KB behind it":      {file(isom, bx("mdat", media), clip.moov(), bx("uuid", zeros(200_000))), 3, true},
		"index at the end, with user data of 1 MB behind all": {file(isom, bx("mdat", media), withUserData(clip).moov()), 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := probe(t, tt.file)
			t.Logf("%d requests, %d bytes of %d", tt.file.requests, tt.file.sent, tt.file.size)
			if tt.file.requests != tt.requests {
				t.Errorf("got %d requests, want %d", tt.file.requests, tt.requests)
			}
			audio := "aac"
			if strings.Contains(name, "no sound") {
				audio = ""
			}
			want := Video{
				Key: "clip.mp4", Size: tt.file.size, StorageClass: "STANDARD", Container: MP4, VideoCodec: "h264", AudioCodec: audio, Width: 1920, Height: 1080,
				FrameRate: 60, Duration: seconds, BitRate: int64(math.Round(float64(tt.file.size) * 8 / seconds)), Indexed: true, FastStart: !tt.atEnd, Playable: PlayableYes,
			}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// sizeless makes the index at the end of a file one that has no size.
func sizeless(o *object) *object {
	for i, p := range o.parts {
		if string(p.data) == "moov" {
			o.parts[i-1].data = make([]byte, 4)
		}
	}
	return o
}

func withUserData(c clipOf) clipOf {
	c.more = []any{bx("udta", zeros(1<<20))}
	return c
}

func TestOutOfReach(t *testing.T) {
	clip := clipOf{seconds: 3600, samples: 3600 * 30, video: h264(), audio: aac(), extraTracks: 5}
	var boxes []any
	for range 8 {
		boxes = append(boxes, bx("mdat", zeros(1<<30)))
	}
	for name, o := range map[string]*object{
		"many tracks before the video": file(isom, mdat, clip.moov()),
		"many parts of media data":     file(append([]any{isom}, append(boxes, clip.moov())...)...),
	} {
		t.Run(name, func(t *testing.T) {
			got := probe(t, o)
			if got.Playable != PlayableUnknown || !strings.Contains(got.Reason, "could not be read within 5 requests") {
				t.Errorf("got %v, %q, want no judgement and the limit as the reason", got.Playable, got.Reason)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	clip := clipOf{seconds: 10, samples: 300, video: h264(), audio: aac()}
	with := func(change func(*clipOf)) *object {
		c := clip
		change(&c)
		return file(isom, c.moov(), mdat)
	}
	video := func(entry *layout) *object { return with(func(c *clipOf) { c.video = entry }) }
	audio := func(entry *layout) *object { return with(func(c *clipOf) { c.audio = entry }) }
	text := func(s string) *object { return whole([]byte(s)) }
	damaged := func(from, to string) *object {
		return whole([]byte(strings.Replace(string(file(isom, clip.moov(), mdat).data()), from, to, 1)))
	}
	protected := func(entry func(string, ...any) *layout, kind, original string) *layout {
		return entry(kind, bx("sinf", bx("frma", original), bx("schm", 0, "cenc", 0x10000)))
	}
	for name, tt := range map[string]struct {
		object    *object
		container string
		codecs    string // of pictures and sound
		playable  bool
		reason    string // a part of it
	}{
		"MP4":          {file(isom, clip.moov(), mdat), "mp4", "h264 aac", true, ""},
		"silent":       {with(func(c *clipOf) { c.audio = nil }), "mp4", "h264 ", true, ""},
		"M4V":          {file(bx("ftyp", "M4V ", 0), clip.moov(), mdat), "mp4", "h264 aac", true, ""},
		"QuickTime":    {file(bx("ftyp", "qt  ", 0), bx("wide"), mdat, clip.moov()), "quicktime", "h264 aac", false, "The container is QuickTime"},
		"no ftyp":      {file(bx("wide"), mdat, clip.moov()), "quicktime", "h264 aac", false, "The container is QuickTime"},
		"HEVC hvc1":    {video(picture("hvc1", bx("hvcC", zeros(23)))), "mp4", "hevc aac", false, "Safari plays HEVC"},
		"HEVC hev1":    {video(picture("hev1")), "mp4", "hevc aac", false, "Safari plays HEVC"},
		"AV1":          {video(picture("av01", bx("av1C", zeros(4)))), "mp4", "av1 aac", false, "Safari plays AV1 only on hardware"},
		"VP9":          {video(picture("vp09")), "mp4", "vp9 aac", false, "VP9 in MP4"},
		"ProRes":       {video(picture("apch")), "mp4", "prores aac", false, "Browsers do not decode prores. Convert it"},
		"MPEG-4":       {video(picture("mp4v", esds(0x20))), "mp4", "mpeg4 aac", false, "Browsers do not decode mpeg4"},
		"unheard of":   {video(picture("Zq\x00\xff")), "mp4", "zq?? aac", false, "Browsers do not decode zq??"},
		"H.264 10 bit": {video(picture("avc1", avc(110))), "mp4", "h264 aac", false, "h264 with 10 bits per colour"},
		"H.264 4:2:2":  {video(picture("avc1", avc(122))), "mp4", "h264 aac", false, "4:2:2"},
		"MP3":          {audio(sound("mp4a", esds(0x6b))), "mp4", "h264 mp3", true, ""},
		"Opus":         {audio(sound("Opus")), "mp4", "h264 opus", true, ""},
		"AC-3":         {audio(sound("ac-3")), "mp4", "h264 ac3", false, "no decoder for AC-3"},
		"E-AC-3":       {audio(sound("ec-3")), "mp4", "h264 eac3", false, "no decoder for E-AC-3"},
		"QuickTime's AAC": {audio(bx("mp4a", zeros(6), uint16(1), uint16(1), zeros(6), uint16(2), uint16(16), zeros(4), 48_000<<16, zeros(16),
			bx("wave", bx("frma", "mp4a"), esds(0x40)))), "mp4", "h264 aac", true, ""},
		"PCM":                                  {audio(sound("sowt")), "mp4", "h264 pcm", false, "Browsers do not decode pcm"},
		"encrypted video":                      {video(protected(picture, "encv", "avc1")), "mp4", "h264 aac", false, "encrypted (cenc)"},
		"encrypted sound":                      {audio(protected(sound, "enca", "mp4a")), "mp4", "h264 mp4a", false, "encrypted (cenc)"},
		"encrypted, no more said":              {video(picture("encv")), "mp4", "encv aac", false, "encrypted (unknown scheme)"},
		"sound alone":                          {with(func(c *clipOf) { c.video = nil }), "mp4", " aac", false, "no video track"},
		"no tracks":                            {file(isom, bx("moov"), mdat), "mp4", " ", false, "no video track"},
		"compressed index":                     {file(isom, bx("moov", bx("cmov", zeros(100))), mdat), "mp4", " ", false, "index of the file is compressed"},
		"fragmented":                           {with(func(c *clipOf) { c.more = []any{bx("mvex", bx("mehd", 0, 20_000), bx("trex", zeros(24)))} }), "mp4", "h264 aac", false, "The file is fragmented"},
		"a fragment":                           {file(bx("styp", "msdh", 0), bx("sidx", zeros(32)), bx("moof", zeros(100)), mdat), "mp4", " ", false, "a segment of a fragmented MP4"},
		"empty":                                {text(""), "empty", " ", false, "The object is empty"},
		"one byte":                             {text("x"), "text", " ", false, "a text file"},
		"seven bytes of an MP4":                {text("\x00\x00\x00\x20fty"), "unknown", " ", false, "not MP4"},
		"no index":                             {file(isom, mdat), "mp4", " ", false, "no index (moov): the recording or the copy ended early"},
		"unfinished recording":                 {file(isom, 0, "mdat", zeros(5000)), "mp4", " ", false, "no index (moov)"},
		"cut in the media data":                {shorter(file(isom, mdat, clip.moov()), 50_000), "mp4", " ", false, `truncated: its box "mdat" ends at byte 100040, and the object has 50000 bytes`},
		"cut behind a long index":              {shorter(file(isom, withUserData(clip).moov(), mdat), 60_000), "mp4", " ", false, `truncated: its box "moov"`},
		"cut in the media data at the end":     {shorter(file(isom, clip.moov(), mdat), 60_000), "mp4", "h264 aac", false, `truncated: its box "mdat"`},
		"cut behind the index":                 {file(isom, clip.moov()), "mp4", "h264 aac", false, "without media data"},
		"index cut":                            {shorter(file(isom, mdat, clip.moov()), 101_000), "mp4", " ", false, `truncated: its box "moov"`},
		"a box of a negative size":             {file(isom, 1, "mdat", uint64(1<<63+5), zeros(100)), "mp4", " ", false, "truncated"},
		"a box of the largest size":            {file(isom, 1, "free", uint64(math.MaxUint64), zeros(100)), "mp4", " ", false, "truncated"},
		"a box smaller than its header":        {file(isom, 7, "free", zeros(100)), "mp4", " ", false, `damaged: the box "free" at byte 32 has a size of 7 bytes`},
		"a 64-bit box smaller than its header": {file(isom, 1, "free", uint64(15), zeros(100)), "mp4", " ", false, "damaged"},
		"a track longer than the index":        {file(isom, bx("moov", 5000, "trak", zeros(20)), mdat, zeros(9000)), "mp4", " ", false, `damaged: the box "trak" at byte 40 ends at byte 5040, beyond the one that it is in`},
		"an unreadable header":                 {file(isom, bx("moov", bx("mvhd", zeros(3))), mdat), "mp4", " ", false, `damaged: the box "mvhd" cannot be decoded`},
		"a header of 100 KB":                   {file(isom, bx("moov", bx("mvhd", zeros(100_000))), mdat), "mp4", " ", false, `the box "mvhd" at byte 40 has 100000 bytes`},
		"no sample entry":                      {damaged("stsd", "xxxx"), "mp4", " aac", false, "does not say how the video is coded"},

		"Matroska":   {text("\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x86\x81\x01\x42\x82\x88matroska"), "matroska", " ", false, "The file is Matroska, not MP4"},
		"AVI":        {text("RIFF\x00\x10\x00\x00AVI LIST"), "avi", " ", false, "The file is AVI"},
		"Ogg":        {text("OggS\x00\x02"), "ogg", " ", false, "The file is Ogg"},
		"MPEG-TS":    {text(strings.Repeat("\x47"+strings.Repeat("\x00", 187), 4)), "mpegts", " ", false, "an MPEG transport stream"},
		"JPEG":       {text("\xff\xd8\xff\xe0\x00\x10JFIF"), "jpeg", " ", false, "a JPEG image, not a video"},
		"HEIC":       {file(bx("ftyp", "heic", 0), bx("meta", zeros(50))), "heif", " ", false, "a HEIF image"},
		"HTML":       {text("<!DOCTYPE html><html><body>404"), "html", " ", false, "a web page, not a video. Upload the video to this key."},
		"XML":        {text("<?xml version=\"1.0\"?><Error/>"), "xml", " ", false, "an XML document"},
		"JSON":       {text(`{"videos": []}`), "json", " ", false, "a JSON document"},
		"Git LFS":    {text("version https://git-lfs.github.com/spec/v1\noid sha256:1"), "git-lfs", " ", false, "a Git LFS pointer"},
		"HLS":        {text("#EXTM3U\n"), "hls", " ", false, "an HLS playlist"},
		"only zeros": {file(zeros(1 << 30)), "unknown", " ", false, "not MP4"},
	} {
		t.Run(name, func(t *testing.T) {
			got := probe(t, tt.object)
			if got.Container != tt.container {
				t.Errorf("got the container %q, want %q", got.Container, tt.container)
			}
			if codecs := got.VideoCodec + " " + got.AudioCodec; codecs != tt.codecs {
				t.Errorf("got the codecs %q, want %q", codecs, tt.codecs)
			}
			if playable := got.Playable == PlayableYes; playable != tt.playable || got.Playable == PlayableUnknown {
				t.Errorf("got playable %v (%s), want %v", got.Playable, got.Reason, tt.playable)
			}
			if !strings.Contains(got.Reason, tt.reason) || tt.playable && got.Reason != "" {
				t.Errorf("got the reason %q, want %q", got.Reason, tt.reason)
			}
		})
	}
	t.Run("WebM is not judged", func(t *testing.T) {
		got := probe(t, text("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"))
		if got.Container != "webm" || got.Playable != PlayableUnknown || !strings.Contains(got.Reason, "Browsers play WebM with") {
			t.Errorf("got %+v, want WebM without a judgement", got)
		}
	})
}

// shorter is an object of which the end is missing.
func shorter(o *object, size int64) *object {
	o.size = size
	return o
}

func TestPicturesAsShown(t *testing.T) {
	upright := new(layout).add(0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
	for name, tt := range map[string]struct {
		clip          clipOf
		width, height int64
	}{
		"as stored":         {clipOf{video: h264()}, 1920, 1080},
		"held upright":      {clipOf{video: h264(), matrix: upright}, 1080, 1920},
		"wide pixels":       {clipOf{video: picture("avc1", avc(77), bx("pasp", 4, 3))}, 2560, 1080},
		"narrow pixels":     {clipOf{video: picture("avc1", avc(77), bx("pasp", 3, 4))}, 1920, 1440},
		"pixels of no size": {clipOf{video: picture("avc1", avc(77), bx("pasp", 0, 0))}, 1920, 1080},
	} {
		t.Run(name, func(t *testing.T) {
			tt.clip.seconds, tt.clip.samples = 10, 300
			if got := probe(t, file(isom, tt.clip.moov(), mdat)); got.Width != tt.width || got.Height != tt.height {
				t.Errorf("got %dx%d, want %dx%d", got.Width, got.Height, tt.width, tt.height)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	// tables makes a file with one track, of the times that are given.
	tables := func(movie, media, stts *layout) *object {
		return file(isom, bx("moov", bx("mvhd", movie), bx("trak", bx("mdia", bx("mdhd", media), bx("hdlr", 0, 0, "vide", zeros(13)),
			bx("minf", bx("stbl", bx("stsd", 0, 1, h264()), bx("stts", stts)))))), mdat)
	}
	l := func(content ...any) *layout { return new(layout).add(content...) }
	movie := func(scale, duration int) *layout { return l(0, 0, 0, scale, duration, zeros(80)) }
	media := func(scale, duration int) *layout { return l(0, 0, 0, scale, duration, 0) }
	for name, tt := range map[string]struct {
		object         *object
		duration, rate float64
	}{
		"constant":                       {tables(movie(1000, 10_010), media(30_000, 300_300), l(0, 1, 300, 1001)), 10.01, 29.97},
		"a last frame of its own length": {tables(movie(1000, 10_010), media(30_000, 300_300), l(0, 2, 299, 1001, 1, 5)), 10.01, 29.97},
		"variable":                       {tables(movie(1000, 10_000), media(1000, 10_000), l(0, 3, 100, 20, 100, 40, 1, 40)), 10, 33.333},
		"one frame":                      {tables(movie(1000, 40), media(1000, 40), l(0, 1, 1, 40)), 0.04, 25},
		"no frames":                      {tables(movie(1000, 0), media(1000, 0), l(0, 0)), 0, 0},
		"a time scale of 0":              {tables(movie(0, 5000), media(0, 5000), l(0, 1, 100, 1)), 0, 0},
		"the time scale of the movie 0":  {tables(movie(0, 5000), media(1000, 5000), l(0, 1, 100, 50)), 5, 20},
		"a duration that is not known":   {tables(movie(1000, -1), media(1000, 5000), l(0, 1, 100, 50)), 5, 20},
		"64-bit times":                   {tables(l(1<<24, uint64(0), uint64(0), 1000, uint64(1<<33), zeros(80)), l(1<<24, uint64(0), uint64(0), 1000, uint64(1<<33), 0), l(0, 1, 100, 50)), 8589934.592, 20},
		"the largest counts":             {tables(movie(1000, 1000), media(1000, 1000), l(0, 3, -1, -1, -1, -1, -1, -1)), 1, 0},
		"frames of no length":            {tables(movie(1000, 1000), media(1000, 1000), l(0, 1, 100, 0)), 1, 0},
		"more entries than there are":    {tables(movie(1000, 1000), media(1000, 1000), l(0, -1, 100, 40)), 1, 25},
	} {
		t.Run(name, func(t *testing.T) {
			got := probe(t, tt.object)
			if got.Duration != tt.duration || got.FrameRate != tt.rate {
				t.Errorf("got %v s, %v frames per second, want %v and %v", got.Duration, got.FrameRate, tt.duration, tt.rate)
			}
			if got.Duration == 0 && got.BitRate != 0 {
				t.Errorf("got a bit rate of %d without a duration, want 0", got.BitRate)
			}
		})
	}
	t.Run("of a fragmented file", func(t *testing.T) {
		clip := clipOf{video: h264(), more: []any{bx("mvex", bx("mehd", 0, 20_000))}}
		if got := probe(t, file(isom, clip.moov())); got.Duration != 20 || !got.Fragmented || got.FrameRate != 0 {
			t.Errorf("got %+v, want 20 s of a fragmented file", got)
		}
	})
}

func TestArchived(t *testing.T) {
	for want, err := range map[string]error{
		"GLACIER":                             &s3types.InvalidObjectState{StorageClass: "GLACIER"},
		"INTELLIGENT_TIERING, ARCHIVE_ACCESS": &s3types.InvalidObjectState{StorageClass: "INTELLIGENT_TIERING", AccessTier: "ARCHIVE_ACCESS"},
		"storage class not known":             &smithy.GenericAPIError{Code: "InvalidObjectState"},
	} {
		t.Run(want, func(t *testing.T) {
			o := whole(nil)
			o.err = err
			got := probe(t, o)
			if got.Playable != PlayableNo || !strings.Contains(got.Reason, "archived ("+want+")") || got.Container != "" {
				t.Errorf("got %+v, want the answer that it is archived (%s)", got, want)
			}
			if class, _, _ := strings.Cut(want, ","); class == strings.ToUpper(class) && got.StorageClass != class {
				t.Errorf("got the storage class %q, want %q", got.StorageClass, class)
			}
		})
	}
}

func TestObjectsThatChange(t *testing.T) {
	clip := clipOf{seconds: 3600, samples: 3600 * 30, video: h264(), audio: aac()}
	for name, change := range map[string]func(*object){
		"overwritten":                   func(o *object) { o.etag = `"2"` },
		"overwritten, no ETags":         func(o *object) { o.etag = ""; o.size++ },
		"overwritten, ETags only later": func(o *object) { o.etag = "\"2\"" },
	} {
		t.Run(name, func(t *testing.T) {
			o := file(isom, clip.moov(), mdat)
			if name != "overwritten" {
				o.etag = ""
			}
			o.before = func(o *object) {
				if o.requests == 2 {
					change(o)
				}
			}
			if _, err := Probe(t.Context(), o, "videos", "clip.mp4"); !errors.Is(err, ErrChanged) {
				t.Errorf("got %v, want %v", err, ErrChanged)
			}
			checkLimits(t, o)
		})
	}
	t.Run("no ETags, unchanged", func(t *testing.T) {
		o := file(isom, clip.moov(), mdat)
		o.etag = ""
		if got := probe(t, o); got.Playable != PlayableYes {
			t.Errorf("got %+v, want a playable video", got)
		}
	})
	t.Run("weak ETags", func(t *testing.T) {
		o := file(isom, clip.moov(), mdat)
		o.before = func(o *object) { o.etag = `W/"1"`; o.before = func(o *object) { o.etag = `"1"` } }
		if got := probe(t, o); got.Playable != PlayableYes {
			t.Errorf("got %+v, want a playable video", got)
		}
	})
}

func TestServersWithoutRanges(t *testing.T) {
	clip := clipOf{seconds: 3600, samples: 3600 * 30, video: h264()}
	small := file(isom, clipOf{seconds: 10, samples: 300, video: h264()}.moov(), bx("mdat", zeros(1000)))
	small.ignoreRange = true
	if got := probe(t, small); got.Playable != PlayableYes {
		t.Errorf("of a small file, got %+v, want a playable video", got)
	}
	large := file(isom, bx("mdat", zeros(1<<30)), clip.moov())
	large.ignoreRange = true
	if _, err := Probe(t.Context(), large, "videos", "clip.mp4"); err == nil || !strings.Contains(err.Error(), "ignores the header Range") {
		t.Errorf("of a large file, got the error %v, want that the server ignores Range", err)
	}
	checkLimits(t, large)
}

func TestErrors(t *testing.T) {
	denied := &smithy.GenericAPIError{Code: "AccessDenied"}
	o := whole(nil)
	o.err = denied
	if _, err := Probe(t.Context(), o, "videos", "clip.mp4"); !errors.Is(err, denied) {
		t.Errorf("got %v, want %v", err, denied)
	}
	if _, err := Probe(t.Context(), breaksOff{file(isom, mdat)}, "videos", "clip.mp4"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("of an answer that breaks off, got %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

// breaksOff sends half of what was asked for.
type breaksOff struct{ *object }

func (b breaksOff) GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	out, err := b.object.GetObject(ctx, in, opts...)
	if err == nil {
		out.Body = io.NopCloser(io.LimitReader(out.Body, *out.ContentLength/2))
	}
	return out, err
}

// FuzzProbe has files of any content, in an object that is larger than they are.
func FuzzProbe(f *testing.F) {
	for _, clip := range samplevideo.Library() {
		f.Add(clip.Video[:min(len(clip.Video), 4000)], int64(0))
	}
	clip := clipOf{seconds: 10, samples: 30, video: h264(), audio: aac(), variable: true, more: []any{bx("mvex", bx("mehd", 0, 20_000))}}
	f.Add(file(isom, clip.moov(), bx("mdat")).data(), int64(0))
	f.Add(file(isom, clip.moov(), 1, "mdat", uint64(1<<40)).data(), int64(1<<40))
	f.Add(file(bx("ftyp", "qt  ", 0), 0, "moov", bx("trak", bx("mdia", bx("hdlr", 0, 0, "soun"), bx("minf", bx("stbl", bx("stsd", 0, 1, sound("enca", bx("sinf", bx("frma", "mp4a"), bx("schm", 0, "cenc", 1))))))))).data(), int64(99))
	f.Add([]byte("\x1a\x45\xdf\xa3webm"), int64(0))
	f.Add([]byte(nil), int64(0))
	f.Fuzz(func(t *testing.T, data []byte, more int64) {
		o := whole(data)
		o.size += max(0, min(more, math.MaxInt64-o.size))
		got := probe(t, o)
		if got.Container == "" || got.StorageClass == "" {
			t.Errorf("got %+v, want a container and a storage class", got)
		}
		if (got.Playable == PlayableYes) != (got.Reason == "") {
			t.Errorf("got %v, %q, want a reason exactly when it does not play", got.Playable, got.Reason)
		}
		for name, n := range map[string]float64{
			"width": float64(got.Width), "height": float64(got.Height), "frame rate": got.FrameRate, "duration": got.Duration, "bit rate": float64(got.BitRate),
		} {
			if n < 0 || math.IsNaN(n) || math.IsInf(n, 0) {
				t.Errorf("got a %s of %v, want a number from 0 on", name, n)
			}
		}
	})
}
