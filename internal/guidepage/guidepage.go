// Package guidepage fills the parts of the guides' templates that programs write.
package guidepage

import (
	"fmt"
	"strings"
)

// Fill replaces what a page has between two lines, of which each ends in a line
// break.
func Fill(page, begin, end, text string) (string, error) {
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the page has no place between %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + "\n" + text + "\n" + end + after, nil
}
