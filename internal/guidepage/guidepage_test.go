package guidepage

import (
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	const begin, end = "<!-- begin -->\n", "<!-- end -->\n"
	page := "# Servers\n\n" + begin + "\nold\n" + end + "\nMore.\n"
	got, err := Fill(page, begin, end, "new\n")
	if err != nil || strings.Contains(got, "old") || !strings.Contains(got, "\nnew\n") || !strings.HasSuffix(got, "\nMore.\n") {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := Fill(got, begin, end, "new\n"); err != nil || again != got {
		t.Errorf("%q became %q, %v", got, again, err)
	}
	for _, page := range []string{"# Servers\n", "# Servers\n" + begin, end + begin} {
		if _, err := Fill(page, begin, end, "new\n"); err == nil {
			t.Errorf("no error without a place in %q", page)
		}
	}
}
