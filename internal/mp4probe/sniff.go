package mp4probe

import (
	"bytes"
	"net/http"
	"strings"
)

// sniffed is how much of a file tells what it is.
const sniffed = 1024

// brandOf names the formats that are built like MP4 and are no videos, by the brand
// in their first box.
func brandOf(brand string) string {
	switch brand {
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1":
		return "heif"
	case "avif", "avis":
		return "avif"
	case "crx ":
		return "cr3"
	case "jp2 ", "jpx ", "jpm ":
		return "jpeg2000"
	}
	return ""
}

// signatures has what formats begin with. Longer ones come first.
var signatures = []struct{ begins, format string }{
	{"OggS", "ogg"}, {"FLV\x01", "flv"}, {"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"},
	{"\x00\x00\x01\xba", "mpegps"}, {"\x00\x00\x01\xb3", "mpegvideo"},
	{"#EXTM3U", "hls"}, {"ID3", "mp3"}, {"fLaC", "flac"}, {"\x00\x00\x00\x0cjP  ", "jpeg2000"},
	{"\x06\x0e\x2b\x34\x02\x05\x01\x01", "mxf"}, {"version https://git-lfs.github.com/", "git-lfs"},
}

// sniff names what a file is that is not MP4, by its beginning.
func sniff(start []byte) string {
	switch {
	case bytes.HasPrefix(start, []byte("\x1a\x45\xdf\xa3")):
		if bytes.Contains(start[:min(len(start), 64)], []byte("webm")) {
			return "webm"
		}
		return "matroska"
	case len(start) >= 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == "AVI ":
		return "avi"
	case len(start) > 376 && start[0] == 0x47 && start[188] == 0x47 && start[376] == 0x47:
		return "mpegts"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(start, []byte(s.begins)) {
			return s.format
		}
	}
	kind, _, _ := strings.Cut(http.DetectContentType(start), ";")
	switch kind {
	case "application/octet-stream", "video/mp4":
		return Unknown
	case "text/plain":
		if text := bytes.TrimSpace(start); bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("[")) {
			return "json"
		}
		return "text"
	}
	_, format, _ := strings.Cut(kind, "/")
	return strings.TrimPrefix(format, "x-")
}

// formatNames has the formats as a person writes them.
var formatNames = map[string]string{
	"matroska": "Matroska", "webm": "WebM", "avi": "AVI", "ogg": "Ogg", "flv": "Flash video", "asf": "Windows Media", "mpegts": "an MPEG transport stream",
	"mpegps": "an MPEG program stream", "mpegvideo": "raw MPEG video", "mxf": "MXF", "hls": "an HLS playlist", "jpeg": "a JPEG image", "png": "a PNG image",
	"gif": "a GIF image", "webp": "a WebP image", "heif": "a HEIF image", "avif": "an AVIF image", "cr3": "a camera's raw image", "jpeg2000": "a JPEG 2000 image",
	"html": "a web page", "xml": "an XML document", "json": "a JSON document", "text": "a text file", "pdf": "a PDF document", "zip": "a ZIP archive", "gzip": "a gzip archive",
	"git-lfs": "a Git LFS pointer, which stands for the file", "mp3": "MP3 audio", "mpeg": "MP3 audio", "flac": "FLAC audio", "wave": "WAVE audio",
}

// videoFormats can be converted to MP4.
const videoFormats = " matroska avi ogg flv asf mpegts mpegps mpegvideo mxf "

// notMP4 is the reason why a file of another format is not a playable MP4.
func notMP4(format string) string {
	name, known := formatNames[format]
	switch {
	case format == "webm":
		return "The file is WebM, of which only the format is looked at. Browsers play WebM with VP8, VP9 or AV1."
	case strings.Contains(videoFormats, " "+format+" "):
		return "The file is " + name + ", not MP4, and not all browsers play it. Convert it, for example with \"ffmpeg -i in -c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +faststart out.mp4\"."
	case known:
		return "The file is " + name + ", not a video. Upload the video to this key."
	case format == Unknown:
		return "The file is not MP4, and not of another format that is known. Check that the upload is complete and not encrypted."
	}
	return "The file is not MP4 (it looks like " + format + "). Upload the video to this key."
}
