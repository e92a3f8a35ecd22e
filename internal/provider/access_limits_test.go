package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// grantsOf has a user and a key of a bucket.
func grantsOf(bucket, user, arguments string) string {
	return strings.Replace(userBlock(user, arguments), `"fovea-videos"`, `"`+bucket+`"`, 1) + keyBlock("")
}

// TestAccessLimits tries everything with one key while the profile of its user
// changes.
func TestAccessLimits(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it checks permissions, which moto does not")
	bucket, user := acctest.Name(t), acctest.Name(t)
	allowed := videos(t, e, bucket)
	var id, secret string
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(arguments string, want ...string) resource.TestStep {
		return resource.TestStep{
			Config: e.Config("%s", grantsOf(bucket, user, arguments)),
			ConfigStateChecks: []statecheck.StateCheck{
				noted{theKey, "access_key_id", &id}, noted{theKey, "secret_access_key", &secret},
				same.AddStateValue(theKey, tfjsonpath.New("access_key_id")),
			},
			PostApplyFunc: func() {
				if got := allowed(id, secret); !slices.Equal(got, want) {
					t.Errorf("with %q the key may %q, want %q", arguments, got, want)
				}
			},
		}
	}
	e.Run(t,
		step("", "LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "LOCATE"),
		step(`access = "upload"`, "LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "PUT a/3.mp4", "PUT manifest.json", "LOCATE", "UPLOAD"),
		step(`access = "manifest"`, "LIST ", "LIST a/", "GET manifest.json", "PUT manifest.json"),
		step(`prefixes = ["a/"]`, "LIST a/", "GET a/1.mp4", "LOCATE"),
		step("prefixes = [\"a/\"]\naccess = \"upload\"", "LIST a/", "GET a/1.mp4", "PUT a/3.mp4", "LOCATE", "UPLOAD"),
		step(fmt.Sprintf("permissions_boundary = %q\naccess = \"upload\"", listOnly(t, e)), "LIST ", "LIST a/"),
	)
}

// TestAccessKeyStatus uses a key that is switched off and on.
func TestAccessKeyStatus(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	bucket := name + "-b"
	var id, secret string
	usable := func(want bool) func() {
		return func() {
			if e.Fake == nil {
				return // only fakeaws checks keys
			}
			_, err := e.S3As(t, id, secret).ListBuckets(t.Context(), nil)
			if inactive := strings.Contains(errorText(err), "InvalidAccessKeyId"); inactive == want {
				t.Errorf("with the key: %v; want it to be usable: %t", err, want)
			}
		}
	}
	same := statecheck.CompareValue(compare.ValuesSame())
	step := func(status string) resource.TestStep {
		return resource.TestStep{
			Config: e.Config("%s", strings.Replace(grantsOf(bucket, name, ""), keyBlock(""), keyBlock(status), 1)),
			ConfigStateChecks: []statecheck.StateCheck{
				noted{theKey, "access_key_id", &id}, noted{theKey, "secret_access_key", &secret},
				same.AddStateValue(theKey, tfjsonpath.New("secret_access_key")),
			},
		}
	}
	with := func(s resource.TestStep, status string, checks resource.ConfigPlanChecks, works bool) resource.TestStep {
		s.ConfigStateChecks = append(s.ConfigStateChecks, keyState("status", knownvalue.StringExact(status)))
		s.ConfigPlanChecks, s.PostApplyFunc = checks, usable(works)
		return s
	}
	e.Run(t,
		with(step(`status = "Inactive"`), "Inactive", before(), false),
		with(step(""), "Active", before(changes{theKey, []string{"status"}}), true),
		with(step(`status = "Inactive"`), "Inactive", before(changes{theKey, []string{"status"}}), false),
	)
}

// listOnly makes a managed policy that only lets buckets be listed.
func listOnly(t *testing.T, e *acctest.Env) string {
	t.Helper()
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`
	out, err := e.IAM.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(acctest.Name(t)), PolicyDocument: aws.String(document)})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Policy.Arn
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
