package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func newLogging(t *testing.T) document {
	t.Helper()
	return newDocument(t, "fovea_bucket_logging", "GetBucketLogging", "PutBucketLogging", "")
}

// target makes a bucket that takes access logs.
func (d document) target(suffix string) string {
	d.t.Helper()
	name := d.bucket + suffix
	d.do(d.S3.CreateBucket(d.t.Context(), &s3.CreateBucketInput{Bucket: &name}))
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::%s/*"}]}`, name)
	d.do(d.S3.PutBucketPolicy(d.t.Context(), &s3.PutBucketPolicyInput{Bucket: &name, Policy: &policy}))
	return name
}

func loggingTo(target string) string { return fmt.Sprintf("  target_bucket = %q\n", target) }

func (d document) logs() *s3types.LoggingEnabled {
	d.t.Helper()
	out, err := d.S3.GetBucketLogging(d.t.Context(), &s3.GetBucketLoggingInput{Bucket: &d.bucket})
	d.do(out, err)
	return out.LoggingEnabled
}

func TestBucketLogging(t *testing.T) {
	d := newLogging(t)
	first, second := d.target("-1"), d.target("-2")
	steps := []resource.TestStep{{
		Config:           d.config(loggingTo(first)),
		ConfigPlanChecks: d.planned(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			d.state("id", knownvalue.StringExact(d.bucket)),
			d.state("target_bucket", knownvalue.StringExact(first)),
			d.state("target_prefix", knownvalue.StringExact("s3-access/")),
		},
	}}
	steps = append(steps, d.imported(d.bucket)...)
	steps = append(steps,
		resource.TestStep{Config: d.config(loggingTo(second)), ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate)},
		resource.TestStep{
			Config: d.config(loggingTo(second) + `target_prefix = ""`), ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate),
			PostApplyFunc: func() {
				if logs := d.logs(); *logs.TargetBucket != second || *logs.TargetPrefix != "" {
					t.Errorf("the logs go to %s/%s", *logs.TargetBucket, *logs.TargetPrefix)
				}
			},
		},
	)
	d.Run(t, steps...)
	if logs := d.logs(); logs != nil {
		t.Errorf("after the destroy there are still logs, to %s", *logs.TargetBucket)
	}
}

// TestBucketLoggingBesideADenial has a target whose policy also denies requests without
// TLS. Some servers look for the log service in every statement, as an object.
func TestBucketLoggingBesideADenial(t *testing.T) {
	d := newLogging(t)
	target := d.target("-1")
	d.do(d.S3.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &target}))
	policy := fmt.Sprintf("resource \"fovea_bucket_policy\" \"target\" {\n  bucket = %q\n  deny_insecure_transport = true\n  access_log_source_arns = [\"arn:aws:s3:::%s\"]\n}\n", target, d.bucket)
	d.Run(t, resource.TestStep{Config: d.config("target_bucket = fovea_bucket_policy.target.bucket") + policy})
}

func TestBucketLoggingDrift(t *testing.T) {
	d := newLogging(t)
	target, other := d.target("-1"), d.target("-2")
	put := func(target, prefix string) func(document) {
		return func(d document) {
			d.do(d.S3.PutBucketLogging(t.Context(), &s3.PutBucketLoggingInput{Bucket: &d.bucket, BucketLoggingStatus: &s3types.BucketLoggingStatus{
				LoggingEnabled: &s3types.LoggingEnabled{TargetBucket: &target, TargetPrefix: &prefix},
			}}))
		}
	}
	d.drifts(always(loggingTo(target)),
		drift{[]string{"target_bucket"}, put(other, "s3-access/")},
		drift{[]string{"target_prefix"}, put(target, "logs/")},
	)
}

func TestBucketLoggingDisappears(t *testing.T) {
	d := newLogging(t)
	d.disappears(loggingTo(d.target("-1")), func() {
		d.do(d.S3.PutBucketLogging(t.Context(), &s3.PutBucketLoggingInput{Bucket: &d.bucket, BucketLoggingStatus: &s3types.BucketLoggingStatus{}}))
	})
}

func TestBucketLoggingRequests(t *testing.T) {
	d := newLogging(t)
	d.costs(loggingTo(d.target("-1")), nil)
}

func TestBucketLoggingMissingOnTheServer(t *testing.T) {
	d := newLogging(t)
	d.missing(loggingTo(d.target("-1")), "logging configuration")
}

// TestBucketLoggingRefusedTargets has targets that S3 refuses: the message names
// both buckets, and what to do.
func TestBucketLoggingRefusedTargets(t *testing.T) {
	d := newLogging(t)
	closed := d.bucket + "-closed"
	d.do(d.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &closed}))
	absent := d.bucket + "-absent"
	d.Run(t,
		resource.TestStep{
			Config:      d.config(loggingTo(absent)),
			ExpectError: acctest.Message("Could not write the logging configuration of " + d.bucket + " with fovea_bucket_logging.this, on"),
		},
		resource.TestStep{
			Config:      d.config(loggingTo(absent)),
			ExpectError: acctest.Message("The access logs of " + d.bucket + " cannot go to " + absent + ": there is no bucket " + absent + ". Create it first, or set target_bucket to another bucket. Error: InvalidTargetBucketForLogging"),
		},
		resource.TestStep{
			Config: d.config(loggingTo(closed)),
			ExpectError: acctest.Message("The log service of S3 may not write the access logs of " + d.bucket + " to " + closed + `. Allow it with access_log_source_arns = ["arn:aws:s3:::` + d.bucket +
				`"] in the fovea_bucket_policy of the bucket ` + closed + ", and set target_bucket to the bucket of that policy, so that Terraform creates the policy first. Error: InvalidTargetBucketForLogging"),
		},
	)
}

func TestBucketLoggingAcrossRegions(t *testing.T) {
	d := newLogging(t)
	d.FakeOnly(t, "it has one region")
	far := d.bucket + "-far"
	d.do(d.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &far, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"}}))
	d.Run(t, resource.TestStep{
		Config:      d.config(loggingTo(far)),
		ExpectError: acctest.Message("The bucket " + far + " is in another region than " + d.bucket + ". S3 delivers access logs within a region only: set target_bucket to a bucket in the same region."),
	})
}

func TestBucketLoggingBadInput(t *testing.T) {
	for name, tt := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"itself":         {`"target_bucket": "videos"`, map[string]string{"target_bucket": "The delivery of each log would be logged in turn, without end. Set target_bucket to another bucket."}},
		"no target":      {`"target_prefix": "logs/"`, map[string]string{"target_bucket": "Missing Configuration for Required Attribute"}},
		"an ARN":         {`"target_bucket": "arn:aws:s3:::logs"`, map[string]string{"target_bucket": "it has the character ':'"}},
		"slash in front": {`"target_bucket": "logs", "target_prefix": "/logs/"`, map[string]string{"target_prefix": "it begins with a slash"}},
	} {
		t.Run(name, func(t *testing.T) {
			finds(t, "fovea_bucket_logging", `{"bucket": "videos", `+tt.arguments+`}`, tt.want)
		})
	}
}

// TestBucketLoggingToItselfByReference has a target that is known only at the
// plan.
func TestBucketLoggingToItselfByReference(t *testing.T) {
	d := newLogging(t)
	d.Run(t, resource.TestStep{
		Config:   d.config("target_bucket = terraform_data.bucket.input") + fmt.Sprintf("resource \"terraform_data\" \"bucket\" {\n  input = %q\n}\n", d.bucket),
		PlanOnly: true, ExpectError: acctest.Message("would log to itself [logs-to-itself]"),
	})
}

func TestBucketLoggingIdentity(t *testing.T) {
	d := newLogging(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: d.config(loggingTo(d.target("-1"))),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(d.address(), map[string]knownvalue.Check{"bucket": knownvalue.StringExact(d.bucket)}),
				},
			},
			{ResourceName: d.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
