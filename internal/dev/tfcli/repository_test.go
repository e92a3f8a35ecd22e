package tfcli

import (
	"strings"
	"testing"
)

func TestFillPage(t *testing.T) {
	const begin, end = "<!-- begin -->\n", "<!-- end -->\n"
	const want = "# Servers\n\n" + begin + "\nnew\n\n" + end + "\nMore.\n"
	for name, page := range map[string]string{
		"replaces":           "# Servers\n\n" + begin + "\nold\n" + end + "\nMore.\n",
		"fills an empty one": "# Servers\n\n" + begin + end + "\nMore.\n",
		"is idempotent":      want,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := FillPage(page, begin, end, "new\n"); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
	for name, page := range map[string]string{
		"no part":      "# Servers\n",
		"no end":       "# Servers\n" + begin,
		"wrong order":  end + begin,
		"without line": strings.TrimSpace(begin) + end,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := FillPage(page, begin, end, "new\n"); err == nil {
				t.Errorf("got %q, want an error", got)
			}
		})
	}
}
