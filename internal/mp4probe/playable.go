package mp4probe

// convert is the remedy for a codec that browsers do not decode.
const convert = " Convert it, for example with \"ffmpeg -i in.mp4 -c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +faststart out.mp4\"."

// everywhere has the codecs that current versions of Chrome, Edge, Firefox and Safari
// decode on any hardware.
var everywhere = map[string]bool{"h264": true, "aac": true, "mp3": true, "opus": true, "flac": true}

// where says which browsers decode the other codecs that some do.
var where = map[string]string{
	"hevc": "Safari plays HEVC (H.265), the others only with a decoder in the hardware or the system.",
	"av1":  "Safari plays AV1 only on hardware with a decoder for it.",
	"vp9":  "Chrome, Edge and Firefox play VP9 in MP4, Safari not on all systems.",
	"vp8":  "Safari does not play VP8 in MP4.",
	"ac3":  "Chrome and Firefox have no decoder for AC-3, so that there is no sound.",
	"eac3": "Chrome and Firefox have no decoder for E-AC-3, so that there is no sound.",
	"alac": "Safari alone plays ALAC, so that there is no sound elsewhere.",
}

// obstacle says why not every current browser plays a file whose index was read; ""
// if they all do.
func (p *prober) obstacle() string {
	video, sound := p.video, p.sound
	for _, t := range []*track{video, sound} {
		if t == nil {
			continue
		}
		if e := t.entry; e.encryption != "" || e.codec == "encv" || e.codec == "enca" {
			scheme := e.encryption
			if scheme == "" {
				scheme = "unknown scheme"
			}
			return "The file is encrypted (" + scheme + ") and needs a key that FOVEA does not have. Upload it without encryption."
		}
	}
	switch {
	case video == nil:
		return "The file has no video track. Upload a file with one."
	case p.Fragmented:
		return "The file is fragmented, as for streaming with DASH or HLS: as one file, browsers do not all know its length and jump to a time. " +
			"Rewrite it with \"ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4\"."
	case video.entry.codec == "":
		return "The index does not say how the video is coded. Make the file again from its source."
	case video.entry.detail != "":
		return "The video is " + video.entry.codec + " with " + video.entry.detail + ", which not all browsers decode." + convert
	case !everywhere[video.entry.codec]:
		return notEverywhere(video.entry.codec)
	case sound != nil && !everywhere[sound.entry.codec]:
		return notEverywhere(sound.entry.codec)
	case p.Container == QuickTime:
		return "The container is QuickTime, which not all browsers open. Rewrite it as MP4 with \"ffmpeg -i in.mov -c copy -movflags +faststart out.mp4\"."
	}
	return ""
}

func notEverywhere(codec string) string {
	if known, ok := where[codec]; ok {
		return known + convert
	}
	if codec == "" {
		codec = "a codec that is not named"
	}
	return "Browsers do not decode " + codec + "." + convert
}
