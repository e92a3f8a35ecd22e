package provider_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const theBucket = "fovea_video_bucket.this"

// bucketConfig configures a bucket with further arguments.
func bucketConfig(e *acctest.Env, name, arguments string) string {
	return e.Config("%s", bucketBlock(name, arguments))
}

func bucketBlock(name, arguments string) string {
	return fmt.Sprintf("resource \"fovea_video_bucket\" \"this\" {\n  bucket = %q\n%s\n}\n", name, arguments)
}

// everyArgument differs from the default in every argument that can change in
// place.
const everyArgument = `
  force_destroy    = true
  versioning       = "Suspended"
  object_ownership = "ObjectWriter"
  encryption = {
    algorithm          = "aws:kms"
    kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
    bucket_key_enabled = true
  }
  public_access_block = {
    block_public_acls       = false
    block_public_policy     = false
    ignore_public_acls      = false
    restrict_public_buckets = false
  }
  tags = {
    team = "video"
  }
`

func bucketState(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(theBucket, tfjsonpath.New(attribute), want)
}

func defaultsInState(name string) []statecheck.StateCheck { return defaultsOf(theBucket, name) }

func defaultsOf(address, name string) []statecheck.StateCheck {
	state := stateOf(address)
	text, yes := knownvalue.StringExact, knownvalue.Bool(true)
	return []statecheck.StateCheck{
		state("id", text(name)),
		state("bucket", text(name)),
		state("bucket_prefix", knownvalue.Null()),
		state("region", text("us-east-1")),
		state("force_destroy", knownvalue.Bool(false)),
		state("versioning", text("Enabled")),
		state("encryption", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"algorithm": text("AES256"), "kms_key_arn": knownvalue.Null(), "bucket_key_enabled": knownvalue.Bool(false),
		})),
		state("public_access_block", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"block_public_acls": yes, "block_public_policy": yes, "ignore_public_acls": yes, "restrict_public_buckets": yes,
		})),
		state("object_ownership", text("BucketOwnerEnforced")),
		state("tags", knownvalue.Null()),
		state("tags_all", knownvalue.MapExact(map[string]knownvalue.Check{})),
		state("arn", text("arn:aws:s3:::"+name)),
		state("bucket_domain_name", text(name+".s3.amazonaws.com")),
		state("bucket_regional_domain_name", text(name+".s3.us-east-1.amazonaws.com")),
		state("hosted_zone_id", text("Z3AQBSTGFYJSTF")),
	}
}

// planned expects one action for the bucket in the plan before an apply.
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(theBucket, action)}}
}

// nothing expects an empty plan before the apply.
func nothing() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

func TestVideoBucketLifecycle(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	e.Run(t,
		resource.TestStep{
			Config:            bucketConfig(e, name, ""),
			ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: append(defaultsInState(name), same.AddStateValue(theBucket, tfjsonpath.New("arn"))),
		},
		resource.TestStep{
			Config:           bucketConfig(e, name, everyArgument),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				bucketState("force_destroy", knownvalue.Bool(true)),
				bucketState("versioning", knownvalue.StringExact("Suspended")),
				bucketState("encryption", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"algorithm":          knownvalue.StringExact("aws:kms"),
					"kms_key_arn":        knownvalue.StringExact("arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"),
					"bucket_key_enabled": knownvalue.Bool(true),
				})),
				bucketState("public_access_block", knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"block_public_acls": knownvalue.Bool(false), "restrict_public_buckets": knownvalue.Bool(false),
				})),
				bucketState("object_ownership", knownvalue.StringExact("ObjectWriter")),
				bucketState("tags_all", knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("video")})),
				same.AddStateValue(theBucket, tfjsonpath.New("arn")),
			},
		},
		resource.TestStep{
			Config:            bucketConfig(e, name, ""),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: defaultsInState(name),
		},
	)
	gone(t, e, name)
}

