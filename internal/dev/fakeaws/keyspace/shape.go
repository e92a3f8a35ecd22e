package keyspace

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// naming makes up the names of videos, without their extension, by position.
// The names rise in byte order, and none is the beginning of another.
type naming interface {
	appendName(b []byte, position int) []byte
}

// newNaming makes the names of n videos.
func newNaming(shape Shape, n int) (naming, error) {
	switch shape {
	case ShapeDates, "":
		return newDirectories(dateDirectories(), evenly, n, "clip-", latinDigits), nil
	case ShapeCounter:
		return newDirectories([]string{""}, evenly, n, "video-", latinDigits), nil
	case ShapeHot:
		return newDirectories(numbered("team-%02d/", 100), hot, n, "clip-", latinDigits), nil
	case ShapeHashes:
		return hashes{gap: ^uint64(0) / uint64(max(1, n))}, nil
	case ShapeZipf:
		return newDirectories(numbered("user-%03d/", 1000), zipf, n, "clip-", latinDigits), nil
	case ShapeUnicode:
		return newDirectories(unicodeDirectories, evenly, n, "клип ", cyrillicDigits), nil
	}
	return nil, errors.New("fakeaws: unknown shape " + strconv.Quote(string(shape)))
}

// digits are ten texts of one length that rise in byte order.
type digits [10]string

var (
	latinDigits    = digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	cyrillicDigits = digits{"а", "б", "в", "г", "д", "е", "ж", "з", "и", "к"}
)

var unicodeDirectories = []string{"R&D <raw>/", "a b+c/", "cafe\u0301/", "caf\u00e9/", "100%/", "видео/", "動画/2024/", "😀/"}

// directories holds numbered names in directories, sorted.
type directories struct {
	names  []string
	first  []int // position of the first video of each
	stem   string
	zeros  string // the number 0, as wide as all are
	digits digits
}

// newDirectories spreads n videos over the directories by weight.
func newDirectories(names []string, weight func(i int) float64, n int, stem string, d digits) *directories {
	names = slices.Clone(names)
	slices.Sort(names)
	total := 0.0
	for i := range names {
		total += weight(i)
	}
	t := &directories{names: names, first: make([]int, len(names)), stem: stem, zeros: strings.Repeat(d[0], len(strconv.Itoa(n))), digits: d}
	sum := 0.0
	for i := range names {
		t.first[i] = int(sum / total * float64(n))
		sum += weight(i)
	}
	return t
}

func evenly(int) float64 { return 1 }

// hot puts nine tenths into the directory in the middle of a hundred.
func hot(i int) float64 {
	if i == 50 {
		return 9 * 99
	}
	return 1
}

// zipf scatters the ranks of a thousand directories over their names: 387 has
// no factor in common with 1,000.
func zipf(i int) float64 { return 1 / float64(i*387%1000+1) }

func numbered(format string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(format, i)
	}
	return names
}

func dateDirectories() []string {
	var names []string
	for day := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2026; day = day.AddDate(0, 0, 1) {
		names = append(names, day.Format("videos/2006/01/02/"))
	}
	return names
}

func (t *directories) appendName(b []byte, position int) []byte {
	// The last directory that begins at or before the position: one without
	// videos begins where the next one does.
	i, _ := slices.BinarySearch(t.first, position+1)
	i--
	b = append(b, t.names[i]...)
	b = append(b, t.stem...)
	// The number is written from its end.
	b = append(b, t.zeros...)
	number := uint(position - t.first[i])
	for at := len(b); number > 0; number /= 10 {
		digit := t.digits[number%10]
		at -= len(digit)
		for j := range len(digit) {
			b[at+j] = digit[j]
		}
	}
	return b
}

// hashes are evenly spread 128-bit numbers, one in each gap of the upper half.
type hashes struct{ gap uint64 }

func (h hashes) appendName(b []byte, position int) []byte {
	jitter, _ := bits.Mul64(scramble(uint64(position)), h.gap)
	b = appendHex(b, uint64(position)*h.gap+jitter)
	return appendHex(b, scramble(^uint64(position)))
}

func appendHex(b []byte, n uint64) []byte {
	var text [16]byte
	for i := len(text) - 2; i >= 0; i -= 2 {
		pair := hexPairs[n&255]
		text[i], text[i+1] = pair[0], pair[1]
		n >>= 8
	}
	return append(b, text[:]...)
}

var hexPairs = func() (pairs [256][2]byte) {
	const lowerHex = "0123456789abcdef"
	for i := range pairs {
		pairs[i] = [2]byte{lowerHex[i>>4], lowerHex[i&15]}
	}
	return pairs
}()

// scramble makes a number look like chance: the finalizer of SplitMix64.
func scramble(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
