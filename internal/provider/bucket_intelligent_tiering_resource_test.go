package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func newTiering(t *testing.T) document {
	t.Helper()
	return newDocument(t, "fovea_bucket_intelligent_tiering", "GetBucketIntelligentTieringConfiguration",
		"PutBucketIntelligentTieringConfiguration", "DeleteBucketIntelligentTieringConfiguration")
}

func tiering(days int64, tier string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{"days": number(days), "access_tier": knownvalue.StringExact(tier)})
}

func TestBucketIntelligentTiering(t *testing.T) {
	d := newTiering(t)
	defaults := []statecheck.StateCheck{
		d.state("id", knownvalue.StringExact(d.bucket+"/AutoTiering")),
		d.state("name", knownvalue.StringExact("AutoTiering")),
		d.state("status", knownvalue.StringExact("Enabled")),
		d.state("filter", knownvalue.Null()),
		d.state("tierings", knownvalue.ListExact([]knownvalue.Check{tiering(90, "ARCHIVE_ACCESS"), tiering(180, "DEEP_ARCHIVE_ACCESS")})),
	}
	steps := []resource.TestStep{{
		Config: d.config(""), ConfigPlanChecks: d.planned(plancheck.ResourceActionCreate), ConfigStateChecks: defaults,
	}}
	steps = append(steps, d.imported(d.bucket, d.bucket+"/AutoTiering")...)
	steps = append(steps,
		resource.TestStep{ // their order has no meaning
			Config: d.config(`tierings = [{ days = 180, access_tier = "DEEP_ARCHIVE_ACCESS" }, { days = 90, access_tier = "ARCHIVE_ACCESS" }]`), ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			Config: d.config(`
  status   = "Disabled"
  filter   = { prefix = "clips/", tags = { team = "video" } }
  tierings = [{ days = 730, access_tier = "DEEP_ARCHIVE_ACCESS" }]`),
			ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				d.state("status", knownvalue.StringExact("Disabled")),
				d.state("filter", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"prefix": knownvalue.StringExact("clips/"), "tags": knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("video")}),
				})),
				d.state("tierings", knownvalue.ListExact([]knownvalue.Check{tiering(730, "DEEP_ARCHIVE_ACCESS")})),
			},
		},
		resource.TestStep{Config: d.config(""), ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate), ConfigStateChecks: defaults},
		resource.TestStep{Config: d.config(`name = "clips"`), ConfigPlanChecks: d.planned(plancheck.ResourceActionReplace)},
	)
	d.Run(t, steps...)
	for _, name := range []string{"AutoTiering", "clips"} {
		_, err := d.S3.GetBucketIntelligentTieringConfiguration(t.Context(), &s3.GetBucketIntelligentTieringConfigurationInput{Bucket: &d.bucket, Id: &name})
		if !awserr.Is(err, "NoSuchConfiguration") {
			t.Errorf("%s is still there after the destroy: %v", name, err)
		}
	}
}

func TestBucketIntelligentTieringDrift(t *testing.T) {
	d := newTiering(t)
	changed := func(attribute string, change func(*s3types.IntelligentTieringConfiguration)) drift {
		return drift{[]string{attribute}, func(d document) {
			c := s3types.IntelligentTieringConfiguration{
				Id: ptr("AutoTiering"), Status: "Enabled",
				Tierings: []s3types.Tiering{{Days: ptr[int32](180), AccessTier: "DEEP_ARCHIVE_ACCESS"}, {Days: ptr[int32](90), AccessTier: "ARCHIVE_ACCESS"}},
			}
			change(&c)
			d.do(d.S3.PutBucketIntelligentTieringConfiguration(t.Context(), &s3.PutBucketIntelligentTieringConfigurationInput{
				Bucket: &d.bucket, Id: c.Id, IntelligentTieringConfiguration: &c,
			}))
		}}
	}
	d.drifts(always(""),
		changed("status", func(c *s3types.IntelligentTieringConfiguration) { c.Status = "Disabled" }),
		changed("filter", func(c *s3types.IntelligentTieringConfiguration) {
			c.Filter = &s3types.IntelligentTieringFilter{Prefix: ptr("clips/")}
		}),
		changed("filter", func(c *s3types.IntelligentTieringConfiguration) {
			c.Filter = &s3types.IntelligentTieringFilter{Tag: &s3types.Tag{Key: ptr("team"), Value: ptr("video")}}
		}),
		changed("tierings", func(c *s3types.IntelligentTieringConfiguration) { c.Tierings[0].Days = ptr[int32](181) }),
		changed("tierings", func(c *s3types.IntelligentTieringConfiguration) { c.Tierings = c.Tierings[:1] }),
	)
}

func TestBucketIntelligentTieringDisappears(t *testing.T) {
	d := newTiering(t)
	d.disappears("", func() {
		d.do(d.S3.DeleteBucketIntelligentTieringConfiguration(t.Context(), &s3.DeleteBucketIntelligentTieringConfigurationInput{Bucket: &d.bucket, Id: ptr("AutoTiering")}))
	})
}