// TestVideoBucketDrift changes every document behind Terraform's back.
func TestVideoBucketDrift(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := bucketConfig(e, name, `tags = { team = "video" }`)
	steps := []resource.TestStep{{Config: config}}
	for attribute, disturb := range map[string]func(context.Context) error{
		"versioning": func(ctx context.Context) error {
			_, err := e.S3.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
				Bucket: &name, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusSuspended},
			})
			return err
		},
		"encryption": func(ctx context.Context) error {
			_, err := e.S3.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
				Bucket: &name, ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{Rules: []s3types.ServerSideEncryptionRule{{
					ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{SSEAlgorithm: s3types.ServerSideEncryptionAwsKms},
				}}},
			})
			return err
		},
		"public_access_block": func(ctx context.Context) error {
			_, err := e.S3.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: &name})
			return err
		},
		"object_ownership": func(ctx context.Context) error {
			_, err := e.S3.DeleteBucketOwnershipControls(ctx, &s3.DeleteBucketOwnershipControlsInput{Bucket: &name})
			return err
		},
		"tags": func(ctx context.Context) error {
			_, err := e.S3.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
				Bucket: &name, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: ptr("team"), Value: ptr("audio")}, {Key: ptr("new"), Value: ptr("1")}}},
			})
			return err
		},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				if err := disturb(t.Context()); err != nil {
					t.Fatalf("%s: %v", attribute, err)
				}
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(theBucket, plancheck.ResourceActionUpdate),
				changes{theBucket, []string{attribute}},
				// Not "known after apply": the server has shown that it has the document.
				plancheck.ExpectKnownValue(theBucket, tfjsonpath.New(attribute), knownvalue.NotNull()),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				bucketState("versioning", knownvalue.StringExact("Enabled")),
				bucketState("object_ownership", knownvalue.StringExact("BucketOwnerEnforced")),
				bucketState("tags", knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("video")})),
			},
		})
	}
	e.Run(t, steps...)
}

func TestVideoBucketDisappears(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, "")},
		resource.TestStep{
			PreConfig: func() {
				if _, err := e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &name}); err != nil {
					t.Fatal(err)
				}
			},
			Config:            bucketConfig(e, name, ""),
			ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: defaultsInState(name),
		},
	)
}

func TestVideoBucketPrefix(t *testing.T) {
	e := acctest.Start(t)
	prefix := acctest.Name(t)[:20]
	prefixed := func(prefix string) string {
		return e.Config("resource \"fovea_video_bucket\" \"this\" {\n  bucket_prefix = %q\n}\n", prefix)
	}
	same := statecheck.CompareValue(compare.ValuesSame())
	e.Run(t,
		resource.TestStep{
			Config: prefixed(prefix),
			ConfigStateChecks: []statecheck.StateCheck{
				bucketState("bucket", knownvalue.StringRegexp(regexp.MustCompile("^"+prefix+"[0-9]{14}[0-9a-f]{12}$"))),
				same.AddStateValue(theBucket, tfjsonpath.New("bucket")),
			},
		},
		resource.TestStep{
			Config:            prefixed(prefix[:10]), // with which the name begins, too
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(theBucket, tfjsonpath.New("bucket"))},
		},
		resource.TestStep{
			Config:           prefixed("another-" + prefix[:10]),
			ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			ConfigStateChecks: []statecheck.StateCheck{
				bucketState("bucket", knownvalue.StringRegexp(regexp.MustCompile("^another-"))),
			},
		},
	)
}

func TestVideoBucketInAnotherRegion(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := bucketConfig(e, name, `region = "eu-west-1"`) + `
resource "fovea_bucket_cors" "this" {
  bucket = fovea_video_bucket.this.bucket
  rules  = [{ allowed_origins = ["https://fovea.example.com"] }]
}
`
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				bucketState("region", knownvalue.StringExact("eu-west-1")),
				bucketState("bucket_regional_domain_name", knownvalue.StringExact(name+".s3.eu-west-1.amazonaws.com")),
				bucketState("hosted_zone_id", knownvalue.StringExact("Z1BKCTXD74EZPE")),
			},
		},
		resource.TestStep{
			// The region is only an argument of where a new bucket is made: leaving
			// it out moves nothing.
			Config:           bucketConfig(e, name, ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(theBucket, plancheck.ResourceActionNoop)}},
		},
		resource.TestStep{
			// A bucket cannot move, and its documents would go with it.
			Config:      bucketConfig(e, name, `region = "eu-central-1"`),
			ExpectError: acctest.Message("The bucket " + name + " cannot be replaced by a bucket of the same name [bucket-replaced-by-itself]"),
		},
	)
}

// TestVideoBucketRequests counts what a plan without changes asks AWS for.
func TestVideoBucketRequests(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	name := acctest.Name(t)
	e.Run(t, resource.TestStep{
		Config: bucketConfig(e, name, "") + `
resource "fovea_bucket_cors" "this" {
  bucket = fovea_video_bucket.this.bucket
  rules  = [{ allowed_origins = ["https://fovea.example.com"] }]
}
`,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			// Between these two Terraform plans once.
			PostApplyPreRefresh: []plancheck.PlanCheck{planCheck(func() error { e.Fake.Requests().Reset(); return nil })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				want := map[string]int{
					"GetCallerIdentity": 1, "HeadBucket": 1,
					"GetBucketVersioning": 1, "GetBucketEncryption": 1, "GetPublicAccessBlock": 1, "GetBucketOwnershipControls": 1, "GetBucketTagging": 1,
					"GetBucketCors": 1,
				}
				if got := e.Fake.Requests().Counts(); !maps.Equal(got, want) {
					return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
				}
				return nil
			})},
		},
	})
}
