package examples

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pageBlock is a code block of a Markdown page.
type pageBlock struct {
	heading  string // of the section that it is in
	language string // "" for an indented block and for a fence without one
	line     int    // of the fence, or the first line of an indented block; from 1
	text     string // without indentation, with a line break at the end
}

// notCommands are the languages of blocks that show files and output.
var notCommands = []string{"terraform", "hcl", "json", "yaml", "text", "python", "ini", "dotenv", "sql", "go", "diff", "mermaid", "dockerfile"}

// isCommands reports whether a reader would paste the block into a shell. A block
// without a language counts, so that none is overlooked.
func (b pageBlock) isCommands() bool { return !slices.Contains(notCommands, b.language) }

func (b pageBlock) begins(text string) bool { return strings.HasPrefix(b.text, text) }

var (
	pageFence    = regexp.MustCompile("^( *)(```+|~~~+) *(\\w*)")
	pageHeading  = regexp.MustCompile(`^#+ +(.+)$`)
	pageListItem = regexp.MustCompile(`^ *(?:[-*+]|\d+[.)]) +`)
	frontMatter  = regexp.MustCompile(`(?s)^---\n.*?\n---\n`)
)

// blocksOfPage finds the fenced and the indented code blocks, those in lists too.
func blocksOfPage(markdown string) []pageBlock {
	front := frontMatter.FindString(markdown)
	lines := strings.Split(strings.TrimPrefix(markdown, front), "\n")
	skipped := strings.Count(front, "\n")

	var blocks []pageBlock
	heading, content, blankBefore := "", 0, true // content: the column at which the text of a list item begins
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if fence := pageFence.FindStringSubmatch(line); fence != nil {
			b := pageBlock{heading: heading, language: fence[3], line: skipped + i + 1}
			for i++; i < len(lines) && !strings.HasPrefix(strings.TrimLeft(lines[i], " "), fence[2]); i++ {
				b.text += outdented(lines[i], len(fence[1])) + "\n"
			}
			blocks, blankBefore = append(blocks, b), false
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case strings.TrimSpace(line) == "":
			blankBefore = true
			continue
		case blankBefore && indent >= content+4:
			b := pageBlock{heading: heading, line: skipped + i + 1}
			for ; i < len(lines) && (strings.TrimSpace(lines[i]) == "" || strings.HasPrefix(lines[i], strings.Repeat(" ", content+4))); i++ {
				b.text += outdented(lines[i], content+4) + "\n"
			}
			b.text = strings.TrimRight(b.text, "\n") + "\n"
			blocks = append(blocks, b)
			i-- // the line after the block
			continue
		case pageListItem.MatchString(line):
			content = len(pageListItem.FindString(line))
		case indent == 0:
			content = 0
			if h := pageHeading.FindStringSubmatch(line); h != nil {
				heading = h[1]
			}
		}
		blankBefore = false
	}
	return blocks
}

// outdented removes up to n spaces from the beginning of a line.
func outdented(line string, n int) string {
	return line[min(n, len(line)-len(strings.TrimLeft(line, " "))):]
}

func TestBlocksOfPage(t *testing.T) {
	const page = `---
page_title: "P"
---

# Title

Text
    that goes on.

    make demo

    make test

## Steps

1. First:

    ` + "```shell\n    umask 077\n      indented\n    ```" + `

2. Second.

   Not code.

       in a list

- a
    - nested

After.

` + "```\nno language\n```\n\n~~~json\n{}\n~~~\n"
	var got []string
	for _, b := range blocksOfPage(page) {
		got = append(got, fmt.Sprintf("%d %s %s %t %q", b.line, b.heading, b.language, b.isCommands(), b.text))
	}
	want := []string{
		`10 Title  true "make demo\n\nmake test\n"`,
		`18 Steps shell true "umask 077\n  indented\n"`,
		`27 Steps  true "in a list\n"`,
		`34 Steps  true "no language\n"`,
		`38 Steps json false "{}\n"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
