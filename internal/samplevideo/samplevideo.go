package samplevideo

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Clip describes one sample video.
type Clip struct {
	Name          string // file name, ends in .mp4
	Width, Height int    // pixels, multiples of 16
	FPS           int    // pictures a second, even
	HalfSeconds   int    // duration; each half second the square moves on
	FirstBar      int    // 0 to 6: the colour bar at the left, to tell clips apart
}

// Library is a small video library to start with.
func Library() []Clip {
	return []Clip{
		{Name: "sample-landscape.mp4", Width: 64, Height: 48, FPS: 24, HalfSeconds: 4},
		{Name: "sample-portrait.mp4", Width: 48, Height: 64, FPS: 30, HalfSeconds: 4, FirstBar: 2},
		{Name: "sample-wide.mp4", Width: 80, Height: 48, FPS: 50, HalfSeconds: 4, FirstBar: 4},
	}
}

// Late is a clip that joins the Library later.
func Late() Clip {
	return Clip{Name: "sample-late.mp4", Width: 64, Height: 48, FPS: 24, HalfSeconds: 3, FirstBar: 5}
}

// Video is the MP4 file. It fails when the clip's numbers are not as Clip says.
func (c Clip) Video() ([]byte, error) {
	if c.Width <= 0 || c.Height <= 0 || c.Width%macroblockSize != 0 || c.Height%macroblockSize != 0 {
		return nil, fmt.Errorf("%s: %dx%d: width and height must be multiples of %d", c.Name, c.Width, c.Height, macroblockSize)
	}
	if c.FPS <= 0 || c.FPS%2 != 0 || c.HalfSeconds <= 0 {
		return nil, fmt.Errorf("%s: %d pictures a second for %d half seconds: the first must be even, both above 0", c.Name, c.FPS, c.HalfSeconds)
	}
	var samples []sample
	for half := range c.HalfSeconds {
		p := picture{width: c.Width, height: c.Height, firstBar: c.FirstBar, square: half % (c.Width / macroblockSize)}
		samples = append(samples, sample{nal: idrPicture(p, uint32(half%2)), key: true})
		for n := 1; n < c.FPS/2; n++ {
			samples = append(samples, sample{nal: repeatedPicture(p, uint32(n))})
		}
	}
	return mux(sequenceParameterSet(c.Width, c.Height), pictureParameterSet(), samples, c.FPS)
}

// SidecarName is the name of the file that tells FOVEA about the video.
func (c Clip) SidecarName() string { return strings.TrimSuffix(c.Name, ".mp4") + ".info.json" }

// Sidecar is the content of that file: the fields that FOVEA reads, duration
// in seconds.
func (c Clip) Sidecar() ([]byte, error) {
	return json.Marshal(struct {
		Duration   float64 `json:"duration"`
		FPS        int     `json:"fps"`
		Width      int     `json:"width"`
		Height     int     `json:"height"`
		Resolution string  `json:"resolution"`
	}{float64(c.HalfSeconds) / 2, c.FPS, c.Width, c.Height, fmt.Sprintf("%dx%d", c.Width, c.Height)})
}
