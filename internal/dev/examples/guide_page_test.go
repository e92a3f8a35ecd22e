package examples

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

var update = flag.Bool("update", false, "write the generated part of the guide to replacing the deployment guide")

// The generated part of the page stands between these.
const (
	generatedFrom = "<!-- Written by: go test ./internal/dev/examples -run TestGuidePage -update -->\n"
	generatedTo   = "<!-- End of what is written. -->\n"
)

// TestGuidePage keeps the page in step with the table that TestGuide holds against
// what is applied.
func TestGuidePage(t *testing.T) {
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "templates", "guides", "replacing-the-deployment-guide.md.tmpl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := tfcli.FillPage(string(text), generatedFrom, generatedTo, differencesPage()+extrasPage())
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	switch {
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	case want != string(text):
		t.Errorf("%s is behind the tables of the tests: run this test with -update, then make docs", file)
	}
	everyNameHasAPage(t, root, string(text))
	everySectionHasARow(t, string(text))
}

// everySectionHasARow fails for a heading of the guide, or an item of its lists, that
// has no row on the page, in the section for the guide's chapter.
func everySectionHasARow(t *testing.T, page string) {
	t.Helper()
	for _, missing := range missingRows(readText(t, filepath.Join("testdata", "guide", "outline.txt")), page) {
		t.Errorf("the page has no row for the guide's %s", missing)
	}
}

var (
	itemNumber = regexp.MustCompile(`^\d+\. `)
	inBrackets = regexp.MustCompile(` \([^)]*\)$`)
)

// missingRows compares an outline of the guide with the page: its chapters are the
// sections of "Section by section", and all else has a row whose first cell ends in
// its title.
func missingRows(outline, page string) []string {
	_, sections, _ := strings.Cut(page, "\n## Section by section\n")
	sections, _, _ = strings.Cut(sections, "\n## ")
	var missing []string
	chapter, rows := "", ""
	for line := range strings.Lines(outline) {
		line = strings.TrimSpace(line)
		title := inBrackets.ReplaceAllString(itemNumber.ReplaceAllString(strings.TrimLeft(line, "# "), ""), "")
		if strings.HasPrefix(line, "## ") {
			chapter = title
			var found bool
			if _, rows, found = strings.Cut(sections, "\n### "+chapter+"\n"); !found {
				missing = append(missing, "chapter "+chapter)
			}
			rows, _, _ = strings.Cut(rows, "\n### ")
			continue
		}
		if !slices.ContainsFunc(strings.Split(rows, "\n"), func(row string) bool {
			cells := strings.Split(row, " | ")
			return len(cells) > 1 && strings.HasPrefix(row, "| ") && strings.HasSuffix(cells[0], title)
		}) {
			missing = append(missing, chapter+": "+title)
		}
	}
	return missing
}

func TestMissingRows(t *testing.T) {
	const page = "# P\n\n## Section by section\n\n### One\n\n| guide | here |\n|---|---|\n| A | a |\n| A: first | b |\n\n### Two\n\n| C | c |\n\n## After\n\n### Three\n"
	for name, tt := range map[string]struct {
		outline string
		want    []string
	}{
		"complete":        {"## One\n### 1. A (Optional)\n1. first\n## Two\n### C\n", nil},
		"a row":           {"## One\n### B\n", []string{"One: B"}},
		"another chapter": {"## One\n### C\n", []string{"One: C"}},
		"a chapter":       {"## Three\n", []string{"chapter Three"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := missingRows(tt.outline, page); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// everyNameHasAPage fails for a resource or data source that the page names and
// that is not there.
func everyNameHasAPage(t *testing.T, root, page string) {
	t.Helper()
	for _, name := range regexp.MustCompile(`\bfovea_([a-z_]+)`).FindAllStringSubmatch(page, -1) {
		found := false
		for _, kind := range []string{"resources", "data-sources"} {
			if _, err := os.Stat(filepath.Join(root, "docs", kind, name[1]+".md")); err == nil {
				found = true
			}
		}
		if !found {
			t.Errorf("the page names fovea_%s, which has no page", name[1])
		}
	}
}

// differencesPage has a section for each document that the guide prints.
func differencesPage() string {
	var page strings.Builder
	for _, d := range documents() {
		fmt.Fprintf(&page, "### %s (%s)\n\n%s.", d.name, d.section, maker(d.madeBy, d.by))
		var rows strings.Builder
		for _, x := range explanations {
			if x.document == d.name {
				rows.WriteString(x.rows())
			}
		}
		if rows.Len() == 0 {
			page.WriteString(" As the guide prints it.\n\n")
			continue
		}
		fmt.Fprintf(&page, "\n\n| where | the guide | here | why |\n|---|---|---|---|\n%s\n", rows.String())
	}
	return page.String()
}

// rows has a row for each change, the first of which says why.
func (x explanation) rows() string {
	var rows strings.Builder
	for i, c := range x.changes {
		why := x.why
		if i > 0 {
			why = "as above"
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", c.path, code(c.guide), code(c.ours), why)
	}
	return rows.String()
}

// extrasPage lists what the guide forgets.
func extrasPage() string {
	var page strings.Builder
	page.WriteString("### What the guide forgets\n\n| document | made by | why |\n|---|---|---|\n")
	for _, x := range extras() {
		fmt.Fprintf(&page, "| %s | %s | %s |\n", x.name, maker(x.madeBy, x.by), x.why)
	}
	return page.String()
}

// maker names the resource, and the argument of the module that asks for it.
func maker(resource, argument string) string {
	if argument == "" {
		return code(resource)
	}
	return code(resource) + ", by `" + argument + "` of the module"
}

func code(text string) string {
	if text == "" {
		return "nothing"
	}
	return "`" + text + "`"
}
