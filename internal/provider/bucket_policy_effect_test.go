package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestBucketPolicyRefusesPlainHTTP reads with and without TLS.
func TestBucketPolicyRefusesPlainHTTP(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "moto checks no permissions")
	list := func(options ...func(*s3.Options)) error {
		_, err := e.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket}, options...)
		return err
	}
	plain := plainly()
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", policyBlock(bucket, denyPlainHTTP)), PostApplyFunc: func() {
			if err := list(); err != nil {
				t.Errorf("with TLS: %v", err)
			}
			if err := list(plain); !awserr.Denied(err) {
				t.Errorf("without TLS: %v", err)
			}
		}},
		resource.TestStep{
			Config: e.Config("%s", policyBlock(bucket, "deny_insecure_transport = false\ncloudfront_distribution_arns = [\""+distribution+"\"]")),
			PostApplyFunc: func() {
				if err := list(plain); err != nil {
					t.Errorf("without TLS, which is allowed: %v", err)
				}
			},
		},
	)
}

// TestBucketPolicyTakesAccessLogs lets a bucket be the target of another one's
// logs, and of no third one's.
func TestBucketPolicyTakesAccessLogs(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "moto does not look at the log service's permission")
	for _, source := range []string{"fovea-videos", "fovea-others"} {
		makeBucket(t, e, source)
	}
	logTo := func(source string) error {
		_, err := e.S3.PutBucketLogging(t.Context(), &s3.PutBucketLoggingInput{Bucket: &source, BucketLoggingStatus: &s3types.BucketLoggingStatus{
			LoggingEnabled: &s3types.LoggingEnabled{TargetBucket: &bucket, TargetPrefix: aws.String("s3-access/")},
		}})
		return err
	}
	if err := logTo("fovea-videos"); !awserr.Is(err, "InvalidTargetBucketForLogging") {
		t.Errorf("%v without the policy", err)
	}
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", policyBlock(bucket, `access_log_source_arns = ["arn:aws:s3:::fovea-videos"]`)),
		PostApplyFunc: func() {
			if err := logTo("fovea-videos"); err != nil {
				t.Error(err)
			}
			if err := logTo("fovea-others"); !awserr.Is(err, "InvalidTargetBucketForLogging") {
				t.Errorf("%v for a bucket that is not named", err)
			}
		},
	})
}

// TestBucketPolicyPublic meets a bucket that refuses public policies, which new
// buckets of AWS are.
func TestBucketPolicyPublic(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "moto takes public policies")
	block := func(on bool) {
		_, err := e.S3.PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{Bucket: &bucket, PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{
			BlockPublicPolicy: &on, RestrictPublicBuckets: &on,
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var heard warnings
	config := e.Config("%s", policyBlock(bucket, fmt.Sprintf("source_policy_documents = [%q]", forBucket(bucket, allStatement))))
	refused := func(words string) resource.TestStep {
		return resource.TestStep{PreConfig: func() { block(true) }, Config: config, ExpectError: acctest.Message(words)}
	}
	const warning = `Without any condition, these statements are for the whole internet: "Everybody".`
	warned := heard.expect(t, warning)
	heard.run(t,
		refused("Could not write the policy of "+bucket),
		refused(`The policy lets everyone in, and block_public_policy of the bucket `+bucket+`, or of its account, refuses such policies. Name the principals in place of "*"`),
		resource.TestStep{PreConfig: func() { warned(); block(false) }, Config: config, PostApplyFunc: warned},
		resource.TestStep{Config: config, PostApplyFunc: heard.expect(t)},
	)
}

// TestBucketPolicyForNewPrincipals lets in a user and a role that the same apply
// makes, and a distribution.
func TestBucketPolicyForNewPrincipals(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, "")+roleBlock(name, "")+policyBlock(bucket, `
  cloudfront_distribution_arns = ["`+distribution+`"]
  source_policy_documents = [jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid = "Readers", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::`+bucket+`/*"
      Principal = { AWS = [fovea_access_user.this.arn, fovea_access_role.this.arn] }
    }]
  })]`))
	e.Run(t, resource.TestStep{Config: config})
}

