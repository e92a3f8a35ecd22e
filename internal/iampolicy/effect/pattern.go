package effect

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Tokens of a compiled pattern that are not literal runes. No text holds negative
// runes.
const (
	anyRun     rune = -1 // *
	anyOne     rune = -2 // ?
	segmentRun rune = -3 // * before the last segment of an ARN
	segmentOne rune = -4 // ? before the last segment of an ARN
)

// arnSegments is how many parts, separated by colons, an ARN has.
const arnSegments = 6

// pattern is a compiled pattern. An open one holds a policy variable of unknown
// value: that it matches means that it may match.
type pattern struct {
	text   string
	tokens []rune
	fold   bool // ignores case
	open   bool
	never  bool // matches nothing
}

type syntax struct {
	wildcards, variables, fold bool
	arn                        bool // wildcards stay within a segment
	known                      map[string]string
}

func compile(text string, s syntax) pattern {
	p := pattern{text: text, fold: s.fold}
	for rest := text; rest != ""; {
		if s.variables && strings.HasPrefix(rest, "${") {
			if name, after, ok := strings.Cut(rest[2:], "}"); ok {
				rest = after
				p.variable(name, s)
				continue
			}
		}
		r := []rune(rest)[0]
		rest = rest[len(string(r)):]
		switch {
		case s.wildcards && r == '*':
			r = anyRun
		case s.wildcards && r == '?':
			r = anyOne
		}
		p.tokens = append(p.tokens, r)
	}
	if s.arn {
		p.toARN()
	}
	return p
}

// variable adds the value of a policy variable, or what matches any value.
func (p *pattern) variable(name string, s syntax) {
	if name == "*" || name == "?" || name == "$" {
		p.tokens = append(p.tokens, rune(name[0]))
		return
	}
	bare, _, _ := strings.Cut(name, ",")
	if value, ok := s.known[strings.ToLower(strings.TrimSpace(bare))]; ok {
		p.tokens = append(p.tokens, []rune(value)...)
		return
	}
	p.tokens = append(p.tokens, anyRun)
	p.open = true
}

// toARN keeps wildcards within their segments. An ARN of fewer segments matches
// nothing; "*" matches everything.
func (p *pattern) toARN() {
	if len(p.tokens) == 1 && p.tokens[0] == anyRun {
		return
	}
	colons := 0
	for i, t := range p.tokens {
		switch {
		case t == ':':
			colons++
		case colons < arnSegments-1 && t == anyRun:
			p.tokens[i] = segmentRun
		case colons < arnSegments-1 && t == anyOne:
			p.tokens[i] = segmentOne
		}
	}
	p.never = colons < arnSegments-1
}

// positions are the tokens that a pattern may stand at after it has consumed a
// part of a text, in ascending order.
type positions []int

func (p pattern) start() positions {
	if p.never {
		return nil
	}
	return p.closure(positions{0})
}

// closure adds what is reached without consuming anything.
func (p pattern) closure(at positions) positions {
	for i := 0; i < len(at); i++ {
		if n := at[i]; n < len(p.tokens) && (p.tokens[n] == anyRun || p.tokens[n] == segmentRun) && !slices.Contains(at, n+1) {
			at = append(at, n+1)
		}
	}
	slices.Sort(at)
	return at
}

func (p pattern) step(at positions, r rune) positions {
	var next positions
	add := func(n int) {
		if !slices.Contains(next, n) {
			next = append(next, n)
		}
	}
	for _, n := range at {
		if n == len(p.tokens) {
			continue
		}
		switch t := p.tokens[n]; {
		case t == anyRun, t == segmentRun && r != ':':
			add(n)
		case t == anyOne, t == segmentOne && r != ':', p.sameRune(t, r):
			add(n + 1)
		}
	}
	return p.closure(next)
}

func (p pattern) accepts(at positions) bool { return slices.Contains(at, len(p.tokens)) }

func (p pattern) match(text string) bool {
	at := p.start()
	for _, r := range text {
		if at = p.step(at, r); len(at) == 0 {
			return false
		}
	}
	return p.accepts(at)
}

func (p pattern) sameRune(t, r rune) bool {
	return t == r || p.fold && t >= 0 && strings.EqualFold(string(t), string(r))
}

// expected are the runes that move the pattern from a position as no other rune
// does.
func (p pattern) expected(at positions) []rune {
	var runes []rune
	for _, n := range at {
		if n == len(p.tokens) {
			continue
		}
		switch t := p.tokens[n]; {
		case t == segmentRun, t == segmentOne:
			runes = append(runes, ':')
		case t >= 0 && p.fold:
			runes = append(runes, unicode.ToLower(t), unicode.ToUpper(t))
		case t >= 0:
			runes = append(runes, t)
		}
	}
	return runes
}

// key tells patterns apart that match differently.
func (p pattern) key() string {
	tokens := make([]string, len(p.tokens))
	for i, t := range p.tokens {
		tokens[i] = strconv.Itoa(int(t))
	}
	key := strings.Join(tokens, " ") + strconv.FormatBool(p.fold) + strconv.FormatBool(p.never)
	if p.open {
		key += p.text
	}
	return key
}

// covers reports whether one pattern, with wildcards, matches all that another
// does.
func covers(wide, narrow string) bool {
	patterns := []pattern{compile(wide, syntax{wildcards: true}), compile(narrow, syntax{wildcards: true})}
	list, ok := classesOf(patterns, "")
	return ok && !slices.ContainsFunc(list, func(c class) bool { return c.matches[1] && !c.matches[0] })
}
