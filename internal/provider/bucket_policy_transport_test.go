package provider_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// plainly sends a request as one that reached the server without TLS.
func plainly() func(*s3.Options) {
	return s3.WithAPIOptions(smithyhttp.AddHeaderValue("X-Forwarded-Proto", "http"))
}

// TestBucketPolicyByDefault makes policies without deny_insecure_transport. At an http://
// endpoint readers without TLS go on reading, until the argument denies them; the policy
// keeps what it was told when the argument is gone.
func TestBucketPolicyByDefault(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "moto checks no permissions")
	id, secret := e.Keys()
	reader := e.S3As(t, id, secret)
	list := func() error {
		_, err := reader.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket}, plainly())
		return err
	}
	cdn := `cloudfront_distribution_arns = ["` + distribution + `"]` + "\n"
	denies := func(want bool) []statecheck.StateCheck {
		return []statecheck.StateCheck{policyState("deny_insecure_transport", knownvalue.Bool(want))}
	}
	var heard warnings
	heard.run(t,
		resource.TestStep{
			Config: e.Config("%s", policyBlock(bucket, cdn)), ConfigStateChecks: denies(false),
			PostApplyFunc: func() {
				if err := list(); err != nil {
					t.Errorf("got %v for a listing without TLS, want it allowed", err)
				}
				heard.expect(t)()
			},
		},
		resource.TestStep{
			Config: e.Config("%s", policyBlock(bucket, cdn+denyPlainHTTP)), ConfigStateChecks: denies(true),
			PostApplyFunc: func() {
				if err := list(); err == nil {
					t.Error("got a listing without TLS, want it denied")
				}
				heard.expect(t, "may lock FOVEA out [policy-locks-out]")()
			},
		},
		resource.TestStep{Config: e.Config("%s", policyBlock(bucket, cdn)), ConfigPlanChecks: nothing(), ConfigStateChecks: denies(true), PostApplyFunc: heard.expect(t)},
	)
}

// TestBucketPolicyByDefaultAtAWS makes the same policy at an endpoint of AWS.
func TestBucketPolicyByDefaultAtAWS(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "it needs endpoints of AWS")
	e.Run(t, resource.TestStep{
		Config:            e.AtAWS(t).Config("%s", policyBlock(bucket, "")),
		ConfigStateChecks: []statecheck.StateCheck{policyState("policy", knownvalue.StringExact(forBucket(bucket, tlsStatement)))},
	})
}

// TestMovedPolicy moves policies of hashicorp/aws, which keep what they have of
// deny_insecure_transport whatever the default is. Their principal may be the word *.
func TestMovedPolicy(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it needs endpoints of AWS")
	word := strings.Replace(tlsStatement, `{"AWS":"*"}`, `"*"`, 1)
	for name, tt := range map[string]struct {
		e          *acctest.Env
		statements []string
		denies     bool
	}{
		"denies, not at AWS": {e, []string{word, cdnStatement}, true},
		"lets in, at AWS":    {e.AtAWS(t), []string{cdnStatement}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := makePolicyBucket(t, e)
			setPolicy(t, e, bucket, forBucket(bucket, tt.statements...))
			moves(t, tt.e, map[string]movable{name: {
				kind: "aws_s3_bucket_policy", old: "bucket = \"" + bucket + "\"", to: "fovea_bucket_policy",
				block: policyBlock(bucket, `cloudfront_distribution_arns = ["`+distribution+`"]`),
				state: map[string]knownvalue.Check{"deny_insecure_transport": knownvalue.Bool(tt.denies)},
			}})
		})
	}
}

// TestMovedDocumentsWithoutRefresh moves documents in plans that refresh nothing. What
// these take away is said all the same.
func TestMovedDocumentsWithoutRefresh(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	bucket := makePolicyBucket(t, e)
	both := strings.Replace(cdnStatement, `"`+distribution+`"`, `["`+distribution+`","arn:aws:cloudfront::123456789012:distribution/E2"]`, 1)
	setPolicy(t, e, bucket, forBucket(bucket, tlsStatement, both))
	putCORS(t, e, bucket, s3types.CORSRule{AllowedMethods: []string{"GET"}, AllowedOrigins: []string{"https://old.example.com"}})
	old := labelled(oldBlock("aws_s3_bucket_policy", "bucket = \""+bucket+"\""), "p") + labelled(oldBlock("aws_s3_bucket_cors_configuration", "bucket = \""+bucket+"\""), "c")
	block := labelled(policyBlock(bucket, `cloudfront_distribution_arns = ["`+distribution+`"]`), "p") + labelled(corsBlock(bucket, appRule), "c")
	var heard warnings
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: heard.besideStandIn(),
		AdditionalCLIOptions:     &resource.AdditionalCLIOptions{Plan: resource.PlanOptions{NoRefresh: true}},
		Steps: []resource.TestStep{
			{Config: e.Config("%s", old)},
			{
				Config: e.Config("%s", block+moveBlock("aws_s3_bucket_policy", "fovea_bucket_policy.p")+moveBlock("aws_s3_bucket_cors_configuration", "fovea_bucket_cors.c")),
				ConfigStateChecks: []statecheck.StateCheck{
					stateOf("fovea_bucket_policy.p")("policy", knownvalue.StringExact(forBucket(bucket, tlsStatement, cdnStatement))),
				},
				PostApplyFunc: heard.expect(t, "others can no longer read from the bucket "+bucket+" [reading-lost]", "no longer allows https://old.example.com [origins-lost]"),
			},
		},
	})
}
