package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestMovedBucket moves a bucket of hashicorp/aws: the plan is empty but for what it
// says.
func TestMovedBucket(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "new buckets of moto lack what those of AWS have")
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		old, arguments string
		versioning     s3types.BucketVersioningStatus
		changes        []string
		warnings       []string
	}{
		"as by default": {versioning: "Enabled"},
		"force_destroy": {old: "force_destroy = true", arguments: "force_destroy = true", versioning: "Enabled"},
		"by prefix":     {old: `bucket_prefix = "fovea-"`, arguments: `bucket_prefix = "fovea-"`, versioning: "Enabled"},
		"with the blocks of old": {
			old:        "acl = \"private\"\nversioning = [{ enabled = true }]\nlifecycle_rule = [{ id = \"a\" }]",
			versioning: "Enabled",
		},
		"suspended":       {arguments: `versioning = "Suspended"`, versioning: "Suspended"},
		"never versioned": {arguments: `versioning = "Suspended"`, changes: []string{"versioning"}},
		"to be suspended": {
			arguments: `versioning = "Suspended"`, versioning: "Enabled", changes: []string{"versioning"},
			warnings: []string{"will be suspended [bucket-versioning-ends]"},
		},
	} {
		bucket := acctest.Name(t)
		makeBucket(t, e, bucket)
		if tt.versioning != "" {
			_, err := e.S3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
				Bucket: &bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: tt.versioning},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		named := fmt.Sprintf("bucket = %q\n", bucket)
		block := named
		if name == "by prefix" {
			block = ""
		}
		cases[name] = movable{
			kind: "aws_s3_bucket", old: named + tt.old,
			to: "fovea_video_bucket", block: "resource \"fovea_video_bucket\" \"this\" {\n" + block + tt.arguments + "\n}\n",
			changes: tt.changes, warnings: tt.warnings,
		}
	}
	moves(t, e, cases)
}

// TestMovedLifecycle moves rules that are written as users of hashicorp/aws write
// them, and that S3 has in another order.
func TestMovedLifecycle(t *testing.T) {
	given := func(id string, days int32, rule s3types.LifecycleRule) s3types.LifecycleRule {
		rule.ID, rule.Status = &id, "Enabled"
		rule.Transitions = []s3types.Transition{{Days: &days, StorageClass: "STANDARD_IA"}}
		return rule
	}
	wanted := func(id string, days int, filter string) string {
		return fmt.Sprintf(`{ id = %q, filter = %s, transitions = [{ days = %d, storage_class = "STANDARD_IA" }] }`, id, filter, days)
	}
	d := newDocument(t, "fovea_bucket_lifecycle", "", "", "")
	cases := map[string]movable{}
	for name, tt := range map[string]struct {
		given  []s3types.LifecycleRule
		wanted []string
	}{
		"of today": {
			[]s3types.LifecycleRule{
				given("c", 90, s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{Prefix: aws.String("c/")}}),
				given("b", 60, s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{Prefix: aws.String("")}}),
				given("a", 30, s3types.LifecycleRule{Filter: &s3types.LifecycleRuleFilter{And: &s3types.LifecycleRuleAndOperator{Prefix: aws.String("a/"), ObjectSizeGreaterThan: aws.Int64(5)}}}),
			},
			[]string{wanted("a", 30, `{ prefix = "a/", object_size_greater_than = 5 }`), wanted("b", 60, "null"), wanted("c", 90, `{ prefix = "c/" }`)},
		},
		"of old": {
			[]s3types.LifecycleRule{
				given("b", 60, s3types.LifecycleRule{Prefix: aws.String("")}),   //nolint:staticcheck // deprecated, and in use
				given("a", 30, s3types.LifecycleRule{Prefix: aws.String("a/")}), //nolint:staticcheck // deprecated, and in use
			},
			[]string{wanted("a", 30, `{ prefix = "a/" }`), wanted("b", 60, "null")},
		},
	} {
		if name == "of today" && d.Fake == nil {
			continue // moto keeps no size beside a prefix
		}
		one := d.another(labelOf(name))
		one.label = "this"
		_, err := d.S3.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{
			Bucket: &one.bucket, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: tt.given},
		})
		if err != nil {
			t.Fatal(err)
		}
		cases[name] = movable{
			kind: "aws_s3_bucket_lifecycle_configuration", old: fmt.Sprintf("bucket = %q", one.bucket),
			to: d.kind, block: one.block("rules = [" + strings.Join(tt.wanted, ", ") + "]"),
		}
	}
	moves(t, d.Env, cases)
}

// plannedMove expects a move to change these attributes, in place, or nothing at
// all.
func plannedMove(address string, attributes []string) []plancheck.PlanCheck {
	if attributes == nil {
		return []plancheck.PlanCheck{action(address, plancheck.ResourceActionNoop)}
	}
	return []plancheck.PlanCheck{action(address, plancheck.ResourceActionUpdate), changes{address, attributes}}
}
