// Package samplevideo holds small MP4 files that every browser plays, and makes
// the sidecars that FOVEA reads beside them. README.md tells how the files are
// made.
package samplevideo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

var (
	//go:embed landscape.mp4
	landscape []byte
	//go:embed portrait.mp4
	portrait []byte
	//go:embed wide.mp4
	wide []byte
)

// Clip is one sample video.
type Clip struct {
	Name          string // file name, ends in .mp4
	Width, Height int    // pixels
	FPS           int    // frames per second
	Seconds       float64
	Video         []byte // the MP4 file
}

// Library returns a small video library to start with. The index (moov) of the
// last clip is at its end.
func Library() []Clip {
	return []Clip{
		{Name: "sample-landscape.mp4", Width: 160, Height: 120, FPS: 24, Seconds: 2, Video: landscape},
		{Name: "sample-portrait.mp4", Width: 120, Height: 160, FPS: 30, Seconds: 2, Video: portrait},
		{Name: "sample-wide.mp4", Width: 192, Height: 108, FPS: 50, Seconds: 2, Video: wide},
	}
}

// Late returns a clip that joins the Library later. It is the first one under
// another name.
func Late() Clip {
	clip := Library()[0]
	clip.Name = "sample-late.mp4"
	return clip
}

// SidecarName returns the name of the file that describes the video to FOVEA.
func (c Clip) SidecarName() string { return strings.TrimSuffix(c.Name, ".mp4") + ".info.json" }

// Sidecar returns the content of that file: the fields that FOVEA reads, with the
// duration in seconds.
func (c Clip) Sidecar() ([]byte, error) {
	return json.Marshal(struct {
		Duration   float64 `json:"duration"`
		FPS        int     `json:"fps"`
		Width      int     `json:"width"`
		Height     int     `json:"height"`
		Resolution string  `json:"resolution"`
	}{c.Seconds, c.FPS, c.Width, c.Height, fmt.Sprintf("%dx%d", c.Width, c.Height)})
}
