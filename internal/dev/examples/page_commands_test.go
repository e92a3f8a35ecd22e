package examples

// Every block of shell commands on a page is run by a test, exactly as it stands on
// the page.
//
// To add a block of commands to a page:
//
//  1. Write it as a fenced block with the language shell, sh or bash. A block that
//     shows output or a file has another language: text, terraform, json, yaml.
//     Edit the page in templates/ and run make docs if there is one; otherwise edit
//     the page itself.
//  2. Find the page in pagesWithCommands, or add a line for it. Add how the block
//     begins to the story that runs it; a story is a function that takes what a
//     reader of the page would do through one folder, in order. See page_reader_test.go
//     for what a reader can do, and getting_started_test.go for a story.
//  3. A block that cannot run here goes into notRun, with the reason.
//
// TestPageCommands fails for a block that is missing in the table, for an entry
// without a block, and for a story that leaves out a block that it claims to run. The
// first two need neither a server nor Terraform.

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// pageCommands says what happens to the blocks of commands of one page.
type pageCommands struct {
	stories []story
	// notRun has the reason for each block that no test runs, by how the block begins.
	notRun map[string]string
}

// story runs blocks of a page, in the order of the page, in one folder.
type story struct {
	name string
	// blocks are the beginnings of the blocks that it runs. Each identifies one block
	// of the page, and may be longer than a line.
	blocks []string
	run    func(*testing.T, *reader)
}

// pagesWithCommands has every page with a block of commands. Pages made from
// templates are read as they are in docs/.
func pagesWithCommands() map[string]pageCommands {
	return map[string]pageCommands{
		"CONTRIBUTING.md": {notRun: map[string]string{
			"make build": "targets for developers; .ci/run runs those that a change must pass",
		}},
		"DESIGN.md": {notRun: map[string]string{
			"main.go ": "the layout of the repository, no commands",
		}},
		"README.md":                                     firstReadme(),
		"docs/guides/getting-started.md":                gettingStarted(),
		"docs/guides/lost-state.md":                     lostState(),
		"docs/guides/migrating-from-hashicorp-aws.md":   migrationGuide(),
		"docs/guides/recovery.md":                       recovery(),
		"docs/guides/replacing-the-deployment-guide.md": deploymentGuide(),
		"docs/guides/security.md":                       securityGuide(),
		"docs/guides/upgrading.md":                      upgradingGuide(),
		"examples/full-stack/README.md":                 fullStackReadme(),
		"examples/manifest-lambda/README.md":            manifestLambdaReadme(),
		"examples/production/README.md":                 productionReadme(),
		"examples/s3-compatible/README.md":              s3CompatibleReadme(),
		"modules/video-storage/README.md":               moduleReadme(),
	}
}

