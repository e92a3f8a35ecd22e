package keyscan

import (
	"encoding/json"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

const (
	// mostQuantiles and mostQuantileBytes bound what Scanner.Quantiles returns.
	mostQuantiles     = 63
	mostQuantileBytes = 4 << 10
	// pagesBetween is how many pages lie between two quantiles at least. Where
	// keys came or went, half of the last page of a range is its neighbour's, on average.
	pagesBetween = 4
	// mostMarks is the number of marks at which every other one is dropped.
	mostMarks = 1024
	pageKeys  = 1000 // of a page that is full
)

// Quantiles returns keys that divide what was listed into about equal parts, for
// the next scan of the bucket; see Options.Quantiles. They are at most 63, and at most
// 4 KiB of JSON, which is how a state keeps them. Each was the last key of a page, so
// that a range in which nothing has changed since ends with a full page.
//
// There are none before a scan has come to its end, none of a bucket that is small,
// and none of a server that cannot be asked for ranges. They may be asked for once the
// sequence has ended.
func (s *Scanner) Quantiles() []string {
	if !s.complete || s.counts.sequential.Load() {
		return nil
	}
	return s.tally.quantiles()
}

// tally marks keys at even distances in a listing of which the length is not known.
type tally struct {
	every int // keys from one mark to the next
	since int // keys listed since the last mark
	marks []string
}

// add counts so many keys, of which this is the last.
func (t *tally) add(keys int, last string) {
	t.every = max(t.every, pageKeys)
	if t.since += keys; t.since < t.every {
		return
	}
	t.since %= t.every
	if t.marks = append(t.marks, last); len(t.marks) < mostMarks {
		return
	}
	for i := range mostMarks / 2 {
		t.marks[i] = t.marks[2*i+1]
	}
	clear(t.marks[mostMarks/2:])
	t.marks, t.every = t.marks[:mostMarks/2], 2*t.every
}

func (t *tally) quantiles() []string {
	pages := len(t.marks) * t.every / pageKeys
	if pages <= sequentialPages {
		return nil
	}
	for n := halving(min(mostQuantiles, pages/pagesBetween-1)); n > 0; n /= 2 {
		chosen := spread(t.marks, n)
		if text, err := json.Marshal(chosen); err == nil && len(text) <= mostQuantileBytes {
			return chosen
		}
	}
	return nil
}

// halving is the largest number up to n of keys that divide a range into halves, these
// into halves, and so on. Of so many keys, fewer of such a number can be chosen that
// divide the range just as evenly.
func halving(n int) int { return 1<<(bits.Len(uint(n+1))-1) - 1 }

// spread chooses n of the keys, which divide them evenly.
func spread(keys []string, n int) []string {
	chosen := make([]string, n)
	for i := range chosen {
		chosen[i] = keys[(i+1)*len(keys)/(n+1)]
	}
	return chosen
}

// divisions are those of the quantiles that what lies behind the cursor can be
// divided at, and no more than there are workers for. Nothing is taken for granted of
// quantiles: they may be another bucket's.
func (s *Scanner) divisions(c *cursor) []string {
	var usable []string
	last := string(c.last)
	for _, key := range s.options.Quantiles {
		if prefix, excluded := s.exclusions.of([]byte(key)); excluded {
			key = afterPrefix(prefix)
		}
		if key <= last || len(key) > s3wire.MaxKey || !strings.HasPrefix(key, s.options.Prefix) || !utf8.ValidString(key) {
			continue
		}
		usable = append(usable, key)
		last = key
	}
	if most := s.options.Concurrency - 1; len(usable) > most {
		return spread(usable, halving(most))
	}
	return usable
}
