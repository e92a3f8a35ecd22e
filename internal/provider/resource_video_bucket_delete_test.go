package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
)

// TestVideoBucketThatHoldsSomethingIsNotDeleted also keeps the versions behind a
// delete marker.
func TestVideoBucketThatHoldsSomethingIsNotDeleted(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	refused := "The bucket " + name + " holds objects, old versions or delete markers, and nothing was deleted. " +
		"To keep them, take the bucket out of the state with a removed block. To delete them for good, set force_destroy to true, apply, and destroy again."
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, "")},
		resource.TestStep{
			PreConfig:   func() { upload(t, e, name, "a.txt") },
			Config:      bucketConfig(e, name, ""),
			Destroy:     true,
			ExpectError: acctest.Message(refused),
		},
		resource.TestStep{
			PreConfig: func() {
				if _, err := e.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &name, Key: ptr("a.txt")}); err != nil {
					t.Fatal(err)
				}
			},
			Config:      bucketConfig(e, name, ""),
			Destroy:     true,
			ExpectError: acctest.Message(refused),
		},
		resource.TestStep{
			PreConfig: func() {
				out, err := e.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &name})
				if err != nil {
					t.Fatal(err)
				}
				if len(out.Versions) != 1 || len(out.DeleteMarkers) != 1 {
					t.Errorf("%d versions and %d markers are left", len(out.Versions), len(out.DeleteMarkers))
				}
			},
			Config:           bucketConfig(e, name, "force_destroy = true"),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
	)
	gone(t, e, name)
}

// TestVideoBucketWithVideosIsNotPlannedAway refuses the plans that would fail on the
// videos in the end: by then the reader's access would be gone.
func TestVideoBucketWithVideosIsNotPlannedAway(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := func(arguments string) string {
		return e.Config("resource \"fovea_video_bucket\" \"this\" {\n%s\n}\n\nresource \"fovea_bucket_cors\" \"this\" {\n bucket = fovea_video_bucket.this.bucket\n rules = [{ allowed_origins = [\"https://fovea.example.com\"] }]\n}\n", arguments)
	}
	named := config(fmt.Sprintf("bucket = %q", name))
	const advice = "To keep the videos, take the bucket out of the state instead, with a removed block or terraform state rm. To delete them for good, set force_destroy to true, apply that alone, and plan again."
	renamed := acctest.Message("A bucket can be neither renamed nor moved: this plan would destroy it and make another, empty one. \"clips/a.MOV\" is one of them.")
	e.Run(t,
		resource.TestStep{Config: named},
		resource.TestStep{
			PreConfig: func() {
				upload(t, e, name, "a.info.json")
				upload(t, e, name, "clips/a.MOV")
			},
			Config: named, Destroy: true,
			ExpectError: inOrder("The bucket "+name+" holds videos, and is not planned to be destroyed", `"clips/a.MOV" is one of them.`, advice),
		},
		resource.TestStep{Config: config(fmt.Sprintf("bucket = %q", name+"-2")), ExpectError: renamed},
		resource.TestStep{Config: config(`bucket_prefix = "other-"`), ExpectError: renamed},
		resource.TestStep{Config: config(fmt.Sprintf("bucket = %q\nregion = \"eu-west-1\"", name)), ExpectError: renamed},
		resource.TestStep{Config: named, ConfigPlanChecks: nothing()}, // the CORS rules too are as they were
		resource.TestStep{Config: config(fmt.Sprintf("bucket = %q\nforce_destroy = true", name))},
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

// TestVideoBucketLossIsForetold looks at every plan that deletes videos.
func TestVideoBucketLossIsForetold(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	forced := func(arguments string) string {
		return e.Config("resource \"fovea_video_bucket\" \"this\" {\n  force_destroy = true\n%s\n}\n", arguments)
	}
	later := func(value string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %q\n}\n", value)
	}
	loss := "Every video in " + name + " will be deleted A bucket can be neither renamed nor moved, so this plan destroys it and makes another, empty one. " +
		"force_destroy is true, so destroying the bucket deletes all its objects first, with all their versions. They cannot be brought back."
	var heard warnings
	replaced := func(config string) resource.TestStep {
		return resource.TestStep{
			Config:             config,
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(theBucket, plancheck.ResourceActionReplace),
				planCheck(func() error { heard.expect(t, loss)(); return nil }),
			}},
		}
	}
	quiet := func(config string) resource.TestStep {
		return resource.TestStep{Config: config, PostApplyFunc: heard.expect(t)}
	}
	heard.run(t,
		quiet(bucketConfig(e, name, "force_destroy = true")),
		replaced(forced(fmt.Sprintf("bucket = %q", name+"-2"))),
		replaced(forced(fmt.Sprintf("bucket = %q\nregion = \"eu-west-1\"", name))),
		replaced(forced(`bucket_prefix = "other-"`)),
		replaced(forced("bucket = terraform_data.later.output")+later(name)),
		replaced(forced("bucket_prefix = terraform_data.later.output")+later("fovea-")),
		quiet(forced(`bucket_prefix = "fovea-"`)), // which the name has: no other bucket
		quiet(bucketConfig(e, name, "")),
		quiet(bucketConfig(e, name+"-2", "")), // what counts is what the state says
		quiet(bucketConfig(e, name+"-2", "force_destroy = true")),
	)
	heard.expect(t, "Every video in "+name+"-2 will be deleted force_destroy is true")() // by the destroy at the end
}

func TestVideoBucketSuspension(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	var heard warnings
	heard.run(t,
		resource.TestStep{Config: bucketConfig(e, name, ""), PostApplyFunc: heard.expect(t)},
		resource.TestStep{
			Config:        bucketConfig(e, name, `versioning = "Suspended"`),
			PostApplyFunc: heard.expect(t, "Versioning will be suspended From then on an upload overwrites a video for good"),
		},
		resource.TestStep{Config: bucketConfig(e, name, `versioning = "Suspended"`), PostApplyFunc: heard.expect(t)},
	)
}
