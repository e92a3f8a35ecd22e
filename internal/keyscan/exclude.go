package keyscan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// maxKeyLen is the longest key that S3 takes, in bytes.
const maxKeyLen = s3wire.MaxKey

// afterPrefix returns a key to start after in order to get past all keys that
// begin with prefix. Keys that begin with prefix and the last of all runes are
// not passed, so that they still need filtering.
func afterPrefix(prefix string) string {
	if len(prefix)+utf8.UTFMax > maxKeyLen {
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
