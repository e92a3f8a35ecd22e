package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const theCORS = "fovea_bucket_cors.this"

// appRule is a rule of defaults.
const appRule = `{ allowed_origins = ["https://fovea.example.com"] }`

// bareBucket makes a bucket without Terraform, and deletes it in the end, if the
// test has not.
func bareBucket(t *testing.T, e *acctest.Env) string {
	t.Helper()
	name := acctest.Name(t)
	if _, err := e.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := e.S3.DeleteBucket(context.WithoutCancel(t.Context()), &s3.DeleteBucketInput{Bucket: &name})
		if err != nil && !awserr.NotFound(err) {
			t.Error(err)
		}
	})
	return name
}

func corsConfig(e *acctest.Env, bucket, rules string) string {
	return e.Config("%s", corsBlock(bucket, rules))
}

func corsBlock(bucket, rules string) string {
	return fmt.Sprintf("resource \"fovea_bucket_cors\" \"this\" {\n  bucket = %q\n  rules  = [\n%s\n  ]\n}\n", bucket, rules)
}

func corsPlanned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(theCORS, action)}}
}

func list(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(values))
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.ListExact(checks)
}

func corsRules(rules ...map[string]knownvalue.Check) statecheck.StateCheck {
	checks := make([]knownvalue.Check, 0, len(rules))
	for _, rule := range rules {
		checks = append(checks, knownvalue.ObjectExact(rule))
	}
	return statecheck.ExpectKnownValue(theCORS, tfjsonpath.New("rules"), knownvalue.ListExact(checks))
}

// appRuleInState is appRule with the defaults filled in.
func appRuleInState() map[string]knownvalue.Check {
	return map[string]knownvalue.Check{
		"id":              knownvalue.Null(),
		"allowed_origins": list("https://fovea.example.com"),
		"allowed_methods": list("GET", "HEAD"),
		"allowed_headers": list("*"),
		"expose_headers":  list("ETag", "Content-Length", "Content-Range", "Accept-Ranges"),
		"max_age_seconds": knownvalue.Int64Exact(3600),
	}
}

func putCORS(t *testing.T, e *acctest.Env, bucket string, rules ...s3types.CORSRule) {
	t.Helper()
	if _, err := e.S3.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &bucket, CORSConfiguration: &s3types.CORSConfiguration{CORSRules: rules}}); err != nil {
		t.Fatal(err)
	}
}

func noCORS(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	if _, err := e.S3.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: &bucket}); !awserr.Is(err, "NoSuchCORSConfiguration") {
		t.Errorf("the bucket %s has CORS rules, or cannot be asked: %v", bucket, err)
	}
}

