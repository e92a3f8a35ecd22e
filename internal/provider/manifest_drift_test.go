package provider_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestManifestWrittenBySomebodyElse(t *testing.T) {
	l := newLibrary(t, "a.mp4", "b.mp4")
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			// The same list, in other words and with another time, is no change.
			PreConfig:         func() { l.publishByHand("manifest.json", "a.mp4", "b.mp4") },
			Config:            l.config(""),
			ConfigPlanChecks:  nothing(),
			ConfigStateChecks: at(map[string]knownvalue.Check{"generated_at": knownvalue.StringExact("2026-01-02T03:04:05.678901Z")}),
		},
		resource.TestStep{
			PreConfig:        func() { l.publishByHand("manifest.json", "b.mp4") },
			Config:           l.config(""),
			ConfigPlanChecks: before(publishes(plancheck.ResourceActionUpdate, changed([]string{"a.mp4"}, nil, nil))...),
		},
		resource.TestStep{
			PreConfig:         func() { l.publishByHand("manifest.json", "b.mp4", "a.mp4", "b.mp4") }, // in no order
			Config:            l.config(""),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionUpdate, changed(nil, nil, nil))...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(2)}),
		},
	)
}

func TestManifestDisappears(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			PreConfig:         func() { l.remove("manifest.json") },
			Config:            l.config(""),
			ConfigPlanChecks:  before(publishes(plancheck.ResourceActionCreate, nil)...),
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(1)}),
		},
	)
}

// TestManifestReplacedBySomethingElse leaves what it does not know alone: at the
// plan, at an apply that did not look before, and at the destroy.
func TestManifestReplacedBySomethingElse(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	const theirs = `{"name": "site"}`
	const refusal = "There is something else at this key, and it is left alone. Move it away, or choose another key"
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			PreConfig:   func() { l.put("manifest.json", theirs, "") },
			Config:      l.config(""),
			ExpectError: acctest.Message(refusal),
		},
		resource.TestStep{
			Config:      l.config("scan_on_plan = false"),
			ExpectError: acctest.Message(refusal),
		},
		resource.TestStep{
			Config:            l.config(`key = "videos.json"`), // as the message advises
			ConfigStateChecks: at(map[string]knownvalue.Check{"video_count": number(1)}),
		},
	)
	if got := l.get("manifest.json"); got != theirs {
		t.Errorf("it was overwritten with %q", got)
	}
}

func TestManifestOfABucketThatDisappears(t *testing.T) {
	e := acctest.Start(t)
	l := library{e, t, acctest.Name(t)}
	config := e.Config(`
resource "fovea_video_bucket" "this" {
  bucket        = %q
  force_destroy = true
}

resource "fovea_manifest" "this" {
  bucket = fovea_video_bucket.this.bucket
}
`, l.bucket)
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { l.empty(); l.deleteBucket() },
			Config:    config,
			ConfigPlanChecks: before(append(publishes(plancheck.ResourceActionCreate, nil),
				plancheck.ExpectResourceAction(theBucket, plancheck.ResourceActionCreate))...),
		},
	)
}

func TestManifestOfNoBucket(t *testing.T) {
	e := acctest.Start(t)
	l := library{e, t, acctest.Name(t)}
	e.Run(t, resource.TestStep{Config: l.config(""), ExpectError: acctest.Message("Could not find the bucket " + l.bucket)})
}

// TestManifestMovedToNoBucket warns that the old manifest goes before a new one can be
// published.
func TestManifestMovedToNoBucket(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	elsewhere := l
	elsewhere.bucket += "-typo"
	for _, arguments := range []string{"", "scan_on_plan = false"} {
		var heard warnings
		heard.run(t,
			resource.TestStep{Config: l.config(arguments)},
			resource.TestStep{
				Config: elsewhere.config(arguments), ExpectError: acctest.Message("Could not find the bucket " + elsewhere.bucket),
				ConfigPlanChecks: before(then(heard.expect(t, "The bucket "+elsewhere.bucket+" of the manifest manifest.json does not exist yet [manifest-bucket-missing] Unless the same apply makes it, the manifest manifest.json of the bucket "+l.bucket+" will be deleted, and no other one published."))),
			},
		)
	}
	// The advice.
	l.run(
		resource.TestStep{Config: l.config("")},
		resource.TestStep{
			Config:      elsewhere.config("lifecycle {\n create_before_destroy = true\n }"),
			ExpectError: acctest.Message("Could not find the bucket " + elsewhere.bucket),
		},
		resource.TestStep{Config: l.config(""), ConfigPlanChecks: before(plancheck.ExpectEmptyPlan(), then(func() {
			if keys := l.published(); !slices.Equal(keys, []string{"a.mp4"}) {
				t.Errorf("%q", keys)
			}
		}))},
	)
}

func (l library) deleteBucket() {
	l.t.Helper()
	if _, err := l.S3.DeleteBucket(l.t.Context(), &s3.DeleteBucketInput{Bucket: &l.bucket}); err != nil {
		l.t.Fatal(err)
	}
}
