package acctest

import (
	"regexp"
	"strings"
)

// Message matches words in the output of Terraform, which breaks lines where it
// likes.
func Message(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}
