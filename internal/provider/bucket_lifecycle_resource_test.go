package provider_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func newLifecycle(t *testing.T) document {
	t.Helper()
	return newDocument(t, "fovea_bucket_lifecycle", "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle")
}

// everyLifecycleArgument has each argument that can change in place.
const everyLifecycleArgument = `
  transition_default_minimum_object_size = "varies_by_storage_class"
  rules = [
    {
      id     = "everything"
      status = "Disabled"
      filter = {
        prefix                   = "clips/"
        tags                     = { keep = "no", team = "video" }
        object_size_greater_than = 1000
        object_size_less_than    = 1000000
      }
      transitions = [
        { days = 60, storage_class = "INTELLIGENT_TIERING" },
        { days = 30, storage_class = "STANDARD_IA" },
      ]
      expiration                     = { days = 400, expired_object_delete_marker = false }
      noncurrent_version_transitions = [{ noncurrent_days = 30, newer_noncurrent_versions = 2, storage_class = "STANDARD_IA" }]
      noncurrent_version_expiration  = { noncurrent_days = 90, newer_noncurrent_versions = 3 }
    },
    {
      id          = "dates"
      filter      = {}
      transitions = [{ date = "2030-01-01T00:00:00Z", storage_class = "GLACIER_IR" }]
      expiration  = { date = "2031-01-01T00:00:00Z" }
    },
    {
      id                                     = "clean up"
      filter                                 = { prefix = "" }
      transitions                            = []
      expiration                             = { expired_object_delete_marker = true }
      abort_incomplete_multipart_upload_days = 3
    },
  ]
`

// lifecycleRule expects a rule with these arguments alone.
func lifecycleRule(arguments map[string]knownvalue.Check) knownvalue.Check {
	rule := map[string]knownvalue.Check{"status": knownvalue.StringExact("Enabled")}
	for _, name := range []string{
		"filter", "transitions", "expiration", "noncurrent_version_transitions", "noncurrent_version_expiration", "abort_incomplete_multipart_upload_days",
	} {
		rule[name] = knownvalue.Null()
	}
	for name, want := range arguments {
		rule[name] = want
	}
	return knownvalue.ObjectExact(rule)
}

func lifecycleTransition(days int64, class string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{"days": number(days), "date": knownvalue.Null(), "storage_class": knownvalue.StringExact(class)})
}

func defaultLifecycle(d document) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		d.state("id", knownvalue.StringExact(d.bucket)),
		d.state("transition_default_minimum_object_size", knownvalue.StringExact("all_storage_classes_128K")),
		d.state("rules", knownvalue.ListExact([]knownvalue.Check{
			lifecycleRule(map[string]knownvalue.Check{
				"id":          knownvalue.StringExact("ArchiveOldVideos"),
				"transitions": knownvalue.ListExact([]knownvalue.Check{lifecycleTransition(90, "STANDARD_IA"), lifecycleTransition(365, "GLACIER_IR")}),
			}),
			lifecycleRule(map[string]knownvalue.Check{
				"id": knownvalue.StringExact("AbortIncompleteUploads"), "abort_incomplete_multipart_upload_days": number(7),
			}),
		})),
	}
}

func TestBucketLifecycle(t *testing.T) {
	d := newLifecycle(t)
	steps := []resource.TestStep{
		{
			Config:            d.config(""),
			ConfigPlanChecks:  d.planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: defaultLifecycle(d),
		},
	}
	steps = append(steps, d.imported(d.bucket)...)
	steps = append(steps,
		resource.TestStep{
			Config:           d.config(`rules = [{ id = "short", filter = { prefix = "tmp/" }, expiration = { days = 30 } }]`),
			ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{d.state("rules", knownvalue.ListExact([]knownvalue.Check{lifecycleRule(map[string]knownvalue.Check{
				"id": knownvalue.StringExact("short"),
				"filter": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"prefix": knownvalue.StringExact("tmp/"), "tags": knownvalue.Null(), "object_size_greater_than": knownvalue.Null(), "object_size_less_than": knownvalue.Null(),
				}),
				"expiration": knownvalue.ObjectExact(map[string]knownvalue.Check{"days": number(30), "date": knownvalue.Null(), "expired_object_delete_marker": knownvalue.Null()}),
			})}))},
		},
		resource.TestStep{
			Config:            d.config(""),
			ConfigPlanChecks:  d.planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: defaultLifecycle(d),
		},
	)
	d.Run(t, steps...)
	_, err := d.S3.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: &d.bucket})
	if !awserr.Is(err, "NoSuchLifecycleConfiguration") {
		t.Errorf("the rules are still there after the destroy: %v", err)
	}
}