func TestBucketIntelligentTieringRequests(t *testing.T) {
	newTiering(t).costs("", map[string]int{"GetBucketLifecycleConfiguration": 2}) // for the warning
}

func TestBucketIntelligentTieringMissingOnTheServer(t *testing.T) {
	newTiering(t).missing("", "Intelligent-Tiering configuration")
}

func TestBucketIntelligentTieringBadInput(t *testing.T) {
	for name, tt := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"too early": {
			`"tierings": [{"days": 89, "access_tier": "ARCHIVE_ACCESS"}, {"days": 179, "access_tier": "DEEP_ARCHIVE_ACCESS"}]`,
			map[string]string{"tierings[0].days": "89 days cannot be used. S3 moves objects to ARCHIVE_ACCESS after 90 to 730 days.", "tierings[1].days": "S3 moves objects to DEEP_ARCHIVE_ACCESS after 180 to 730 days."},
		},
		"too late":   {`"tierings": [{"days": 731, "access_tier": "ARCHIVE_ACCESS"}]`, map[string]string{"tierings[0].days": "731 days cannot be used."}},
		"tier twice": {`"tierings": [{"days": 90, "access_tier": "ARCHIVE_ACCESS"}, {"days": 91, "access_tier": "ARCHIVE_ACCESS"}]`, map[string]string{"tierings[1].access_tier": "ARCHIVE_ACCESS is configured more than once."}},
		"other tier": {`"tierings": [{"days": 90, "access_tier": "FREQUENT_ACCESS"}]`, map[string]string{"tierings[0].access_tier": `value must be one of: ["ARCHIVE_ACCESS" "DEEP_ARCHIVE_ACCESS"], got: "FREQUENT_ACCESS"`}},
		"no tiers":   {`"tierings": []`, map[string]string{"tierings": "at least 1 elements"}},
		"null tier":  {`"tierings": [null]`, map[string]string{"tierings": "Null"}},
		"status":     {`"status": "On"`, map[string]string{"status": `got: "On"`}},
		"name":       {`"name": "auto/tiering"`, map[string]string{"name": "it has a character that S3 does not allow"}},
	} {
		t.Run(name, func(t *testing.T) {
			finds(t, "fovea_bucket_intelligent_tiering", `{"bucket": "videos", `+tt.arguments+`}`, tt.want)
		})
	}
}

func TestBucketIntelligentTieringWarnings(t *testing.T) {
	d := newTiering(t)
	const archives, unused = "Videos will not play [videos-archived] Objects in the archive tiers must be restored before they can be read", "has no lifecycle rule that moves objects to INTELLIGENT_TIERING [no-tiered-objects]"
	moves := func(status s3types.ExpirationStatus) func() {
		return func() {
			putLifecycle(d, "", s3types.LifecycleRule{
				ID: ptr("tier"), Status: status, Filter: &s3types.LifecycleRuleFilter{Prefix: ptr("")},
				Transitions: []s3types.Transition{{Days: ptr[int32](0), StorageClass: s3types.TransitionStorageClassIntelligentTiering}},
			})
		}
	}
	var heard warnings
	heard.run(t,
		resource.TestStep{Config: d.config(`status = "Disabled"`), PostApplyFunc: heard.expect(t)},
		resource.TestStep{Config: d.config(""), PostApplyFunc: heard.expect(t, archives, unused)},
		resource.TestStep{PreConfig: moves("Disabled"), Config: d.config(`filter = { prefix = "a/" }`), PostApplyFunc: heard.expect(t, archives, unused)},
		resource.TestStep{PreConfig: moves("Enabled"), Config: d.config(`filter = { prefix = "b/" }`), PostApplyFunc: heard.expect(t, archives)},
	)
	if seen := heard.take(); len(seen) > 0 {
		t.Errorf("plans without changes, or a destroy, warn of %q", seen)
	}
}

// TestBucketIntelligentTieringOfANewBucket warns of no missing rule where the same
// plan makes the bucket, and may make the rule.
func TestBucketIntelligentTieringOfANewBucket(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto takes the request for one for the bucket itself")
	var heard warnings
	heard.run(t, resource.TestStep{
		Config: e.Config("locals {\n bucket = %q\n}\n"+`
resource "fovea_video_bucket" "this" {
  bucket = local.bucket
}

resource "fovea_bucket_lifecycle" "this" {
  bucket = local.bucket
  rules  = [{ id = "tier", transitions = [{ days = 0, storage_class = "INTELLIGENT_TIERING" }] }]
  depends_on = [fovea_video_bucket.this]
}

resource "fovea_bucket_intelligent_tiering" "this" {
  bucket = local.bucket
  depends_on = [fovea_bucket_lifecycle.this]
}
`, acctest.Name(t)),
		PostApplyFunc: heard.expect(t, "Videos will not play"),
	})
}
