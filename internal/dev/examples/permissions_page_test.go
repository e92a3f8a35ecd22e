package examples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// TestPermissionsPage keeps the page of permissions in step with the code.
func TestPermissionsPage(t *testing.T) {
	const written = "<!-- Written by: go test ./internal/dev/examples -run TestPermissionsPage -update"
	guideIsWritten(t, "permissions.md.tmpl", []writtenPart{
		{written + " -->\n", "<!-- End of what is written. -->\n", "\n" + requiredPermissions() + "\n"},
		{written + ", the policies -->\n", "<!-- End of the policies. -->\n", "\n" + policiesOfThePage(t) + "\n"},
		{written + ", optional -->\n", "<!-- End of the optional ones. -->\n", "\n" + optionalPermissions() + "\n"},
	})
}

// writtenPart is a part of a page, between two marks, that a test writes.
type writtenPart struct{ from, to, text string }

// guideIsWritten compares the parts of a guide's template with what they must be, or
// writes them with -update.
func guideIsWritten(t *testing.T, template string, parts []writtenPart) {
	t.Helper()
	root, err := tfcli.Root()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "templates", "guides", template)
	page := readText(t, file)
	want := page
	for _, part := range parts {
		if want, err = tfcli.FillPage(want, part.from, part.to, part.text); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case want == page:
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is behind the code: run this test with -update, then make docs", file)
	}
}

func requiredPermissions() string {
	var table strings.Builder
	table.WriteString("| action | on | profile | needed for |\n|---|---|---|---|\n")
	for _, p := range iampolicy.ProviderPermissions() {
		profile := "`plan`, `apply`"
		switch {
		case p.Empties:
			profile = "`apply` with `force_destroy`"
		case p.Apply:
			profile = "`apply`"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", p.Action, p.On, profile, p.For)
	}
	return table.String()
}

func optionalPermissions() string {
	var table strings.Builder
	table.WriteString("| action | on | what does not work without it |\n|---|---|---|\n")
	for _, p := range iampolicy.OptionalPermissions() {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", p.Action, p.On, p.Without)
	}
	return table.String()
}

// policiesOfThePage are the documents of the data sources that the page shows.
func policiesOfThePage(t *testing.T) string {
	t.Helper()
	grant := iampolicy.ProviderGrant{
		AccountID: "123456789012", ManifestKey: "manifest.json", Snapshots: "manifests/", Principals: []string{"fovea-production*"},
		Buckets: []string{"fovea-production-videos", "fovea-production-logs", "fovea-production-backup"},
	}
	var text strings.Builder
	for _, access := range iampolicy.ProviderAccesses() {
		document, err := grant.Policy(access)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := document.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(compact), "", "  "); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "`access = %q`, %d characters:\n\n```json\n%s\n```\n\n", access, len(compact), &indented)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
