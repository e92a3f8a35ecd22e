package compat

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// Table renders reports, one column each, in Markdown: what works where, and below
// it what was skipped and why. The same reports give the same text.
func Table(reports ...Report) string {
	var text strings.Builder
	header, rule := "| |", "|---|"
	rows := map[string]bool{}
	for _, r := range reports {
		header += " " + r.Server + " |"
		rule += "---|"
		for part := range r.Parts {
			rows[part] = true
		}
	}
	fmt.Fprintf(&text, "%s\n%s\n", header, rule)
	for _, part := range slices.SortedFunc(maps.Keys(rows), byKind) {
		fmt.Fprintf(&text, "| %s |", label(part))
		for _, r := range reports {
			fmt.Fprintf(&text, " %s |", r.cell(part))
		}
		text.WriteString("\n")
	}
	for _, r := range reports {
		text.WriteString("\n" + r.skipped())
	}
	return text.String()
}

// byKind sorts resources before data sources.
func byKind(a, b string) int {
	return cmp.Or(-cmp.Compare(kindOf(a), kindOf(b)), strings.Compare(a, b))
}

func kindOf(part string) string { return part[:strings.LastIndex(part, " ")] }

// label is how the table calls a part.
func label(part string) string {
	kind, name := kindOf(part), part[strings.LastIndex(part, " ")+1:]
	if kind == "resource" {
		return "`" + name + "`"
	}
	return kind + " `" + name + "`"
}

// cell says what became of a part on a server.
func (r Report) cell(part string) string {
	p := r.Parts[part]
	switch {
	case p.Works && len(p.Passed) > 0:
		return "works without " + enumerate(p.Passed) + ", with a warning; an error when asked for"
	case p.Works:
		return "works"
	case len(p.Refused) > 0:
		return "error: the server does not implement " + article(p.Refused)
	}
	name := part[strings.LastIndex(part, " ")+1:]
	for _, gap := range r.Gaps {
		if slices.Contains(gap.Kinds, name) {
			return "skipped: " + gap.Why
		}
	}
	return "not tested"
}

// skipped lists the parts for which tests were left out.
func (r Report) skipped() string {
	if len(r.Gaps) == 0 {
		return fmt.Sprintf("On %s no test is left out for what it lacks.\n", r.Server)
	}
	text := fmt.Sprintf("Tests left out on %s, for what it lacks:\n\n", r.Server)
	for _, gap := range r.Gaps {
		text += fmt.Sprintf("- %s: %s.\n", gap.Part, gap.Why)
	}
	return text
}

// article puts "the" before documents, which are not names as IAM is.
func article(parts []string) string {
	named := make([]string, len(parts))
	for i, part := range parts {
		if named[i] = part; strings.Contains(part, " ") {
			named[i] = "the " + part
		}
	}
	return enumerate(named)
}

func enumerate(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// The lines between which Insert puts the table.
const (
	begin = "<!-- This table is written by make compat. -->\n"
	end   = "<!-- End of the table. -->\n"
)

// Insert replaces the table in a page.
func Insert(page, table string) (string, error) { return tfcli.FillPage(page, begin, end, table) }
