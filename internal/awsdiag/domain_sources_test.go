package awsdiag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// terraformWords are commands, names and configuration of Terraform. An error of a package
// that knows nothing of Terraform has kinds and facts instead; the remedies are made of
// them in the packages that speak to the user.
var terraformWords = regexp.MustCompile(`\bterraform [a-z]|\bfovea_|` + // commands, resources
	`\b[a-z][a-z_]* = (?:"|\[|\{|true\b|false\b|[0-9])|` + // arguments
	`\b(?:resource|data|moved|import|removed|lifecycle|variable|output|module) (?:"[^"]*" )*\{|` + // blocks
	`\b(?:removed|moved|lifecycle|import|timeouts|endpoints) block\b|` +
	`\b(?:depends_on|prevent_destroy|force_destroy|max_retries|s3_use_path_style)\b`)

// speakToUsers are the packages that may use such words: those that Terraform sees, and
// what is not shipped.
var speakToUsers = []string{"awsdiag", "dev", "provider", "tftype"}

// namesSettings are files that may name arguments of the provider block. awsclient checks
// these settings and has to say which one is wrong; its errors of requests have kinds.
var namesSettings = []string{"awsclient/endpoint.go"}

func TestDomainPackagesDoNotSpeakOfTerraform(t *testing.T) {
	skipped := map[string]bool{}
	for _, name := range slices.Concat(speakToUsers, namesSettings) {
		skipped[name] = true
	}
	files := 0
	root := ".."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch skip := skipped[filepath.ToSlash(rel)]; {
		case skip && entry.IsDir():
			return fs.SkipDir
		case skip || entry.IsDir():
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files++
			for _, found := range wordsIn(t, path) {
				t.Errorf("got %s, want a kind or a field of the error, and the words in internal/provider", found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("got %d source files, want all of the domain packages", files)
	}
}

// wordsIn gives the texts in a file that speak of Terraform.
func wordsIn(t *testing.T, path string) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field: // its tag
			return n.Tag == nil
		case *ast.BasicLit:
			if n.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(n.Value)
			if err != nil {
				t.Fatal(err)
			}
			if words := terraformWords.FindString(text); words != "" {
				found = append(found, fset.Position(n.Pos()).String()+": "+strconv.Quote(words))
			}
		}
		return true
	})
	return found
}

func TestTerraformWords(t *testing.T) {
	for text, want := range map[string]bool{
		"Run terraform state rm.":             true,
		"as fovea_bucket_inventory does":      true,
		`until then, use source = "list"`:     true,
		"versioning = true":                   true,
		`import { to = x }`:                   true,
		`resource "aws_s3_bucket" "videos" {`: true,
		"or a removed block":                  true,
		"name it in depends_on":               true,
		"fovea-manifest":                      false,
		"the server lists keys out of order":  false,
		"a list that Terraform asked for":     false,
		"deleting %d of %d versions":          false,
	} {
		if got := terraformWords.MatchString(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
