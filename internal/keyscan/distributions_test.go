package keyscan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// distributions are ways in which buckets name their keys, n of them each.
var distributions = map[string]func(n int) keySpace{
	"flat counter":      counter,
	"long zeros":        func(n int) keySpace { return keySpace{n, func(i int) string { return fmt.Sprintf("%020d.mp4", i) }} },
	"unpadded counter":  unpaddedCounter,
	"date tree":         dateTree,
	"one hot prefix":    hotPrefix,
	"hashes":            hashes,
	"zipf":              zipf,
	"users":             users,
	"unicode":           scripts,
	"odd runes":         oddRunes,
	"control":           func(n int) keySpace { return positional(n, "\x01\x02\x09\x0a\x1f !%&+<>\x7f", "a%2F", ".mp4") },
	"last byte differs": func(n int) keySpace { return positional(n, "abcdefgh", strings.Repeat("x", 1000)+"/", "") },
	"two trees":         twoTrees,

	"benchmark dates":   synthetic(fakeaws.ShapeDates),
	"benchmark counter": synthetic(fakeaws.ShapeCounter),
	"benchmark hot":     synthetic(fakeaws.ShapeHot),
	"benchmark hashes":  synthetic(fakeaws.ShapeHashes),
	"benchmark zipf":    synthetic(fakeaws.ShapeZipf),
	"benchmark unicode": synthetic(fakeaws.ShapeUnicode),
}

// synthetic names keys as the buckets of the benchmarks do.
func synthetic(shape fakeaws.Shape) func(n int) keySpace {
	return func(n int) keySpace {
		key, err := fakeaws.Synthetic{Keys: n, Shape: shape}.KeyAt()
		if err != nil {
			panic(err)
		}
		return keySpace{n, key}
	}
}

// positional writes numbers with an alphabet, so that order is kept.
func positional(n int, alphabet, before, after string) keySpace {
	runes := []rune(alphabet)
	width := 1
	for most := len(runes); most < n; most *= len(runes) {
		width++
	}
	return keySpace{n, func(i int) string {
		digits := make([]rune, width)
		for at := width - 1; at >= 0; at-- {
			digits[at] = runes[i%len(runes)]
			i /= len(runes)
		}
		return before + string(digits) + after
	}}
}

func oddRunes(n int) keySpace {
	return positional(n, "aeé\u0416\u0424\u07ff\u0800\u4e16\u754c\ud7ff\ue000\uffff\U00010000\U0001f3ac\U0010ffff", "видео/", ".mp4")
}

// scripts has folders with names in many scripts.
func scripts(n int) keySpace {
	names := []string{
		"Überblick", "clips", "grüne Wiese", "écran", "Жизнь", "видео", "съёмка/2024", "съёмка/2025", "תיעוד", "فيديو",
		"वीडियो", "วิดีโอ", "ビデオ", "動画/春", "動画/秋", "影片", "视频", "비디오", "🎬", "🎬🎥",
	}
	slices.Sort(names)
	sizes := make([]int, len(names))
	for i := range sizes {
		sizes[i] = n / len(names)
	}
	sizes[0] += n % len(names)
	return grouped(names, sizes)
}

func unpaddedCounter(n int) keySpace {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("video-%d.mp4", i)
	}
	slices.Sort(keys)
	return keysOf(keys)
}

// dateTree spreads the keys over three years and six cameras.
func dateTree(n int) keySpace {
	const cameras, days = 6, 3 * 365
	perCamera := max(1, n/(days*cameras))
	start := time.Date(2022, 3, 1, 0, 0, 0, 0, time.UTC)
	return keySpace{n, func(i int) string {
		camera, clip := i/perCamera, i%perCamera
		day := start.AddDate(0, 0, camera/cameras)
		second := clip * 86400 / perCamera
		return fmt.Sprintf("raw/%s/cam-%c/%02d%02d%02d.mp4", day.Format("2006/01/02"), 'a'+camera%cameras, second/3600, second/60%60, second%60)
	}}
}

// hotPrefix has 95 % of the keys under one of many prefixes.
func hotPrefix(n int) keySpace {
	hot := n * 95 / 100
	before := (n - hot) / 2
	return keySpace{n, func(i int) string {
		switch {
		case i < before:
			return fmt.Sprintf("%c/%06d.mp4", 'a'+i*7/before, i)
		case i < before+hot:
			return fmt.Sprintf("hot/2024/%08d.mp4", i-before)
		}
		return fmt.Sprintf("%c/%06d.mp4", 'i'+(i-before-hot)*17/(n-before-hot), i)
	}}
}

func hashes(n int) keySpace {
	step := ^uint64(0) / uint64(n)
	return keySpace{n, func(i int) string {
		jitter := uint64(i) * 0x9E3779B97F4A7C15 % step
		return fmt.Sprintf("%016x-%08x.mp4", uint64(i)*step+jitter, uint32(i)*2654435761)
	}}
}

// grouped has groups of the given sizes, by rising name.
func grouped(names []string, sizes []int) keySpace {
	ends := make([]int, len(sizes))
	n := 0
	for i, size := range sizes {
		n += size
		ends[i] = n
	}
	return keySpace{n, func(i int) string {
		g := sort.SearchInts(ends, i+1)
		return fmt.Sprintf("%s/take %06d.mp4", names[g], i-(ends[g]-sizes[g]))
	}}
}

func randomNames(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	names := map[string]bool{}
	for len(names) < n {
		name := make([]byte, 4+r.IntN(8))
		for i := range name {
			name[i] = 'a' + byte(r.IntN(26))
		}
		names[string(name)] = true
	}
	var sorted []string
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return sorted
}

// zipf has a few users with most of the keys, and many with few.
func zipf(n int) keySpace {
	names := randomNames(2000)
	ranks := rand.New(rand.NewPCG(3, 4)).Perm(len(names))
	var sum float64
	for i := range names {
		sum += 1 / float64(i+1)
	}
	sizes := make([]int, len(names))
	left := n
	for i, rank := range ranks {
		sizes[i] = min(left, int(float64(n)/float64(rank+1)/sum))
		left -= sizes[i]
	}
	sizes[len(sizes)-1] += left
	return grouped(names, sizes)
}

// users has many users with about a hundred keys each.
func users(n int) keySpace {
	names := randomNames(max(1, n/100))
	sizes := make([]int, len(names))
	for i := range sizes {
		sizes[i] = n / len(sizes)
	}
	sizes[0] += n - n/len(sizes)*len(sizes)
	return grouped(names, sizes)
}

// twoTrees has one deep tree behind another, so that nothing seen in the first
// tells of the second.
func twoTrees(n int) keySpace {
	half := n / 2
	return keySpace{n, func(i int) string {
		if i < half {
			return fmt.Sprintf("archive/originals/%07d.mp4", i)
		}
		return fmt.Sprintf("proxies/h264/low/%s.mp4", fmt.Sprintf("%07x", (i-half)*17))
	}}
}
