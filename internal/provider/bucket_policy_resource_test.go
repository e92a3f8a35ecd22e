package provider_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

func TestBucketPolicyDeniesPlainHTTP(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	config := e.Config("%s", policyBlock(bucket, denyPlainHTTP))
	text := knownvalue.StringExact
	e.Run(t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(action(thePolicy, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(thePolicy, tfjsonpath.New("policy"), text(forBucket(bucket, tlsStatement)))),
			ConfigStateChecks: []statecheck.StateCheck{
				policyState("id", text(bucket)),
				policyState("deny_insecure_transport", knownvalue.Bool(true)),
				policyState("cloudfront_distribution_arns", texts()),
				policyState("access_log_source_arns", texts()),
				policyState("inventory_source_arns", texts()),
				policyState("source_policy_documents", texts()),
				policyState("policy", text(forBucket(bucket, tlsStatement))),
			},
		},
	)
}

// TestBucketPolicyChangesInPlace changes every argument, and never deletes the
// policy in between.
func TestBucketPolicyChangesInPlace(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	own := fmt.Sprintf("source_policy_documents = [%q]\n", forBucket(bucket, ownStatement))
	step := func(arguments, policy string, changed ...string) resource.TestStep {
		return resource.TestStep{
			Config:            e.Config("%s", policyBlock(bucket, denyPlainHTTP+arguments)),
			ConfigPlanChecks:  before(action(thePolicy, plancheck.ResourceActionUpdate), changes{thePolicy, append(changed, "policy")}),
			ConfigStateChecks: []statecheck.StateCheck{policyState("policy", knownvalue.StringExact(policy))},
		}
	}
	e.Run(t,
		resource.TestStep{Config: e.Config("%s", policyBlock(bucket, denyPlainHTTP))},
		step(`cloudfront_distribution_arns = ["`+distribution+`"]`, forBucket(bucket, tlsStatement, cdnStatement), "cloudfront_distribution_arns"),
		step(`access_log_source_arns = ["arn:aws:s3:::fovea-videos"]`, forBucket(bucket, tlsStatement, logStatement), "access_log_source_arns", "cloudfront_distribution_arns"),
		step(`inventory_source_arns = ["arn:aws:s3:::fovea-videos"]`, forBucket(bucket, tlsStatement, invStatement), "access_log_source_arns", "inventory_source_arns"),
		func() resource.TestStep {
			s := step(own, forBucket(bucket, tlsStatement, ownStatement))
			s.ConfigPlanChecks = before(changes{thePolicy, []string{"inventory_source_arns", "policy", "source_policy_documents"}})
			return s
		}(),
		func() resource.TestStep {
			s := step(own, forBucket(bucket, ownStatement), "deny_insecure_transport")
			s.Config = e.Config("%s", policyBlock(bucket, own+"deny_insecure_transport = false"))
			return s
		}(),
	)
	if e.Fake != nil {
		if n := e.Fake.Requests().Count("DeleteBucketPolicy"); n != 1 {
			t.Errorf("the policy was deleted %d times, want once in the end", n)
		}
	}
}

// TestBucketPolicyInOtherWords has the policy, and a source document, written in
// another way, which changes nothing.
func TestBucketPolicyInOtherWords(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	const reworded = `{"Action":["s3:ListBucket"],"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root"]},"Resource":["arn:aws:s3:::BUCKET"],"Sid":"AccountLists"}`
	config := func(statement string) string {
		return e.Config("%s", policyBlock(bucket, denyPlainHTTP+fmt.Sprintf("source_policy_documents = [%q]", forBucket(bucket, statement))))
	}
	e.Run(t,
		resource.TestStep{Config: config(ownStatement)},
		resource.TestStep{
			PreConfig:        func() { setPolicy(t, e, bucket, forBucket(bucket, reworded, tlsStatement)) },
			Config:           config(ownStatement),
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{Config: config(reworded), ConfigPlanChecks: nothing()},
	)
}

func TestBucketPolicyImport(t *testing.T) {
	e := acctest.Start(t)
	cases := map[string]importable{}
	for name, arguments := range map[string]string{
		"TLS only":   denyPlainHTTP,
		"everything": denyPlainHTTP + `cloudfront_distribution_arns = ["` + distribution + "\"]\naccess_log_source_arns = [\"arn:aws:s3:::fovea-videos\"]",
		"own":        "OWN",
	} {
		bucket := makePolicyBucket(t, e)
		if arguments == "OWN" {
			arguments = fmt.Sprintf("deny_insecure_transport = false\nsource_policy_documents = [%q]", forBucket(bucket, ownStatement))
		}
		cases[name] = importable{policyBlock(bucket, arguments), bucket}
	}
	imports(t, e, "fovea_bucket_policy", cases, "policy", "source_policy_documents")
}

func TestBucketPolicyIdentity(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	config := e.Config("%s", policyBlock(bucket, denyPlainHTTP))
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(thePolicy, tfjsonpath.New("bucket"))}},
			{Config: config, ResourceName: thePolicy, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestBucketPolicyDrift shows statements of somebody else as removals, and missing
// ones as additions.
func TestBucketPolicyDrift(t *testing.T) {
	e := acctest.Start(t)
	var cases [][]resource.TestStep
	for name, disturbed := range map[string][]string{
		"statement added":   {tlsStatement, cdnStatement, ownStatement},
		"statement removed": {tlsStatement},
		"statement edited":  {cdnStatement, `{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`},
	} {
		bucket, address := makePolicyBucket(t, e), "fovea_bucket_policy."+labelOf(name)
		config := labelled(policyBlock(bucket, denyPlainHTTP+`cloudfront_distribution_arns = ["`+distribution+`"]`), labelOf(name))
		whole := knownvalue.StringExact(forBucket(bucket, tlsStatement, cdnStatement))
		cases = append(cases, []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() { setPolicy(t, e, bucket, forBucket(bucket, disturbed...)) },
				Config:    config,
				ConfigPlanChecks: before(changes{address, []string{"policy"}},
					plancheck.ExpectKnownValue(address, tfjsonpath.New("policy"), whole)),
				ConfigStateChecks: []statecheck.StateCheck{stateOf(address)("policy", whole)},
			},
		})
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

func TestBucketPolicyDisappears(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	config := e.Config("%s", policyBlock(bucket, denyPlainHTTP))
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if _, err := e.S3.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: &bucket}); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: before(action(thePolicy, plancheck.ResourceActionCreate)),
		},
	)
}

func TestBucketPolicyRequests(t *testing.T) {
	e, bucket := newPolicyBucket(t)
	e.FakeOnly(t, "the requests are counted")
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", policyBlock(bucket, denyPlainHTTP)),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			// Between these two Terraform plans once.
			PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { e.Fake.Requests().Reset() })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				want := map[string]int{"GetCallerIdentity": 1, "HeadBucket": 1, "GetBucketPolicy": 1}
				if got := e.Fake.Requests().Counts(); !maps.Equal(got, want) {
					return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
				}
				return nil
			})},
		},
	})
}
