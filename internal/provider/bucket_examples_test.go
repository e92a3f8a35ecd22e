package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestBucketExamples applies the examples of the docs, and imports what they make
// in each of the ways that the docs show.
func TestBucketExamples(t *testing.T) {
	for kind, gap := range map[string]string{
		"fovea_video_bucket": "", "fovea_bucket_cors": "",
		"fovea_bucket_logging":             "it writes logs at once, and their bucket is not empty at the end",
		"fovea_bucket_lifecycle":           "it keeps no numbers of newer versions",
		"fovea_bucket_intelligent_tiering": "",
		"fovea_bucket_inventory":           "it takes the DELETE of an inventory configuration for that of the bucket",
		"fovea_bucket_metrics":             "",
	} {
		start := func(t *testing.T) *acctest.Env {
			t.Helper()
			e := acctest.Start(t)
			if gap != "" {
				e.FakeOnly(t, gap)
			}
			return e
		}
		example := func(t *testing.T, bucket, file string) string {
			t.Helper()
			return strings.ReplaceAll(readExample(t, "resources", kind, file), "fovea-production-videos", bucket)
		}
		imports := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(kind+".videos", plancheck.ResourceActionNoop)}}

		t.Run(kind, func(t *testing.T) {
			e := start(t)
			bucket := acctest.Name(t)
			config := e.Config("%s", example(t, bucket, "resource.tf"))
			command := strings.Fields(example(t, bucket, "import.sh")) // terraform import ADDRESS ID
			if len(command) != 4 {
				t.Fatalf("import.sh is %q", command)
			}
			e.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{ResourceName: command[2], ImportState: true, ImportStateId: command[3], ImportStateVerify: true},
				resource.TestStep{Config: forgotten(config, kind)},
				resource.TestStep{Config: config + example(t, bucket, "import-by-string-id.tf"), ConfigPlanChecks: imports},
			)
		})
		t.Run(kind+" by identity", func(t *testing.T) {
			e := start(t)
			bucket := acctest.Name(t)
			config := e.Config("%s", example(t, bucket, "resource.tf"))
			resource.Test(t, resource.TestCase{
				TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: config},
					{Config: forgotten(config, kind)},
					{Config: config + example(t, bucket, "import-by-identity.tf"), ConfigPlanChecks: imports},
				},
			})
		})
	}
}

// forgotten is a configuration without the example's resource of a kind, which is
// taken out of the state and left as it is.
func forgotten(config, kind string) string {
	before, after, _ := strings.Cut(config, "resource \""+kind+"\" \"videos\"")
	_, rest, _ := strings.Cut(after, "\n}\n")
	return before + "removed {\n  from = " + kind + ".videos\n  lifecycle {\n    destroy = false\n  }\n}\n" + rest
}
