package provider

import (
	cmdflag "flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

var update = cmdflag.Bool("update", false, "write the generated part of the page of message codes")

const (
	codesFrom = "<!-- Written by: go test ./internal/provider -run TestMessageCodes -update -->\n"
	codesTo   = "<!-- End of what is written. -->\n"
)

// TestMessageCodes keeps the page of message codes in step with the code, and lists
// every code that is declared.
func TestMessageCodes(t *testing.T) {
	var table strings.Builder
	table.WriteString("| code | what it means and what to do |\n|---|---|\n")
	listed := map[messageCode]bool{}
	for _, c := range messageCodes {
		if listed[c.code] {
			t.Errorf("%s is listed twice", c.code)
		}
		listed[c.code] = true
		if !regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`).MatchString(string(c.code)) {
			t.Errorf("%q is not a code of lower-case words with hyphens", c.code)
		}
		fmt.Fprintf(&table, "| `%s` | %s |\n", c.code, c.meaning)
	}
	for _, code := range declaredCodes(t) {
		if !listed[code] {
			t.Errorf("%s is declared and not in messageCodes", code)
		}
	}
	file := filepath.Join("..", "..", "templates", "guides", "messages.md.tmpl")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := tfcli.FillPage(string(page), codesFrom, codesTo, table.String()+"\n")
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case *update:
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	case want != string(page):
		t.Errorf("%s is behind the code: run this test with -update, then make docs", file)
	}
}

// declaredCodes reads the constants of type messageCode from the source.
func declaredCodes(t *testing.T) []messageCode {
	t.Helper()
	source, err := os.ReadFile("message_codes.go")
	if err != nil {
		t.Fatal(err)
	}
	_, constants, _ := strings.Cut(string(source), "const (")
	constants, _, found := strings.Cut(constants, "\n)")
	if !found {
		t.Fatal("message_codes.go has no block of constants")
	}
	var codes []messageCode
	for _, match := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(constants, -1) {
		codes = append(codes, messageCode(match[1]))
	}
	return codes
}
