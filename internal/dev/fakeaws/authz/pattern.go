package authz

import (
	"errors"
	"slices"
	"strings"
)

// Wildcards in compiled patterns; no text holds negative runes.
const (
	anyRun rune = -1 // *
	anyOne rune = -2 // ?
)

// pattern is text with wildcards and policy variables.
type pattern struct {
	text  string // as it was written
	parts []part
	fold  bool // ignores case
}

// part is either text or a variable.
type part struct {
	text     []rune
	variable string  // a condition key in lower case
	fallback *string // stands in for an absent variable
}

type syntax struct {
	wildcards, variables, fold bool
}

// compile fails on a variable that is malformed.
func compile(text string, s syntax) (pattern, error) {
	p := pattern{text: text, fold: s.fold}
	var literal []rune
	for rest := text; rest != ""; {
		if s.variables && strings.HasPrefix(rest, "${") {
			name, after, ok := strings.Cut(rest[2:], "}")
			if !ok {
				return pattern{}, errors.New("a policy variable is not closed")
			}
			rest = after
			if name == "*" || name == "?" || name == "$" {
				literal = append(literal, rune(name[0]))
				continue
			}
			v, err := compileVariable(name)
			if err != nil {
				return pattern{}, err
			}
			p.parts = append(p.parts, part{text: literal}, v)
			literal = nil
			continue
		}
		r := []rune(rest)[0]
		rest = rest[len(string(r)):]
		switch {
		case s.wildcards && r == '*':
			r = anyRun
		case s.wildcards && r == '?':
			r = anyOne
		}
		literal = append(literal, r)
	}
	p.parts = append(p.parts, part{text: literal})
	return p, nil
}

// compileVariable takes "aws:username" or "aws:username, 'nobody'".
func compileVariable(text string) (part, error) {
	name, fallback, has := strings.Cut(text, ",")
	name = strings.TrimSpace(name)
	if !strings.Contains(name, ":") {
		return part{}, errors.New("unknown policy variable " + name)
	}
	v := part{variable: strings.ToLower(name)}
	if has {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return part{}, errors.New("the default of policy variable " + name + " is not quoted")
		}
		fallback = fallback[1 : len(fallback)-1]
		v.fallback = &fallback
	}
	return v, nil
}

// expand fills in the variables, whose values hold no wildcards. A variable
// that is absent, or has several values, makes the pattern match nothing.
func (p pattern) expand(context map[string][]string) (tokens []rune, ok bool) {
	for _, part := range p.parts {
		if part.variable == "" {
			tokens = append(tokens, part.text...)
			continue
		}
		switch values := context[part.variable]; {
		case len(values) == 1:
			tokens = append(tokens, []rune(values[0])...)
		case len(values) == 0 && part.fallback != nil:
			tokens = append(tokens, []rune(*part.fallback)...)
		default:
			return nil, false
		}
	}
	return tokens, true
}

func (p pattern) match(value string, context map[string][]string) bool {
	tokens, ok := p.expand(context)
	return ok && glob(tokens, []rune(value), p.fold)
}

// matchARN compares ARNs segment by segment, so that a wildcard does not reach
// over a colon; the last segment may hold colons.
func (p pattern) matchARN(arn string, context map[string][]string) bool {
	tokens, ok := p.expand(context)
	if !ok {
		return false
	}
	if len(tokens) == 1 && tokens[0] == anyRun {
		return true
	}
	want, have := segments(tokens), segments([]rune(arn))
	if len(want) != arnSegments || len(have) != arnSegments {
		return false
	}
	for i := range want {
		if !glob(want[i], have[i], p.fold) {
			return false
		}
	}
	return true
}

const arnSegments = 6

func segments(arn []rune) [][]rune {
	var out [][]rune
	for len(out) < arnSegments-1 {
		i := slices.Index(arn, ':')
		if i < 0 {
			break
		}
		out = append(out, arn[:i])
		arn = arn[i+1:]
	}
	return append(out, arn)
}

// glob backtracks to the last * only, which suffices.
func glob(tokens, value []rune, fold bool) bool {
	t, v := 0, 0
	star, resume := -1, 0
	for v < len(value) {
		switch {
		case t < len(tokens) && tokens[t] == anyRun:
			star, resume = t, v
			t++
		case t < len(tokens) && (tokens[t] == anyOne || sameRune(tokens[t], value[v], fold)):
			t++
			v++
		case star >= 0:
			resume++
			t, v = star+1, resume
		default:
			return false
		}
	}
	for t < len(tokens) && tokens[t] == anyRun {
		t++
	}
	return t == len(tokens)
}

func sameRune(a, b rune, fold bool) bool {
	return a == b || fold && a >= 0 && strings.EqualFold(string(a), string(b))
}