func TestBucketCORSLifecycle(t *testing.T) {
	e := acctest.Start(t)
	bucket := bareBucket(t, e)
	const others = `
    {
      id              = "tools"
      allowed_origins = ["https://*.tools.example.com", "http://localhost:3000"]
      allowed_methods = ["GET", "PUT"]
      allowed_headers = []
      expose_headers  = ["ETag"]
      max_age_seconds = 0
    },`
	e.Run(t,
		resource.TestStep{
			Config:            corsConfig(e, bucket, appRule),
			ConfigPlanChecks:  corsPlanned(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{corsRules(appRuleInState()), statecheck.ExpectKnownValue(theCORS, tfjsonpath.New("id"), knownvalue.StringExact(bucket))},
		},
		resource.TestStep{
			Config:           corsConfig(e, bucket, others+appRule),
			ConfigPlanChecks: corsPlanned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{corsRules(map[string]knownvalue.Check{
				"id":              knownvalue.StringExact("tools"),
				"allowed_origins": list("https://*.tools.example.com", "http://localhost:3000"),
				"allowed_methods": list("GET", "PUT"),
				"allowed_headers": list(),
				"expose_headers":  list("ETag"),
				"max_age_seconds": knownvalue.Int64Exact(0),
			}, appRuleInState())},
		},
		resource.TestStep{ResourceName: theCORS, ImportState: true, ImportStateId: bucket, ImportStateVerify: true},
		resource.TestStep{ResourceName: theCORS, ImportState: true, ImportStateId: bucket, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{ // the order within a list has no meaning
			Config:           corsConfig(e, bucket, `{ allowed_origins = ["http://localhost:3000", "https://*.tools.example.com"], id = "tools", allowed_methods = ["PUT", "GET"], allowed_headers = [], expose_headers = ["ETag"], max_age_seconds = 0 },`+appRule),
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{ // that of the rules has: the first one that fits is used
			Config:           corsConfig(e, bucket, appRule+","+others),
			ConfigPlanChecks: corsPlanned(plancheck.ResourceActionUpdate),
		},
	)
	noCORS(t, e, bucket)
}

// TestBucketCORSDrift changes each part of a rule, adds one, and takes them all
// away.
func TestBucketCORSDrift(t *testing.T) {
	e := acctest.Start(t)
	const rules = `{ id = "app", allowed_origins = ["https://fovea.example.com", "http://localhost:3000"] }`
	rule := func(change func(*s3types.CORSRule)) s3types.CORSRule {
		r := s3types.CORSRule{
			ID: ptr("app"), AllowedOrigins: []string{"http://localhost:3000", "https://fovea.example.com"}, AllowedMethods: []string{"HEAD", "GET"},
			AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"Accept-Ranges", "Content-Range", "Content-Length", "ETag"}, MaxAgeSeconds: ptr[int32](3600),
		}
		change(&r)
		return r
	}
	same := func(*s3types.CORSRule) {}
	// gives has somebody change the rules of a bucket, and expects what is planned then.
	gives := func(name string, checks func(address string) []plancheck.PlanCheck, disturb func(bucket string)) []resource.TestStep {
		bucket := bareBucket(t, e)
		config := labelled(corsBlock(bucket, rules), labelOf(name))
		return []resource.TestStep{
			{Config: config},
			{PreConfig: func() { disturb(bucket) }, Config: config, ConfigPlanChecks: before(checks("fovea_bucket_cors." + labelOf(name))...)},
		}
	}
	planned := func(is plancheck.ResourceActionType) func(string) []plancheck.PlanCheck {
		return func(address string) []plancheck.PlanCheck { return []plancheck.PlanCheck{action(address, is)} }
	}
	updated := func(address string) []plancheck.PlanCheck {
		return []plancheck.PlanCheck{action(address, plancheck.ResourceActionUpdate), changes{address, []string{"rules"}}}
	}
	cases := [][]resource.TestStep{
		gives("same in another order", planned(plancheck.ResourceActionNoop), func(bucket string) { putCORS(t, e, bucket, rule(same)) }),
		gives("none", planned(plancheck.ResourceActionCreate), func(bucket string) {
			if _, err := e.S3.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: &bucket}); err != nil {
				t.Fatal(err)
			}
		}),
	}
	for name, rules := range map[string][]s3types.CORSRule{
		"id":              {rule(func(r *s3types.CORSRule) { r.ID = ptr("other") })},
		"allowed_origins": {rule(func(r *s3types.CORSRule) { r.AllowedOrigins = r.AllowedOrigins[1:] })},
		"allowed_methods": {rule(func(r *s3types.CORSRule) { r.AllowedMethods = append(r.AllowedMethods, "DELETE") })},
		"allowed_headers": {rule(func(r *s3types.CORSRule) { r.AllowedHeaders = nil })},
		"expose_headers":  {rule(func(r *s3types.CORSRule) { r.ExposeHeaders = []string{"ETag"} })},
		"max_age_seconds": {rule(func(r *s3types.CORSRule) { r.MaxAgeSeconds = nil })},
		"one rule more":   {rule(same), {AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}}},
	} {
		cases = append(cases, gives(name, updated, func(bucket string) { putCORS(t, e, bucket, rules...) }))
	}
	resource.Test(t, sideBySide(t, e, cases...))
}

// TestBucketCORSWithoutItsBucket deletes the bucket behind Terraform's back: the
// rules are gone with it, and so is what there was to destroy.
func TestBucketCORSWithoutItsBucket(t *testing.T) {
	e := acctest.Start(t)
	bucket := bareBucket(t, e)
	e.Run(t,
		resource.TestStep{Config: corsConfig(e, bucket, appRule)},
		resource.TestStep{
			PreConfig: func() {
				if _, err := e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
					t.Fatal(err)
				}
			},
			Config:      corsConfig(e, bucket, appRule),
			ExpectError: acctest.Message("Could not write the CORS configuration of " + bucket + " with"),
		},
	)
}

func TestBucketCORSMovesToAnotherBucket(t *testing.T) {
	e := acctest.Start(t)
	first, second := bareBucket(t, e), bareBucket(t, e)
	e.Run(t,
		resource.TestStep{Config: corsConfig(e, first, appRule)},
		resource.TestStep{
			Config:           corsConfig(e, second, appRule),
			ConfigPlanChecks: corsPlanned(plancheck.ResourceActionReplace),
			PostApplyFunc:    func() { noCORS(t, e, first) },
		},
	)
}

func TestBucketCORSImportByIdentity(t *testing.T) {
	e := acctest.Start(t)
	bucket := bareBucket(t, e)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: corsConfig(e, bucket, appRule),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(theCORS, map[string]knownvalue.Check{"bucket": knownvalue.StringExact(bucket)}),
				},
			},
			{ResourceName: theCORS, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
