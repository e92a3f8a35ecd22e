package provider_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func bucketTags(t *testing.T, e *acctest.Env, bucket string) map[string]string {
	t.Helper()
	out, err := e.S3.GetBucketTagging(t.Context(), &s3.GetBucketTaggingInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, tag := range out.TagSet {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

func putBucketTags(t *testing.T, e *acctest.Env, bucket string, tags map[string]string) {
	t.Helper()
	set := []s3types.Tag{}
	for key, value := range tags {
		set = append(set, s3types.Tag{Key: &key, Value: &value})
	}
	if _, err := e.S3.PutBucketTagging(t.Context(), &s3.PutBucketTaggingInput{Bucket: &bucket, Tagging: &s3types.Tagging{TagSet: set}}); err != nil {
		t.Fatal(err)
	}
}

// theTags expects a map of just these.
func theTags(want map[string]string) knownvalue.Check {
	checks := map[string]knownvalue.Check{}
	for key, value := range want {
		checks[key] = knownvalue.StringExact(value)
	}
	return knownvalue.MapExact(checks)
}

// TestVideoBucketTags has tags of the resource, of the provider and of others.
func TestVideoBucketTags(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := func(defaults, tags string) string {
		return e.ConfigWith(`
  default_tags {
    tags = `+defaults+`
  }
  ignore_tags {
    keys         = ["cost-center"]
    key_prefixes = ["audit:"]
  }
`, "resource \"fovea_video_bucket\" \"this\" {\n  bucket = %q\n  tags = %s\n}\n", name, tags)
	}
	state := func(tags knownvalue.Check, all map[string]string) []statecheck.StateCheck {
		return []statecheck.StateCheck{bucketState("tags", tags), bucketState("tags_all", theTags(all))}
	}
	remote := func(want map[string]string) func() {
		return func() {
			if got := bucketTags(t, e, name); !maps.Equal(got, want) {
				t.Errorf("the bucket has the tags %v, want %v", got, want)
			}
		}
	}
	e.Run(t,
		resource.TestStep{
			Config:            config(`{ app = "fovea", env = "prod" }`, `{ env = "test" }`), // the nearer one wins
			ConfigStateChecks: state(theTags(map[string]string{"env": "test"}), map[string]string{"app": "fovea", "env": "test"}),
			PostApplyFunc:     remote(map[string]string{"app": "fovea", "env": "test"}),
		},
		resource.TestStep{ // others add theirs, which are ignored
			PreConfig: func() {
				putBucketTags(t, e, name, map[string]string{"app": "fovea", "env": "test", "cost-center": "42", "audit:by": "ops"})
			},
			Config:           config(`{ app = "fovea", env = "prod" }`, `{ env = "test" }`),
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{ // and survive an update
			Config:            config(`{ app = "fovea" }`, `{ env = "test", team = "video" }`),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: state(theTags(map[string]string{"env": "test", "team": "video"}), map[string]string{"app": "fovea", "env": "test", "team": "video"}),
			PostApplyFunc:     remote(map[string]string{"app": "fovea", "env": "test", "team": "video", "cost-center": "42", "audit:by": "ops"}),
		},
		resource.TestStep{ // a default tag that the resource repeats, and an ignored one that it asks for
			Config:            config(`{ app = "fovea", "audit:default" = "no" }`, `{ app = "fovea", cost-center = "7" }`),
			ConfigStateChecks: state(theTags(map[string]string{"app": "fovea", "cost-center": "7"}), map[string]string{"app": "fovea", "cost-center": "7"}),
			PostApplyFunc:     remote(map[string]string{"app": "fovea", "cost-center": "7", "audit:by": "ops"}),
		},
		resource.TestStep{ // drift
			PreConfig:         func() { putBucketTags(t, e, name, map[string]string{"app": "stolen", "audit:by": "ops", "stray": "1"}) },
			Config:            config(`{ app = "fovea" }`, "null"),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: state(knownvalue.Null(), map[string]string{"app": "fovea"}),
			PostApplyFunc:     remote(map[string]string{"app": "fovea", "audit:by": "ops"}),
		},
		resource.TestStep{
			Config:            config(`{}`, "{}"),
			ConfigStateChecks: state(theTags(nil), nil),
			PostApplyFunc:     remote(map[string]string{"audit:by": "ops"}),
		},
	)
}

// TestVideoBucketTagsKnownLater has a tag that only the apply knows.
func TestVideoBucketTagsKnownLater(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := func(input string) string {
		return bucketConfig(e, name, "tags = { revision = terraform_data.this.output }") +
			fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  input = %q\n}\n", input)
	}
	e.Run(t,
		resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{bucketState("tags_all", theTags(map[string]string{"revision": "1"}))}},
		resource.TestStep{
			Config:            config("2"),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{bucketState("tags_all", theTags(map[string]string{"revision": "2"}))},
		},
	)
}
