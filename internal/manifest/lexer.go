package manifest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	// maxToken bounds a string or number, in bytes of the document. A key of 1,024
	// bytes has at most six times as many.
	maxToken = 64 << 10
	// maxDepth bounds the nesting of values that are skipped.
	maxDepth = 100
)

// lexer reads JSON of any length in the memory of one token. It takes exactly what
// encoding/json takes, within its limits.
type lexer struct {
	r    *bufio.Reader
	at   int64 // bytes read
	long []byte
}

func newLexer(r io.Reader) *lexer { return &lexer{r: bufio.NewReaderSize(r, maxToken)} }

// peek returns the first byte of what comes after white space, without reading it.
func (l *lexer) peek() (byte, error) {
	for {
		c, err := l.r.ReadByte()
		if err != nil {
			return 0, l.broken(err)
		}
		switch c {
		case ' ', '\t', '\r', '\n':
			l.at++
			continue
		}
		return c, l.r.UnreadByte()
	}
}

// punctuation reads a byte that has to come.
func (l *lexer) punctuation(want byte, where string) error {
	c, err := l.peek()
	if err != nil {
		return err
	}
	if c != want {
		return notManifest("%s at byte %d has %q where %q belongs", where, l.at, c, want)
	}
	return l.advance()
}

// advance reads the byte that peek showed.
func (l *lexer) advance() error {
	l.at++
	_, err := l.r.Discard(1)
	return err
}

// more reads the comma between elements, or the end, and reports
// whether an element follows.
func (l *lexer) more(first bool, end byte, where string) (bool, error) {
	c, err := l.peek()
	switch {
	case err != nil:
		return false, err
	case c == end:
		return false, l.advance()
	case first:
		return true, nil
	}
	return true, l.punctuation(',', where)
}

// object reads an object, and has each of its values read.
func (l *lexer) object(what string, value func(name string) error) error {
	if err := l.punctuation('{', what); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := l.more(first, '}', what)
		if err != nil || !more {
			return err
		}
		raw, err := l.quoted()
		if err != nil {
			return err
		}
		name, known := members[string(raw)]
		if !known {
			if name, err = unquote(raw); err != nil {
				return l.invalid(raw)
			}
		}
		if err := l.punctuation(':', what); err != nil {
			return err
		}
		if err := value(name); err != nil {
			return err
		}
	}
}

// members are the names that a manifest has, as they are usually written: looking
// them up here makes no garbage.
var members = map[string]string{
	`"videos"`: "videos", `"generatedAt"`: "generatedAt", `"key"`: "key", `"size"`: "size", `"lastModified"`: "lastModified",
	`"etag"`: "etag", `"storageClass"`: "storageClass", `"info"`: "info",
}

// array reads an array, and has each of its elements read.
func (l *lexer) array(what string, element func() error) error {
	if err := l.punctuation('[', what); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := l.more(first, ']', what)
		if err != nil || !more {
			return err
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// skip passes over a value.
func (l *lexer) skip(depth int) error {
	if depth > maxDepth {
		return notManifest("values at byte %d nest more than %d deep", l.at, maxDepth)
	}
	c, err := l.peek()
	switch {
	case err != nil:
		return err
	case c == '{':
		return l.object("an object", func(string) error { return l.skip(depth + 1) })
	case c == '[':
		return l.array("a list", func() error { return l.skip(depth + 1) })
	}
	raw, err := l.scalar()
	if err == nil && !json.Valid(raw) {
		err = l.invalid(raw)
	}
	return err
}

// scalar reads a string, a number or a word, as it is written. It is good until
// the next call.
func (l *lexer) scalar() ([]byte, error) {
	c, err := l.peek()
	if err != nil {
		return nil, err
	}
	if c == '"' {
		return l.quoted()
	}
	l.long = l.long[:0]
	for len(l.long) <= maxToken {
		c, err := l.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && len(l.long) > 0:
			return l.long, nil
		case err != nil:
			return nil, l.broken(err)
		case bytes.IndexByte([]byte(" \t\r\n,:{}[]\""), c) >= 0:
			if len(l.long) == 0 {
				return nil, notManifest("there is %q at byte %d where a value belongs", c, l.at)
			}
			return l.long, l.r.UnreadByte()
		}
		l.at++
		l.long = append(l.long, c)
	}
	return nil, l.tooLong()
}

// quoted reads a string with its quotation marks.
func (l *lexer) quoted() ([]byte, error) {
	if c, err := l.peek(); err != nil || c != '"' {
		if err == nil {
			err = notManifest("there is %q at byte %d where a string belongs", c, l.at)
		}
		return nil, err
	}
	l.long = append(l.long[:0], '"')
	if err := l.advance(); err != nil {
		return nil, err
	}
	for {
		part, err := l.r.ReadSlice('"')
		l.at += int64(len(part))
		l.long = append(l.long, part...)
		switch {
		case len(l.long) > maxToken:
			return nil, l.tooLong()
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, l.broken(err)
		case !escaped(l.long):
			return l.long, nil
		}
	}
}

// escaped reports whether the quotation mark at the end of a string is a part of
// it.
func escaped(raw []byte) bool {
	n := 0
	for i := len(raw) - 2; i > 0 && raw[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// end fails if anything follows.
func (l *lexer) end() error {
	for {
		c, err := l.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return l.broken(err)
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return notManifest("something follows its end, at byte %d", l.at)
		}
		l.at++
	}
}

// broken tells a document that ends too early from a reader that failed, such as a
// download that broke off.
func (l *lexer) broken(err error) error {
	if errors.Is(err, io.EOF) {
		return notManifest("it ends in the middle")
	}
	return fmt.Errorf("reading the manifest: %w", err)
}

func (l *lexer) tooLong() error {
	return notManifest("a value before byte %d has more than %d bytes", l.at, maxToken)
}

// invalid says that what was just read is not JSON.
func (l *lexer) invalid(raw []byte) error {
	const most = 40
	if len(raw) > most {
		raw = raw[:most]
	}
	return notManifest("%q before byte %d is not JSON", raw, l.at)
}

// unquote gives the text of a string, as encoding/json does.
func unquote(raw []byte) (string, error) {
	inner := raw[1 : len(raw)-1]
	for _, c := range inner {
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			var text string
			err := json.Unmarshal(raw, &text)
			return text, err
		}
	}
	return string(inner), nil
}

// ErrNotManifest says that a document is not a manifest. It may be somebody's data, so it
// is not overwritten.
var ErrNotManifest = errors.New("not a manifest")

func notManifest(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotManifest, fmt.Sprintf(format, args...))
}
