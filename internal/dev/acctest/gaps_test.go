package acctest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGapsNameTests keeps the table from skipping tests that are gone.
func TestGapsNameTests(t *testing.T) {
	files, err := filepath.Glob("../../provider/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %d files", err, len(files))
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	for server, all := range gaps {
		for _, gap := range all {
			for _, pattern := range gap.Tests {
				top, _, _ := strings.Cut(pattern, "/")
				if expression := regexp.MustCompile("^" + top); !matchesAny(expression, names) {
					t.Errorf("%s, %s: no test is named %s", server, gap.Part, pattern)
				}
			}
		}
	}
}

func matchesAny(expression *regexp.Regexp, names []string) bool {
	for _, name := range names {
		if expression.MatchString(name) {
			return true
		}
	}
	return false
}