func TestBucketLifecycleEveryArgument(t *testing.T) {
	d := newLifecycle(t)
	d.FakeOnly(t, "it keeps neither sizes of objects nor numbers of newer versions")
	d.Run(t,
		resource.TestStep{Config: d.config("")},
		resource.TestStep{
			Config:           d.config(everyLifecycleArgument),
			ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate),
			PostApplyFunc:    func() { checkEveryLifecycleArgument(d) },
		},
		resource.TestStep{ // neither the order of rules nor that of transitions means anything
			Config: d.config(`
  transition_default_minimum_object_size = "varies_by_storage_class"
  rules = [
    { id = "dates", filter = {}, transitions = [{ date = "2030-01-01T00:00:00Z", storage_class = "GLACIER_IR" }], expiration = { date = "2031-01-01T00:00:00Z" } },
    { id = "clean up", filter = { prefix = "" }, transitions = [], expiration = { expired_object_delete_marker = true }, abort_incomplete_multipart_upload_days = 3 },
    {
      id = "everything", status = "Disabled"
      filter = { prefix = "clips/", tags = { keep = "no", team = "video" }, object_size_greater_than = 1000, object_size_less_than = 1000000 }
      transitions = [{ days = 60, storage_class = "INTELLIGENT_TIERING" }, { days = 30, storage_class = "STANDARD_IA" }]
      expiration = { days = 400, expired_object_delete_marker = false }
      noncurrent_version_transitions = [{ noncurrent_days = 30, newer_noncurrent_versions = 2, storage_class = "STANDARD_IA" }]
      noncurrent_version_expiration = { noncurrent_days = 90, newer_noncurrent_versions = 3 }
    },
  ]`),
			ConfigPlanChecks: nothing(),
		},
	)
}

// TestBucketLifecycleTransitionsInAnyOrder has transitions in another order than
// the state, and then than S3.
func TestBucketLifecycleTransitionsInAnyOrder(t *testing.T) {
	d := newLifecycle(t)
	d.Run(t,
		resource.TestStep{Config: d.config(driftingLifecycle)},
		resource.TestStep{
			Config: d.config(`
  rules = [
    {
      id     = "move"
      filter = { tags = { keep = "no" } }
      transitions = [
        { days = 90, storage_class = "GLACIER_IR" },
        { days = 60, storage_class = "INTELLIGENT_TIERING" },
      ]
      expiration                     = { days = 400 }
      noncurrent_version_transitions = [{ noncurrent_days = 30, storage_class = "STANDARD_IA" }]
      noncurrent_version_expiration  = { noncurrent_days = 90 }
    },
    { id = "clean up", abort_incomplete_multipart_upload_days = 3 },
  ]`),
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{ResourceName: d.address(), ImportState: true, ImportStateId: d.bucket, ImportStateKind: resource.ImportBlockWithID},
	)
}

func getLifecycle(d document) []s3types.LifecycleRule {
	d.t.Helper()
	out, err := d.S3.GetBucketLifecycleConfiguration(d.t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: &d.bucket})
	d.do(out, err)
	return out.Rules
}

// checkEveryLifecycleArgument looks at what S3 has.
func checkEveryLifecycleArgument(d document) {
	d.t.Helper()
	for _, rule := range getLifecycle(d) {
		switch *rule.ID {
		case "everything":
			if and := rule.Filter.And; rule.Status != "Disabled" || and == nil || *and.Prefix != "clips/" || len(and.Tags) != 2 || *and.ObjectSizeGreaterThan != 1000 || *and.ObjectSizeLessThan != 1000000 {
				d.t.Errorf("the rule is %+v", rule)
			}
			if len(rule.Transitions) != 2 || *rule.Expiration.Days != 400 || *rule.NoncurrentVersionTransitions[0].NewerNoncurrentVersions != 2 || *rule.NoncurrentVersionExpiration.NoncurrentDays != 90 {
				d.t.Errorf("the rule is %+v", rule)
			}
		case "dates":
			if want := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC); !rule.Transitions[0].Date.Equal(want) {
				d.t.Errorf("the objects move on %s, want %s", rule.Transitions[0].Date, want)
			}
		case "clean up":
			if !*rule.Expiration.ExpiredObjectDeleteMarker || *rule.AbortIncompleteMultipartUpload.DaysAfterInitiation != 3 {
				d.t.Errorf("the rule is %+v", rule)
			}
		default:
			d.t.Errorf("nobody asked for the rule %q", *rule.ID)
		}
	}
}

func TestBucketLifecycleDisappears(t *testing.T) {
	d := newLifecycle(t)
	d.disappears("", func() {
		d.do(d.S3.DeleteBucketLifecycle(t.Context(), &s3.DeleteBucketLifecycleInput{Bucket: &d.bucket}))
	})
}

func TestBucketLifecycleRequests(t *testing.T) {
	d := newLifecycle(t)
	d.costs("", nil)
}

func TestBucketLifecycleMissingOnTheServer(t *testing.T) {
	newLifecycle(t).missing("", "lifecycle configuration")
}

func TestBucketLifecycleIdentity(t *testing.T) {
	d := newLifecycle(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: d.config(""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(d.address(), map[string]knownvalue.Check{"bucket": knownvalue.StringExact(d.bucket)}),
				},
			},
			{ResourceName: d.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
