package tftype

import (
	"strings"
	"testing"
)

func TestAnyObjectKey(t *testing.T) {
	check(t, AnyObjectKey(), map[string]string{
		"a.mp4": "", "/a.mp4": "", "//a//b.mp4": "", strings.Repeat("a", 1024): "",
		"":                        "it is empty",
		strings.Repeat("a", 1025): "more than 1,024 bytes",
		"a\xff":                   "not UTF-8",
	})
}

func TestSomeKeyPrefix(t *testing.T) {
	check(t, SomeKeyPrefix(), map[string]string{
		"clips/": "", "c": "",
		"":                        "To name no prefix, leave the argument out.",
		"/clips":                  "it begins with a slash",
		strings.Repeat("a", 1025): "more than 1,024 bytes",
	})
}
