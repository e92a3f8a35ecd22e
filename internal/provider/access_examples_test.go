package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// accessExample reads an example of the docs, with names that nothing else has and
// the ID of a real key.
func accessExample(t *testing.T, kind, file, name, keyID string) string {
	t.Helper()
	return strings.NewReplacer("fovea-production", name, "AKIAIOSFODNN7EXAMPLE", keyID).Replace(readExample(t, "resources", kind, file))
}

func TestAccessExamples(t *testing.T) {
	for kind, files := range map[string][]string{
		"fovea_access_user": {"resource.tf", "resource_pipeline.tf"},
		"fovea_access_key":  {"resource.tf", "resource_rotation.tf", "resource_pgp.tf"},
	} {
		for _, file := range files {
			t.Run(kind+"/"+file, func(t *testing.T) {
				e := acctest.Start(t)
				config := e.Config("%s", accessExample(t, kind, file, acctest.Name(t), ""))
				e.Run(t, resource.TestStep{Config: config})
			})
		}
	}
}

// TestAccessImportExamples has a user and a key that were made by hand, and imports
// them in each of the ways that the docs show.
func TestAccessImportExamples(t *testing.T) {
	kinds := []string{"fovea_access_user", "fovea_access_key"}
	run := func(t *testing.T, blocks string, checks []tfversion.TerraformVersionCheck) {
		t.Helper()
		e := acctest.Start(t)
		name := acctest.Name(t)
		makeUser(t, e, name+"-backend")
		putPolicy(t, e, name+"-backend", "FOVEAVideoAccess", strings.ReplaceAll(readPolicy, "fovea-videos", name+"-videos"))
		id, _ := makeKey(t, e, name+"-backend")

		// An imported key has no secret, and plugin-testing takes no output of null.
		resources, _, _ := strings.Cut(accessExample(t, "fovea_access_key", "resource.tf", name, id), "# FOVEA reads these two")
		first := resource.TestStep{Config: e.Config("%s", resources)}
		var imports []resource.TestStep
		var unchanged []plancheck.PlanCheck
		for _, kind := range kinds {
			first.Config += accessExample(t, kind, blocks, name, id)
			unchanged = append(unchanged, action(kind+".backend", plancheck.ResourceActionNoop))
			for line := range strings.Lines(accessExample(t, kind, "import.sh", name, id)) {
				words := strings.Fields(line) // terraform import ADDRESS ID
				if words[0] != "#" {
					imports = append(imports, resource.TestStep{ResourceName: words[2], ImportState: true, ImportStateId: words[3], ImportStateVerify: true})
				}
			}
		}
		first.ConfigPlanChecks = before(unchanged...)
		resource.Test(t, resource.TestCase{
			TerraformVersionChecks: checks, ProtoV6ProviderFactories: acctest.Factories(), Steps: append([]resource.TestStep{first}, imports...),
		})
	}
	t.Run("by string", func(t *testing.T) { run(t, "import-by-string-id.tf", nil) })
	t.Run("by identity", func(t *testing.T) {
		run(t, "import-by-identity.tf", []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)})
	})
}
