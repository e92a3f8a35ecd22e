package examples

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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
