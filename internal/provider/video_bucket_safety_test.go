package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestVideoBucketIsNotAdopted meets an own bucket of that name, in the region
// where S3 answers a second creation with success, and in another.
func TestVideoBucketIsNotAdopted(t *testing.T) {
	for region, location := range map[string]*s3types.CreateBucketConfiguration{
		"us-east-1": nil,
		"eu-west-1": {LocationConstraint: "eu-west-1"},
	} {
		t.Run(region, func(t *testing.T) {
			e := acctest.Start(t)
			name := acctest.Name(t)
			there := func(o *s3.Options) { o.Region = region }
			if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: location}, there); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if _, err := e.S3.DeleteBucket(context.WithoutCancel(t.Context()), &s3.DeleteBucketInput{Bucket: &name}, there); err != nil {
					t.Error(err)
				}
			})
			e.Run(t, resource.TestStep{Config: bucketConfig(e, name, ""), ExpectError: inOrder(
				"The bucket "+name+" exists and is not in the state [bucket-exists]",
				fmt.Sprintf(`exists already, and is left as it is. To manage it with Terraform, import it, with "terraform import fovea_video_bucket.NAME %[1]s" or the block import { to = fovea_video_bucket.NAME id = "%[1]s" }`, name),
			)})
			out, err := e.S3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &name}, there)
			if err != nil || out.Status != "" {
				t.Errorf("versioning is %q now, %v", out.Status, err)
			}
		})
	}
}

// TestVideoBucketOfAnotherAccount meets a taken name, which S3 tells with
// HeadBucket, or only with CreateBucket.
func TestVideoBucketOfAnotherAccount(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it has a second account")
	name := acctest.Name(t)
	other := e.Fake.AddAccount("210987654321")
	if _, err := e.S3As(t, other.AccessKeyID, other.SecretAccessKey).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	taken := inOrder("The bucket name "+name+" is taken [bucket-name-taken]", "A bucket named "+name+" exists, and these credentials may not see it. All AWS accounts share one set of names")
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, ""), ExpectError: taken},
		resource.TestStep{
			PreConfig: func() {
				e.Fake.Inject(fakeaws.Fault{Operation: "ListObjectsV2", Status: http.StatusNotFound, Code: "NoSuchBucket"})
			},
			Config:      bucketConfig(e, name, ""),
			ExpectError: taken,
		},
	)
}

// TestVideoBucketIsNotTakenForGone answers a refresh in ways that do not say
// that the bucket is gone.
func TestVideoBucketIsNotTakenForGone(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it injects faults")
	var cases [][]resource.TestStep
	for name, tt := range map[string]struct {
		fault   fakeaws.Fault
		message string
	}{
		"denied":                    {on("*", denied), "The resource may still exist, so it stays in the state"},
		"one document denied":       {on("GetBucketVersioning", denied), "The resource may still exist, so it stays in the state"},
		"redirected nowhere":        {on("HeadBucket", fakeaws.Fault{Status: http.StatusMovedPermanently, Code: "PermanentRedirect"}), "The bucket is in another region"},
		"web page":                  {on("*", webPage), "The answer is a web page, not one of S3, IAM or STS."},
		"web page for one document": {on("GetBucketEncryption", webPage), "The answer is a web page, not one of S3, IAM or STS."},
	} {
		bucket := acctest.Name(t)
		config := labelled(bucketBlock(bucket, ""), labelOf(name))
		tt.fault.Bucket = bucket
		var active faults
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{PreConfig: func() { active.inject(e, tt.fault) }, Config: config, ExpectError: inOrder("Could not read the bucket "+bucket, tt.message)},
			{PreConfig: func() { active.lift() }, Config: config, ConfigPlanChecks: nothing()},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// TestVideoBucketOfAnEndpointThatIsNone asks a server that answers every request
// about buckets with a web page.
func TestVideoBucketOfAnEndpointThatIsNone(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it plays a web server")
	name := acctest.Name(t)
	for _, status := range []int{http.StatusOK, http.StatusNotFound, http.StatusForbidden} {
		page := webPage
		page.Status, page.Bucket = status, name
		remove := e.Fake.Inject(page)
		e.Run(t, resource.TestStep{Config: bucketConfig(e, name, ""), ExpectError: acctest.Message("The answer is a web page, not one of S3, IAM or STS. Check the endpoint")})
		remove()
	}
	gone(t, e, name)
}
