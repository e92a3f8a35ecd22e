package keyscan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan/listpage"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// cursor is a place in a listing: what has been seen of it, and how to ask for
// what comes next.
type cursor struct {
	token string // continues the page before; "" at the start and after a jump
	after string // StartAfter, when there is no token
	first []byte // the first key of the last page
	last  []byte // the last key seen, or what was started after
	ended bool   // the last page of all was seen

	// detour is the place before a jump, which is gone back to when the server
	// ignores StartAfter.
	detour *cursor
	jumped bool // keys were skipped, relying on their order
	noJump bool

	// verifying says that what follows the last key is asked for again, because a
	// last page without a key followed a page that promised more.
	verifying bool

	empties   int             // pages in a row without a key
	unordered bool            // keys come in an order of the server's own
	tokens    map[string]bool // all that were used, once order proves no progress
}

// errVerify says that a listing ended with a page without a key although the page
// before promised more. Some servers lose their place between two pages; cursor.verify
// tells them from those that only count badly.
var errVerify = errors.New("the last page has no key although more was promised")

// misplaced says that a page does not lie behind the one before it.
type misplaced struct{ key, last string }

func (m misplaced) Error() string {
	return fmt.Sprintf("%v: %q came after %q", ErrUnordered, m.key, m.last)
}

func (m misplaced) Unwrap() error { return ErrUnordered }

// check judges an answer before anything of it is used. A misplaced error
// leaves the cursor as it was.
func (c *cursor) check(p *listpage.Page) error {
	switch {
	case p.Truncated && p.Token == "":
		return ErrNoToken
	case p.Truncated && (p.Token == c.token || c.tokens[p.Token]):
		return fmt.Errorf("%w: it repeats the token %q", ErrNoProgress, p.Token)
	case p.Count == 0 && !p.Truncated && c.token != "" && len(c.last) > 0:
		if c.unordered {
			return ErrIncomplete
		}
		return errVerify
	case p.Count == 0:
		if c.empties++; p.Truncated && c.empties > s3wire.MaxEmpties {
			return fmt.Errorf("%w: %d pages without a key followed one another", ErrNoProgress, c.empties)
		}
		return nil
	case c.verifying && bytes.Compare(p.First, c.last) <= 0: // StartAfter has no effect
		return ErrIncomplete
	case c.unordered && bytes.Equal(p.First, c.first) && bytes.Equal(p.Last, c.last):
		return fmt.Errorf("%w: it repeats the keys from %q to %q", ErrNoProgress, p.First, p.Last)
	case !c.unordered && (p.Unordered || len(c.last) > 0 && bytes.Compare(p.First, c.last) <= 0):
		return misplaced{string(p.First), string(c.last)}
	}
	c.empties = 0
	return nil
}

// verify makes the cursor ask for what follows the last key without the server's
// token.
func (c *cursor) verify() { c.token, c.after, c.verifying = "", string(c.last), true }

// reroute finds a way on after a misplaced page, and reports whether there is
// one. When the cursor has just jumped, that is the way without the jump, and
// the page is to be forgotten. Otherwise the server keeps an order of its own,
// and the page is to be taken as it is.
func (c *cursor) reroute() (again, ok bool) {
	switch {
	case c.detour != nil:
		*c = *c.detour
		c.noJump = true
		return true, true
	case c.jumped:
		return false, false
	}
	c.unordered, c.noJump, c.tokens = true, true, map[string]bool{}
	return false, true
}

// advance moves the cursor behind a page. Where the page ends among excluded
// keys, the next one starts behind them.
func (c *cursor) advance(p *listpage.Page, ex exclusions) {
	if c.detour != nil {
		c.jumped, c.detour = true, nil
	}
	c.token, c.after, c.ended, c.verifying = p.Token, "", !p.Truncated, false
	if c.unordered {
		c.tokens[p.Token] = true
	}
	if p.Count == 0 {
		return
	}
	c.last = append(c.last[:0], p.Last...)
	if c.noJump || !p.Truncated {
		return
	}
	if prefix, excluded := ex.of(c.last); excluded {
		if past := afterPrefix(prefix); past > string(c.last) {
			detour := *c
			c.detour, c.token, c.after, c.last = &detour, "", past, []byte(past)
		}
	}
}

// afterPrefix returns a key to start after in order to get past all keys that
// begin with prefix. Keys that begin with prefix and the last of all runes are
// not passed, so that they still need filtering.
func afterPrefix(prefix string) string {
	if len(prefix)+utf8.UTFMax > s3wire.MaxKey {
		return prefix
	}
	return prefix + string(utf8.MaxRune)
}

// exclusions are prefixes in byte order, none of which is a prefix of another.
type exclusions []string

func newExclusions(prefixes []string) exclusions {
	sorted := slices.Clone(prefixes)
	slices.Sort(sorted)
	var ex exclusions
	for _, p := range sorted {
		if len(ex) == 0 || !strings.HasPrefix(p, ex[len(ex)-1]) {
			ex = append(ex, p)
		}
	}
	return ex
}

// of returns the prefix that leaves key out.
func (ex exclusions) of(key []byte) (prefix string, excluded bool) {
	// No prefix nests in another, so only the last one at or before the key can
	// be its prefix.
	i, found := slices.BinarySearchFunc(ex, key, func(p string, key []byte) int { return strings.Compare(p, string(key)) })
	if found {
		return ex[i], true
	}
	if i == 0 || !strings.HasPrefix(string(key), ex[i-1]) {
		return "", false
	}
	return ex[i-1], true
}

// touch reports whether a key from first to last can be left out.
func (ex exclusions) touch(first, last []byte) bool {
	if len(ex) == 0 {
		return false
	}
	if _, excluded := ex.of(first); excluded {
		return true
	}
	return slices.ContainsFunc(ex, func(p string) bool { return p > string(first) && p <= string(last) })
}

// excludeFrom leaves out the objects of a page that the exclusions are about.
func (ex exclusions) excludeFrom(p *listpage.Page) {
	if p.Count > 0 && (p.Unordered || ex.touch(p.First, p.Last)) {
		p.Keep(func(key []byte) bool { _, excluded := ex.of(key); return !excluded })
	}
}
