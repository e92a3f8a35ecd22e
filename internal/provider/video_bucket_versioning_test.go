package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestVideoBucketWithoutVersioning makes a bucket that never has versioning, until it
// is enabled: from then on "Disabled" is refused.
func TestVideoBucketWithoutVersioning(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	status := func(want s3types.BucketVersioningStatus) func() {
		return func() {
			out, err := e.S3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &name})
			if err != nil {
				t.Fatal(err)
			}
			if out.Status != want {
				t.Errorf("versioning: got %q, want %q", out.Status, want)
			}
		}
	}
	refused := inOrder(`versioning = "Disabled"`, "Versioning of a bucket cannot be turned off again. Use \"Suspended\"")
	disabled := bucketConfig(e, name, `versioning = "Disabled"`)
	e.Run(t,
		resource.TestStep{
			Config:            disabled,
			ConfigStateChecks: []statecheck.StateCheck{bucketState("versioning", knownvalue.StringExact("Disabled"))},
			PostApplyFunc:     status(""),
		},
		resource.TestStep{ResourceName: theBucket, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"force_destroy"}},
		resource.TestStep{Config: bucketConfig(e, name, ""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), PostApplyFunc: status(s3types.BucketVersioningStatusEnabled)},
		resource.TestStep{Config: disabled, PlanOnly: true, ExpectError: inOrder("Error: The versioning of the bucket "+name+" cannot be disabled", "[versioning-not-disabled]")},
		resource.TestStep{Config: disabled, PlanOnly: true, ExpectError: refused},
		resource.TestStep{Config: bucketConfig(e, name, `versioning = "Suspended"`), PostApplyFunc: status(s3types.BucketVersioningStatusSuspended)},
		resource.TestStep{Config: disabled, PlanOnly: true, ExpectError: refused},
	)
}
