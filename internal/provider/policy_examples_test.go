package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// policyExample reads an example of the docs, with names that nothing else has.
func policyExample(t *testing.T, name string, file ...string) string {
	t.Helper()
	return strings.ReplaceAll(readExample(t, file...), "fovea-production", name)
}

// TestPolicyExamples applies the examples of the docs for roles and policies, after
// which the plan is empty.
func TestPolicyExamples(t *testing.T) {
	for _, file := range []string{
		"resources/fovea_access_role/resource.tf", "resources/fovea_access_role/resource_github_actions.tf",
		"resources/fovea_access_role/resource_eks.tf", "resources/fovea_access_role/resource_gitlab.tf",
		"resources/fovea_bucket_policy/resource.tf", "resources/fovea_replication_role/resource.tf",
		"resources/fovea_bucket_replication/resource.tf", "resources/fovea_bucket_replication/resource_kms.tf",
		"data-sources/fovea_access_policy/data-source.tf", "data-sources/fovea_access_policy/data-source_provider.tf",
	} {
		t.Run(file, func(t *testing.T) {
			e := acctest.Start(t)
			if strings.HasSuffix(file, "resource_kms.tf") {
				e.FakeOnly(t, "moto drops the KMS selection of a rule")
			}
			config := e.Config("%s", policyExample(t, acctest.Name(t), file))
			e.Run(t, resource.TestStep{Config: config})
		})
	}
}

// TestPolicyImportExamples imports what the examples make in each of the ways that
// the docs show.
func TestPolicyImportExamples(t *testing.T) {
	for kind, label := range map[string]string{
		"fovea_access_role": "backend", "fovea_bucket_policy": "videos", "fovea_replication_role": "videos", "fovea_bucket_replication": "videos",
	} {
		run := func(t *testing.T, block string, checks ...tfversion.TerraformVersionCheck) {
			t.Helper()
			e := acctest.Start(t)
			name := acctest.Name(t)
			config := e.Config("%s", policyExample(t, name, "resources", kind, "resource.tf"))
			forgotten := withoutResource(config, kind, label)
			command := strings.Fields(policyExample(t, name, "resources", kind, "import.sh")) // terraform import ADDRESS ID
			if len(command) != 4 || command[2] != kind+"."+label {
				t.Fatalf("import.sh is %q", command)
			}
			resource.Test(t, resource.TestCase{
				TerraformVersionChecks: checks, ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: config},
					{ResourceName: command[2], ImportState: true, ImportStateId: command[3]},
					{Config: forgotten},
					{
						Config:           config + policyExample(t, name, "resources", kind, block),
						ConfigPlanChecks: before(action(kind+"."+label, plancheck.ResourceActionNoop)),
					},
				},
			})
		}
		t.Run(kind+" by string", func(t *testing.T) { run(t, "import-by-string-id.tf") })
		t.Run(kind+" by identity", func(t *testing.T) {
			run(t, "import-by-identity.tf", tfversion.SkipBelow(tfversion.Version1_12_0))
		})
	}
}

// withoutResource is a configuration that takes a resource out of the state, and
// leaves it as it is.
func withoutResource(config, kind, label string) string {
	before, after, _ := strings.Cut(config, "resource \""+kind+"\" \""+label+"\"")
	_, rest, _ := strings.Cut(after, "\n}\n")
	return before + "removed {\n  from = " + kind + "." + label + "\n  lifecycle {\n    destroy = false\n  }\n}\n" + rest
}
