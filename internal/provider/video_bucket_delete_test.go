package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// TestVideoBucketFilledDuringTheApply is empty when the destroy is planned, and not
// any longer when it is applied: S3 refuses, and the remedy works.
func TestVideoBucketFilledDuringTheApply(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it uploads at the right moment")
	name := acctest.Name(t)
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, "")},
		resource.TestStep{
			PreConfig: func() {
				e.Fake.Inject(fakeaws.Fault{Operation: "DeleteBucket", Bucket: name, Times: 1, Hook: func() { upload(t, e, name, "a.txt") }})
			},
			Config:  bucketConfig(e, name, ""),
			Destroy: true,
			ExpectError: inOrder("The bucket "+name+" is not empty [bucket-not-empty]",
				"The bucket "+name+" holds objects, old versions or delete markers, and nothing was deleted. To keep them, take the bucket out of the state with a removed block."),
		},
		resource.TestStep{Config: bucketConfig(e, name, "force_destroy = true"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
	)
	gone(t, e, name)
}

// TestVideoBucketForceDestroy deletes more versions and markers than S3 lists, or
// deletes, at a time.
func TestVideoBucketForceDestroy(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "thousands of uploads take minutes elsewhere")
	name := acctest.Name(t)
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, "force_destroy = true")},
		resource.TestStep{
			PreConfig: func() {
				var uploads errgroup.Group
				uploads.SetLimit(8)
				for i := range 2500 {
					uploads.Go(func() error {
						_, err := e.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: ptr(fmt.Sprintf("%d.mp4", i%900))})
						return err
					})
				}
				if err := uploads.Wait(); err != nil {
					t.Fatal(err)
				}
				for i := range 30 {
					if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &name, Key: ptr(fmt.Sprintf("%d.mp4", i))}); err != nil {
						t.Fatal(err)
					}
				}
			},
			Config:  bucketConfig(e, name, "force_destroy = true"),
			Destroy: true,
		},
	)
	gone(t, e, name)
	if n := e.Fake.Requests().Count("DeleteObjects"); n != 3 {
		t.Errorf("%d requests deleted 2,530 versions and markers, want 3", n)
	}
}

func TestVideoBucketSuspension(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	var heard warnings
	heard.run(t,
		resource.TestStep{Config: bucketConfig(e, name, ""), PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			Config:        bucketConfig(e, name, `versioning = "Suspended"`),
			PostApplyFunc: heard.expect(t, "Versioning of the bucket "+name+" will be suspended [bucket-versioning-ends] From then on, an upload overwrites a video for good"),
		},
		resource.TestStep{Config: bucketConfig(e, name, `versioning = "Suspended"`), PostApplyFunc: heard.expect(t)},
	)
}
