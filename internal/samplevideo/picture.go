package samplevideo

// colour is a colour in BT.601, limited range.
type colour struct{ y, cb, cr byte }

var (
	white = colour{235, 128, 128}
	// bars are the 75 % colour bars of a television test card.
	bars = []colour{
		{180, 128, 128}, {162, 44, 142}, {131, 156, 44}, {112, 72, 58},
		{84, 184, 198}, {65, 100, 212}, {35, 212, 114},
	}
)

// picture is a test card: vertical bars, and a white square on the middle row
// of macroblocks.
type picture struct {
	width, height int // pixels
	firstBar      int // index in bars of the colour at the left
	square        int // column of macroblocks that holds the square
}

func (p picture) at(x, y int) colour {
	const margin = 2 // the square's distance from its macroblock's edges
	middle := p.height / macroblockSize / 2
	inX, inY := x%macroblockSize, y%macroblockSize
	if x/macroblockSize == p.square && y/macroblockSize == middle &&
		inX >= margin && inX < macroblockSize-margin && inY >= margin && inY < macroblockSize-margin {
		return white
	}
	return bars[(p.firstBar+x*len(bars)/p.width)%len(bars)]
}

// appendMacroblock appends the samples of the macroblock at pixel x, y: 16x16
// of luma, then 8x8 of each chroma, one for four pixels.
func (p picture) appendMacroblock(samples []byte, x, y int) []byte {
	for row := range macroblockSize {
		for column := range macroblockSize {
			samples = append(samples, p.at(x+column, y+row).y)
		}
	}
	for _, chroma := range []func(colour) byte{
		func(c colour) byte { return c.cb },
		func(c colour) byte { return c.cr },
	} {
		for row := 0; row < macroblockSize; row += 2 {
			for column := 0; column < macroblockSize; column += 2 {
				samples = append(samples, chroma(p.at(x+column, y+row)))
			}
		}
	}
	return samples
}
