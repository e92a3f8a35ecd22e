package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	thePolicy = "fovea_bucket_policy.this"

	distribution = "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"
)

var policyState = stateOf(thePolicy)

// denyPlainHTTP is the argument for the policy that most tests are about. It is not the
// default at their servers.
const denyPlainHTTP = "deny_insecure_transport = true\n"

// policyBlock has the policy of a bucket, with further arguments.
func policyBlock(bucket, arguments string) string {
	return fmt.Sprintf("resource \"fovea_bucket_policy\" \"this\" {\n  bucket = %q\n%s\n}\n", bucket, arguments)
}

// forBucket is a policy in which BUCKET stands for the bucket's name.
func forBucket(bucket string, statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(strings.Join(statements, ","), "BUCKET", bucket) + `]}`
}

const (
	tlsStatement = `{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	cdnStatement = `{"Sid":"AllowCloudFront","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"StringEquals":{"aws:SourceArn":"` + distribution + `"}}}`
	logStatement = `{"Sid":"AllowAccessLogs","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::fovea-videos"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}`
	invStatement = `{"Sid":"AllowInventory","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::fovea-videos"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}`
	ownStatement = `{"Sid":"AccountLists","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::BUCKET"}`
	allStatement = `{"Sid":"Everybody","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"}`
)

// newPolicyBucket starts a server with a bucket.
func newPolicyBucket(t *testing.T) (e *acctest.Env, bucket string) {
	t.Helper()
	e = acctest.Start(t)
	return e, makePolicyBucket(t, e)
}

func makePolicyBucket(t *testing.T, e *acctest.Env) string {
	t.Helper()
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	t.Cleanup(func() {
		if _, err := e.S3.DeleteBucket(context.WithoutCancel(t.Context()), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
			t.Error(err)
		}
	})
	return bucket
}

func setPolicy(t *testing.T, e *acctest.Env, bucket, policy string) {
	t.Helper()
	if _, err := e.S3.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
}
