package effect

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of a search. Beyond them a comparison gives up and reports all that may
// be lost.
const (
	maxStates  = 20_000
	maxClasses = 4_096
)

// class stands for all texts that the same patterns match, such as all keys that
// begin with one prefix and not with another.
type class struct {
	value   string // one of the texts
	absent  bool   // no text: the request lacks the condition key
	matches []bool // by pattern
}

// classesOf sorts all texts by the patterns that they match. The patterns have
// consumed the beginning of the text already, which is not part of the values. ok is
// false if there are too many classes.
func classesOf(patterns []pattern, beginning string) (list []class, ok bool) {
	type state struct {
		value string
		at    []positions
	}
	first := state{at: make([]positions, len(patterns))}
	for i, p := range patterns {
		first.at[i] = p.start()
		for _, r := range beginning {
			first.at[i] = p.step(first.at[i], r)
		}
	}
	other := unusedRune(patterns)
	seen := map[string]bool{stateKey(first.at): true}
	found := map[string]bool{}
	for queue := []state{first}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		c := class{value: s.value, matches: make([]bool, len(patterns))}
		var vector strings.Builder
		for i, p := range patterns {
			c.matches[i] = p.accepts(s.at[i])
			vector.WriteString(strconv.FormatBool(c.matches[i]))
		}
		if !found[vector.String()] {
			found[vector.String()] = true
			list = append(list, c)
		}
		var runes []rune
		for i, p := range patterns {
			runes = append(runes, p.expected(s.at[i])...)
		}
		slices.Sort(runes)
		for _, r := range append([]rune{other}, slices.Compact(runes)...) {
			next := state{value: s.value + string(r), at: make([]positions, len(patterns))}
			for i, p := range patterns {
				next.at[i] = p.step(s.at[i], r)
			}
			if key := stateKey(next.at); !seen[key] {
				seen[key] = true
				queue = append(queue, next)
			}
		}
		if len(seen) > maxStates || len(list) > maxClasses {
			return nil, false
		}
	}
	return list, true
}

// fork splits the classes that an open pattern may or may not match.
func fork(list []class, patterns []pattern) ([]class, bool) {
	for i, p := range patterns {
		if !p.open {
			continue
		}
		for _, c := range list {
			if c.matches[i] {
				c.matches = slices.Clone(c.matches)
				c.matches[i] = false
				list = append(list, c)
			}
		}
		if len(list) > maxClasses {
			return nil, false
		}
	}
	return list, true
}

func stateKey(at []positions) string {
	var key []byte
	for _, p := range at {
		for _, n := range p {
			key = strconv.AppendInt(key, int64(n), 36)
			key = append(key, ',')
		}
		key = append(key, ';')
	}
	return string(key)
}

// unusedRune is one that no pattern speaks of.
func unusedRune(patterns []pattern) rune {
	used := func(r rune) bool {
		return slices.ContainsFunc(patterns, func(p pattern) bool {
			return slices.ContainsFunc(p.tokens, func(t rune) bool { return t >= 0 && strings.EqualFold(string(t), string(r)) })
		})
	}
	for _, r := range "xyzw0123456789abcdefghijklmnopqrstuv" {
		if !used(r) {
			return r
		}
	}
	r := rune(0xE000) // private use
	for used(r) {
		r++
	}
	return r
}
