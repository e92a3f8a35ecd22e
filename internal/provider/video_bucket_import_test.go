package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestVideoBucketImport(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, everyArgument)},
		resource.TestStep{
			ResourceName: theBucket, ImportState: true, ImportStateId: name, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"force_destroy"}, // which no server knows
		},
		resource.TestStep{Config: bucketConfig(e, name, "tags = { team = \"video\" }")},
		resource.TestStep{ResourceName: theBucket, ImportState: true, ImportStateId: name, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{
			ResourceName: theBucket, ImportState: true, ImportStateId: "fovea-there-is-no-such-bucket",
			ExpectError: acctest.Message("Cannot import non-existent remote object"),
		},
	)
}

func TestVideoBucketImportByIdentity(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: bucketConfig(e, name, ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(theBucket, map[string]knownvalue.Check{"bucket": knownvalue.StringExact(name)}),
				},
			},
			{ResourceName: theBucket, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestVideoBucketOfTheGuide imports the bucket that FOVEA's guide has operators
// make by hand.
func TestVideoBucketOfTheGuide(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.S3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &name, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.S3.PutBucketEncryption(t.Context(), &s3.PutBucketEncryptionInput{
		Bucket: &name, ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{Rules: []s3types.ServerSideEncryptionRule{{
			ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{SSEAlgorithm: s3types.ServerSideEncryptionAes256},
		}}},
	}); err != nil {
		t.Fatal(err)
	}
	config := bucketConfig(e, name, "")
	action := plancheck.ResourceActionNoop
	if e.Endpoint != "" && e.Fake == nil { // whose new buckets are open, unlike AWS's
		action = plancheck.ResourceActionUpdate
	}
	e.Run(t,
		resource.TestStep{
			Config:            config + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theBucket, name),
			ConfigPlanChecks:  planned(action),
			ConfigStateChecks: defaultsInState(name),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: nothing()},
	)
}
