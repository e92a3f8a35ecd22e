package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
)

// TestManifestExamples applies the examples in the documentation, and plans no
// change after.
func TestManifestExamples(t *testing.T) {
	files, err := filepath.Glob("../../examples/resources/fovea_manifest/resource*.tf")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../examples/data-sources/fovea_manifest/data-source.tf") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			e := acctest.Start(t)
			example, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			config := e.Config("%s", strings.ReplaceAll(string(example), `"fovea-production-videos"`, fmt.Sprintf("%q\n  force_destroy = true", acctest.Name(t))))
			e.Run(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, ConfigPlanChecks: nothing()})
		})
	}
}
