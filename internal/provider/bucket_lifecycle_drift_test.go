package provider_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func putLifecycle(d document, minimum s3types.TransitionDefaultMinimumObjectSize, rules ...s3types.LifecycleRule) {
	d.t.Helper()
	d.do(d.S3.PutBucketLifecycleConfiguration(d.t.Context(), &s3.PutBucketLifecycleConfigurationInput{
		Bucket: &d.bucket, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: rules}, TransitionDefaultMinimumObjectSize: minimum,
	}))
}

const driftingLifecycle = `
  rules = [
    {
      id     = "move"
      filter = { tags = { keep = "no" } }
      transitions = [
        { days = 60, storage_class = "INTELLIGENT_TIERING" },
        { days = 90, storage_class = "GLACIER_IR" },
      ]
      expiration                     = { days = 400 }
      noncurrent_version_transitions = [{ noncurrent_days = 30, storage_class = "STANDARD_IA" }]
      noncurrent_version_expiration  = { noncurrent_days = 90 }
    },
    { id = "clean up", abort_incomplete_multipart_upload_days = 3 },
  ]
`

// TestBucketLifecycleDrift changes each part of a rule.
func TestBucketLifecycleDrift(t *testing.T) {
	d := newLifecycle(t)
	changes := []func(move, cleanUp *s3types.LifecycleRule){
		func(move, _ *s3types.LifecycleRule) { move.ID = ptr("renamed") },
		func(move, _ *s3types.LifecycleRule) { move.Status = "Disabled" },
		func(move, _ *s3types.LifecycleRule) {
			move.Filter = &s3types.LifecycleRuleFilter{Prefix: ptr("clips/")}
		},
		func(move, _ *s3types.LifecycleRule) { move.Filter = &s3types.LifecycleRuleFilter{Prefix: ptr("")} },
		func(move, _ *s3types.LifecycleRule) { move.Transitions = move.Transitions[:1] },
		func(move, _ *s3types.LifecycleRule) { move.Transitions[0].Days = ptr[int32](61) },
		func(move, _ *s3types.LifecycleRule) { move.Expiration.Days = ptr[int32](401) },
		func(move, _ *s3types.LifecycleRule) { move.Expiration = nil },
		func(move, _ *s3types.LifecycleRule) { move.NoncurrentVersionTransitions = nil },
		func(_, cleanUp *s3types.LifecycleRule) {
			cleanUp.AbortIncompleteMultipartUpload.DaysAfterInitiation = ptr[int32](4)
		},
		func(_, cleanUp *s3types.LifecycleRule) {
			cleanUp.Expiration = &s3types.LifecycleExpiration{ExpiredObjectDeleteMarker: ptr(true)}
		},
	}
	if d.Fake != nil { // the other servers keep none of these
		changes = append(changes,
			func(move, _ *s3types.LifecycleRule) {
				move.Filter = &s3types.LifecycleRuleFilter{ObjectSizeGreaterThan: ptr[int64](0)}
			},
			func(move, _ *s3types.LifecycleRule) {
				move.Filter = &s3types.LifecycleRuleFilter{ObjectSizeLessThan: ptr[int64](10)}
			},
			func(move, _ *s3types.LifecycleRule) {
				move.NoncurrentVersionTransitions[0].NewerNoncurrentVersions = ptr[int32](5)
			},
			func(move, _ *s3types.LifecycleRule) {
				move.NoncurrentVersionExpiration.NewerNoncurrentVersions = ptr[int32](5)
			},
		)
	}
	var drifts []drift
	for _, change := range changes {
		drifts = append(drifts, drift{[]string{"rules"}, func(d document) {
			rules := getLifecycle(d)
			i := slices.IndexFunc(rules, func(r s3types.LifecycleRule) bool { return *r.ID == "move" })
			change(&rules[i], &rules[1-i])
			putLifecycle(d, "", rules...)
		}})
	}
	if d.Fake != nil {
		drifts = append(drifts, drift{[]string{"transition_default_minimum_object_size"}, func(d document) {
			putLifecycle(d, s3types.TransitionDefaultMinimumObjectSizeVariesByStorageClass, getLifecycle(d)...)
		}})
	}
	d.drifts(always(driftingLifecycle), drifts...)
}

// TestBucketLifecycleOrder has S3 answer in another order than was configured.
func TestBucketLifecycleOrder(t *testing.T) {
	d := newLifecycle(t)
	reorder := func() {
		rules := getLifecycle(d)
		slices.Reverse(rules)
		for i := range rules {
			slices.Reverse(rules[i].Transitions)
		}
		putLifecycle(d, "", rules...)
	}
	d.Run(t,
		resource.TestStep{Config: d.config(driftingLifecycle)},
		resource.TestStep{PreConfig: reorder, Config: d.config(driftingLifecycle), ConfigPlanChecks: nothing()},
	)
}

// TestBucketLifecycleForeignRules adds rules behind Terraform's back: the plan
// shows that they go, and nothing else.
func TestBucketLifecycleForeignRules(t *testing.T) {
	d := newLifecycle(t)
	foreign := s3types.LifecycleRule{
		ID: ptr("foreign"), Status: "Enabled", Filter: &s3types.LifecycleRuleFilter{Prefix: ptr("logs/")},
		Expiration: &s3types.LifecycleExpiration{Days: ptr[int32](30)},
	}
	d.Run(t,
		resource.TestStep{Config: d.config("")},
		resource.TestStep{
			PreConfig: func() { putLifecycle(d, "", append([]s3types.LifecycleRule{foreign}, getLifecycle(d)...)...) },
			Config:    d.config(""),
			ConfigPlanChecks: before(
				changes{d.address(), []string{"rules"}},
				removesLast{d.address(), "rules", "foreign"},
			),
			ConfigStateChecks: defaultLifecycle(d),
		},
	)
}

// TestBucketLifecycleOldRules imports a rule with the prefix where S3 had it
// before there were filters.
func TestBucketLifecycleOldRules(t *testing.T) {
	d := newLifecycle(t)
	putLifecycle(d, "", s3types.LifecycleRule{
		ID: ptr("old"), Status: "Enabled", Prefix: ptr("clips/"), //nolint:staticcheck // deprecated, yet old rules have it
		Expiration: &s3types.LifecycleExpiration{Days: ptr[int32](30)},
	})
	config := d.config(`rules = [{ id = "old", filter = { prefix = "clips/" }, expiration = { days = 30 } }]`)
	d.Run(t,
		resource.TestStep{
			Config: config, ResourceName: d.address(), ImportState: true, ImportStateId: d.bucket, ImportStatePersist: true,
		},
		resource.TestStep{
			Config: config, ConfigPlanChecks: before(plancheck.ExpectResourceAction(d.address(), plancheck.ResourceActionNoop)),
		},
	)
}
