package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// manifestExample reads an example of the docs, with a bucket that nothing else has.
func manifestExample(t *testing.T, bucket string, file ...string) string {
	t.Helper()
	text := strings.ReplaceAll(readExample(t, file...), "fovea-production-videos", bucket)
	named := fmt.Sprintf("  bucket = %q\n", bucket)
	return strings.ReplaceAll(text, "\"fovea_video_bucket\" \"videos\" {\n"+named, "\"fovea_video_bucket\" \"videos\" {\n"+named+"  force_destroy = true\n")
}

// TestManifestExamples applies the examples in the documentation, after which the
// plan is empty.
func TestManifestExamples(t *testing.T) {
	for _, file := range []string{
		"resources/fovea_manifest/resource.tf", "resources/fovea_manifest/resource_full.tf", "resources/fovea_manifest/resource_triggered.tf",
		"data-sources/fovea_manifest/data-source.tf",
	} {
		t.Run(file, func(t *testing.T) {
			e := acctest.Start(t)
			config := e.Config("%s", manifestExample(t, acctest.Name(t), file))
			e.Run(t, resource.TestStep{Config: config})
		})
	}
}

// TestManifestImportExamples imports a manifest in each of the ways that the docs
// show. The import adopts what is there: a warning of the bucket is all that is left
// to plan.
func TestManifestImportExamples(t *testing.T) {
	run := func(t *testing.T, block string, checks ...tfversion.TerraformVersionCheck) {
		t.Helper()
		e, bucket, folder := acctest.Start(t), acctest.Name(t), "resources/fovea_manifest/"
		config := e.Config("%s", manifestExample(t, bucket, folder+"resource.tf"))
		command := strings.Fields(manifestExample(t, bucket, folder+"import.sh")) // terraform import ADDRESS ID
		if len(command) != 4 || command[2] != "fovea_manifest.videos" {
			t.Fatalf("import.sh is %q", command)
		}
		forgotten, _, _ := strings.Cut(withoutResource(config, "fovea_manifest", "videos"), "output ")
		resource.Test(t, resource.TestCase{
			TerraformVersionChecks: checks, ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config},
				{ResourceName: command[2], ImportState: true, ImportStateId: command[3]},
				{Config: forgotten},
				{
					Config:           config + manifestExample(t, bucket, folder+block),
					ConfigPlanChecks: before(action("fovea_manifest.videos", plancheck.ResourceActionNoop)),
				},
			},
		})
	}
	t.Run("by string", func(t *testing.T) { run(t, "import-by-string-id.tf") })
	t.Run("by identity", func(t *testing.T) { run(t, "import-by-identity.tf", tfversion.SkipBelow(tfversion.Version1_12_0)) })
}

// TestManifestInventoryExample applies the example whose inventory Terraform cannot
// make: S3 delivers it.
func TestManifestInventoryExample(t *testing.T) {
	l := newInventoried(t, "a.mp4")
	made := l.make(sampleinventory.Options{})
	made.Prefix = "inventory"
	if err := made.Deliver(t.Context(), l.S3); err != nil {
		t.Fatal(err)
	}
	example := readExample(t, "resources/fovea_manifest/resource_inventory.tf")
	config := l.Config("%s", strings.NewReplacer(`"fovea-production-videos"`, fmt.Sprintf("%q", l.bucket), `"fovea-production-videos-inventories"`, fmt.Sprintf("%q", l.lists.bucket)).Replace(example))
	l.run(resource.TestStep{Config: config})
}
