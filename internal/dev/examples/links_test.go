package examples

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

var (
	// markdownLink is [text](target) and ![text](target "title").
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)`)
	// linkElsewhere begins what is not a file of the repository: a URL.
	linkElsewhere = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
	// fencedCode is text that only looks like Markdown.
	fencedCode = regexp.MustCompile("(?ms)^ *```.*?^ *```|`[^`\n]*`")
)

// TestLinksPointAtFiles follows every relative link of the repository's pages. The
// registry shows docs/ from addresses of its own, but they are read on disk too.
func TestLinksPointAtFiles(t *testing.T) {
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for _, page := range markdownPages(t, root) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range relativeLinks(string(text)) {
			followed++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), filepath.FromSlash(target))); err != nil {
				name, _ := filepath.Rel(root, page)
				t.Errorf("%s links to %s: %v", name, target, err)
			}
		}
	}
	if followed == 0 {
		t.Error("no page has a link, which cannot be")
	}
}

func TestRelativeLinks(t *testing.T) {
	text := "[a](a.md) ![b](../b.png \"B\") [c](c.md#part)\n[out](https://example.com) [here](#part) `[code](x)`\n```\n[code](y)\n```\n"
	if got := strings.Join(relativeLinks(text), " "); got != "a.md ../b.png c.md" {
		t.Errorf("got %s", got)
	}
}

// markdownPages lists the *.md files, those of hidden folders aside: tools are
// built there.
func markdownPages(t *testing.T, root string) []string {
	t.Helper()
	var pages []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(d.Name(), ".md"):
			pages = append(pages, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// relativeLinks gives the files that a page links to, without the part behind #.
func relativeLinks(markdown string) []string {
	var links []string
	for _, link := range markdownLink.FindAllStringSubmatch(fencedCode.ReplaceAllString(markdown, ""), -1) {
		target, _, _ := strings.Cut(link[1], "#")
		if target != "" && !linkElsewhere.MatchString(target) {
			links = append(links, target)
		}
	}
	return links
}
