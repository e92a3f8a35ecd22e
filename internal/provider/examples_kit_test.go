package provider_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

var examplesRead sync.Map // paths below examples/ that a test has read

// readExample reads a file of examples/, and notes that a test has it. What keeps the
// buckets from being destroyed is taken out, and has to be there.
func readExample(t *testing.T, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	examplesRead.Store(name, true)
	configuration, err := tfcli.WithoutPreventDestroy(string(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return configuration
}

// withoutTest gives the examples in folders of folders, those of the docs' pages,
// that no test has read. The others are the business of internal/dev/examples, and
// TestMigration takes its two folders whole.
func withoutTest() ([]string, error) {
	var found []string
	for _, kind := range []string{"*.tf", "*.sh"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "*", kind))
		if err != nil {
			return nil, err
		}
		found = append(found, files...)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("examples/ holds no examples: %w", fs.ErrNotExist)
	}
	return slices.DeleteFunc(found, func(file string) bool {
		name, err := filepath.Rel(filepath.Join("..", "..", "examples"), file)
		_, read := examplesRead.Load(name)
		return err == nil && (read || strings.HasPrefix(name, "migration"+string(filepath.Separator)))
	}), nil
}

// everyExampleHasATest is asked when all tests have passed: only then does an
// example that was not read have none.
func everyExampleHasATest() error {
	if os.Getenv(resource.EnvTfAcc) == "" || os.Getenv("FOVEA_TEST_SERVER") != "" || chosen("test.run") || chosen("test.skip") || chosen("test.list") {
		return nil
	}
	names, err := withoutTest()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return errors.New("examples that no test reads; apply them in one, with readExample:\n  " + strings.Join(names, "\n  "))
	}
	return nil
}

// chosen tells whether a flag leaves out tests.
func chosen(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() != ""
}
