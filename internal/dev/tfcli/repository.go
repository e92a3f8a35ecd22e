package tfcli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Root is the folder of the provider's go.mod, looked for from the working
// directory upwards.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module github.com/parafovea/terraform-provider-fovea\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the working directory is not in the provider's repository")
		}
		dir = parent
	}
}

// FillPage replaces the part of a page that a program writes: what is between the
// lines begin and end. Both end in a line break, and text does too.
func FillPage(page, begin, end, text string) (string, error) {
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the page has no part between %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + "\n" + text + "\n" + end + after, nil
}