func TestBucketPolicyInput(t *testing.T) {
	e := acctest.Start(t)
	large := forBucket("fovea-videos", strings.Replace(ownStatement, `"s3:ListBucket"`, `["s3:ListBucket","`+strings.Repeat("s3:x", 5<<10)+`"]`, 1))
	for arguments, want := range map[string]string{
		`source_policy_documents = ["{"]`:  "it is not a JSON object",
		`source_policy_documents = ["[]"]`: "it is not a JSON object",
		`source_policy_documents = ["{}"]`: "source document 1: it has no statement with an effect, and so is not a policy",
		fmt.Sprintf("source_policy_documents = [%q, %[1]q]", forBucket("fovea-videos", ownStatement)):  `source document 2: the Sid "AccountLists" is there already`,
		fmt.Sprintf("source_policy_documents = [%q]", large):                                           "and S3 allows 20480. Give fewer statements",
		"deny_insecure_transport = false":                                                              "S3 takes no policy without statements. Remove this resource (with the module video-storage, set its deny_insecure_transport to false), or let the policy allow something.",
		`cloudfront_distribution_arns = ["E1EXAMPLE"]`:                                                 "it is not an ARN",
		`cloudfront_distribution_arns = ["arn:aws:cloudfront::123456789012:function/x"]`:               "it is the ARN of something else",
		`cloudfront_distribution_arns = ["arn:aws:cloudfront:us-east-1:123456789012:distribution/E1"]`: "it has a region, and CloudFront has none, so it matches nothing",
		`cloudfront_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/*"]`:           "Invalid distribution ARN [distribution-invalid]",
		`inventory_source_arns = ["fovea-videos"]`:                                                     "it is not an ARN, but perhaps the name of a bucket",
		`access_log_source_arns = ["fovea-videos"]`:                                                    "it is not an ARN, but perhaps the name of a bucket",
	} {
		e.Run(t, resource.TestStep{Config: e.Config("%s", policyBlock("fovea-videos", arguments)), PlanOnly: true, ExpectError: acctest.Message(want)})
	}
}

// TestBucketPolicyNeverLapses reads with a user's key, whom the bucket's policy
// alone lets in, while everything else about the policy changes.
func TestBucketPolicyNeverLapses(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto checks no permissions")
	bucket, user := acctest.Name(t), acctest.Name(t)
	videos(t, e, bucket)
	makeUser(t, e, user)
	id, secret := makeKey(t, e, user)
	reads := forBucket(bucket,
		`{"Sid":"List","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/`+user+`"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::BUCKET"}`,
		`{"Sid":"Get","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/`+user+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"}`)
	busy := reader{bucket: bucket}
	step := func(arguments string) resource.TestStep {
		return resource.TestStep{Config: e.Config("%s", policyBlock(bucket, fmt.Sprintf("source_policy_documents = [%q]\n%s", reads, arguments)))}
	}
	first := step(denyPlainHTTP)
	first.PostApplyFunc = func() { busy.start(t, e, e.S3As(t, id, secret)) }
	last := step(`access_log_source_arns = ["arn:aws:s3:::fovea-videos"]`)
	last.PostApplyFunc = func() { busy.halt(t) }
	e.Run(t,
		first,
		step("deny_insecure_transport = false"),
		step(denyPlainHTTP+`cloudfront_distribution_arns = ["`+distribution+`"]`),
		resource.TestStep{
			PreConfig: func() { setPolicy(t, e, bucket, strings.Replace(reads, `"Get"`, `"Renamed"`, 1)) },
			Config:    e.Config("%s", policyBlock(bucket, fmt.Sprintf("source_policy_documents = [%q]", reads))),
		},
		last,
	)
}

// TestPolicyOfANewBucketLosesNothing plans a bucket and its policy, which is not known yet.
func TestPolicyOfANewBucketLosesNothing(t *testing.T) {
	e := acctest.Start(t)
	w := newWorkspace(t, e, fmt.Sprintf(`
resource "fovea_video_bucket" "this" {
  bucket = %q
}
resource "terraform_data" "later" {
  input = "arn:aws:iam::123456789012:root"
}
resource "fovea_bucket_policy" "this" {
  bucket = fovea_video_bucket.this.bucket
  source_policy_documents = [jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = terraform_data.later.output }, Action = "s3:GetObject", Resource = "${fovea_video_bucket.this.arn}/*" }]
  })]
}
`, acctest.Name(t)))
	w.saysNot(w.mustRun("plan"), "-lost]")
}
