package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// The generated part of the module's README stands between these.
const (
	moduleTablesFrom = "<!-- Written by: go test ./internal/dev/examples -run TestModuleReadme -update -->\n"
	moduleTablesTo   = "<!-- End of what is written. -->\n"
)

// TestModuleReadme keeps the tables of the module's README in step with its variables
// and outputs.
func TestModuleReadme(t *testing.T) {
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(root, "modules", "video-storage")
	page := readText(t, filepath.Join(module, "README.md"))
	want, err := tfcli.FillPage(page, moduleTablesFrom, moduleTablesTo,
		inputsPage(t, blocksOf(readText(t, filepath.Join(module, "variables.tf")), "variable"))+
			outputsPage(t, blocksOf(readText(t, filepath.Join(module, "outputs.tf")), "output")))
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case *update:
		if err := os.WriteFile(filepath.Join(module, "README.md"), []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	case want != page:
		t.Error("modules/video-storage/README.md is behind variables.tf and outputs.tf: run this test with -update")
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hclBlock is a variable or an output. The arguments are as they are written.
type hclBlock struct {
	name      string
	arguments map[string]string
}

var (
	topBlock = regexp.MustCompile(`(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}\n`)
	// argument is one of the block itself, over as many lines as it has: those of a
	// value in brackets are indented, up to the closing one.
	argument = regexp.MustCompile(`(?m)^  (\w+) += (.*[{\[(]\n(?:    .*\n|\n)*  [\])}].*|.*)$`)
)

// blocksOf takes formatted HCL apart, as far as variables and outputs need it.
func blocksOf(text, kind string) []hclBlock {
	var blocks []hclBlock
	for _, block := range topBlock.FindAllStringSubmatch(text, -1) {
		if block[1] != kind {
			continue
		}
		b := hclBlock{block[2], map[string]string{}}
		for _, a := range argument.FindAllStringSubmatch(block[3], -1) {
			b.arguments[a[1]] = a[2]
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func (b hclBlock) description(t *testing.T) string {
	t.Helper()
	text, err := strconv.Unquote(b.arguments["description"])
	if err != nil || text == "" {
		t.Errorf("%s has the description %s: %v", b.name, b.arguments["description"], err)
	}
	return text
}

// inputsPage has a row for each variable, and the types of those that are objects.
func inputsPage(t *testing.T, variables []hclBlock) string {
	t.Helper()
	if len(variables) == 0 {
		t.Error("the module has no variables, which cannot be")
	}
	var rows, types strings.Builder
	for _, v := range variables {
		kind, value := v.arguments["type"], v.arguments["default"]
		if kind == "" {
			t.Errorf("the variable %s has no type", v.name)
		}
		if value != "null" && v.arguments["nullable"] != "false" {
			t.Errorf("the variable %s takes null, which means nothing: set nullable = false", v.name)
		}
		if strings.HasPrefix(kind, "object(") {
			fmt.Fprintf(&types, "# %s\n%s\n\n", v.name, strings.ReplaceAll(kind, "\n  ", "\n"))
			kind = "object"
		}
		if value == "" {
			value = "(required)"
		} else {
			value = code(value)
		}
		fmt.Fprintf(&rows, "| `%s` | %s | `%s` | %s |\n", v.name, v.description(t), kind, value)
	}
	return "## Inputs\n\n| name | description | type | default |\n|---|---|---|---|\n" + rows.String() +
		"\nThe types of the objects, with their defaults:\n\n```terraform\n" + strings.TrimSuffix(types.String(), "\n") + "```\n\n"
}

func outputsPage(t *testing.T, outputs []hclBlock) string {
	t.Helper()
	if len(outputs) == 0 {
		t.Error("the module has no outputs, which cannot be")
	}
	var page strings.Builder
	page.WriteString("## Outputs\n\n| name | description | sensitive |\n|---|---|---|\n")
	for _, o := range outputs {
		sensitive := "no"
		if o.arguments["sensitive"] == "true" {
			sensitive = "yes"
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s |\n", o.name, o.description(t), sensitive)
	}
	return page.String()
}

// TestBlocksOf keeps the tables honest: what it passes over, no README would have.
func TestBlocksOf(t *testing.T) {
	const text = `# Text.

variable "plain" {
  description = "A \"name\"."
  type        = string
  default     = null

  validation {
    condition     = var.plain == null
    error_message = "no"
  }
}

output "other" {
  value = 1
}

variable "object" {
  description = "Object."
  type = object({
    a = optional(string)

    b = optional(list(object({
      c = number
      })), [
      { c = 1 },
    ])
  })
  default  = {}
  nullable = false
}
`
	blocks := blocksOf(text, "variable")
	if len(blocks) != 2 || blocks[0].name != "plain" || blocks[1].name != "object" {
		t.Fatalf("got %v, want plain and object", blocks)
	}
	if got, want := blocks[0].arguments, map[string]string{"description": `"A \"name\"."`, "type": "string", "default": "null"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	object := blocks[1].arguments
	if !strings.HasPrefix(object["type"], "object({\n") || !strings.HasSuffix(object["type"], "    ])\n  })") {
		t.Errorf("got the type %s, want all of its lines", object["type"])
	}
	if object["default"] != "{}" || object["nullable"] != "false" {
		t.Errorf("got %v, want what follows the type", object)
	}
}