// TestPageCommands checks the table against the pages and runs every story.
func TestPageCommands(t *testing.T) {
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	table, found := pagesWithCommands(), commandsOfPages(t, root)
	for _, name := range slices.Sorted(maps.Keys(found)) {
		for _, problem := range table[name].problems(name, found[name]) {
			t.Error(problem)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if found[name] == nil {
			t.Errorf("%s is in pagesWithCommands, but there is no such page with a block of commands", name)
			continue
		}
		for _, s := range table[name].stories {
			t.Run(strings.ReplaceAll(name, "/", "_")+"_"+s.name, func(t *testing.T) {
				r := newReader(t, filepath.Join(root, filepath.FromSlash(name)))
				s.run(t, r)
				for _, begins := range s.blocks {
					if !r.taken[begins] && !t.Failed() && !t.Skipped() {
						t.Errorf("the story does not run the block that begins with %q, although it claims to", begins)
					}
				}
			})
		}
	}
}

// problems compares the entry of a page with its blocks of commands.
func (p pageCommands) problems(page string, blocks []pageBlock) []string {
	var problems []string
	entries := slices.Collect(maps.Keys(p.notRun))
	for begins, why := range p.notRun {
		if why == "" {
			problems = append(problems, fmt.Sprintf("%s: notRun has no reason for the block that begins with %q", page, begins))
		}
	}
	for _, s := range p.stories {
		entries = append(entries, s.blocks...)
	}
	covered := make([]int, len(blocks))
	for _, begins := range entries {
		matches := 0
		for i, b := range blocks {
			if b.begins(begins) {
				covered[i]++
				matches++
			}
		}
		if matches != 1 {
			problems = append(problems, fmt.Sprintf("%s: got %d blocks of commands that begin with %q, want 1", page, matches, begins))
		}
	}
	for i, b := range blocks {
		if covered[i] != 1 {
			problems = append(problems, fmt.Sprintf("%s:%d: got %d entries for this block of commands, want 1; the comment in page_commands_test.go says how to add one:\n%s",
				page, b.line, covered[i], b.text))
		}
	}
	return problems
}

// commandsOfPages gives the blocks of commands of each page that users and
// contributors read. Examples of import blocks are left out: tests of the provider
// run import.sh of each resource.
func commandsOfPages(t *testing.T, root string) map[string][]pageBlock {
	t.Helper()
	found := map[string][]pageBlock{}
	for _, file := range markdownPages(t, root) {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		if strings.HasPrefix(name, "internal/") || strings.HasPrefix(name, "tools/") {
			continue
		}
		imports := importCommands(t, root, name)
		for _, b := range blocksOfPage(readText(t, file)) {
			if b.isCommands() && (imports == "" || b.text != imports) {
				found[name] = append(found[name], b)
			}
		}
	}
	if len(found) == 0 {
		t.Error("no page has a block of commands, which cannot be")
	}
	return found
}

// importCommands is the example import.sh that the page of a resource shows.
func importCommands(t *testing.T, root, page string) string {
	t.Helper()
	resource, ok := strings.CutPrefix(page, "docs/resources/")
	if !ok {
		return ""
	}
	return readText(t, filepath.Join(root, "examples", "resources", "fovea_"+strings.TrimSuffix(resource, ".md"), "import.sh"))
}

func TestPageCommandsProblems(t *testing.T) {
	blocks := blocksOfPage("```shell\nterraform init\nterraform apply\n```\n\n```shell\nterraform init -upgrade\n```\n")
	nothing := func(*testing.T, *reader) {}
	for name, tt := range map[string]struct {
		page pageCommands
		want []string
	}{
		"complete": {pageCommands{stories: []story{{"a", []string{"terraform init\n"}, nothing}}, notRun: map[string]string{"terraform init -upgrade": "a reason"}}, nil},
		"missing":  {pageCommands{stories: []story{{"a", []string{"terraform init\n"}, nothing}}}, []string{"P:6: got 0 entries"}},
		"ambiguous": {
			pageCommands{stories: []story{{"a", []string{"terraform init"}, nothing}}},
			[]string{`got 2 blocks of commands that begin with "terraform init", want 1`},
		},
		"no block": {
			pageCommands{stories: []story{{"a", []string{"terraform init\n", "terraform init -upgrade", "terraform plan"}, nothing}}},
			[]string{`got 0 blocks of commands that begin with "terraform plan", want 1`},
		},
		"twice": {
			pageCommands{stories: []story{{"a", []string{"terraform init\n", "terraform init -upgrade"}, nothing}, {"b", []string{"terraform init\n"}, nothing}}},
			[]string{"P:1: got 2 entries"},
		},
		"no reason": {
			pageCommands{stories: []story{{"a", []string{"terraform init\n"}, nothing}}, notRun: map[string]string{"terraform init -upgrade": ""}},
			[]string{"notRun has no reason"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := tt.page.problems("P", blocks)
			if len(got) != len(tt.want) {
				t.Fatalf("got the problems %q, want %q", got, tt.want)
			}
			for i := range got {
				if !strings.Contains(got[i], tt.want[i]) {
					t.Errorf("got %q, want it to contain %q", got[i], tt.want[i])
				}
			}
		})
	}
}
