package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

const theAccessPolicy = "data.fovea_access_policy.this"

func accessPolicyBlock(arguments string) string {
	return "data \"fovea_access_policy\" \"this\" {\n  bucket = \"fovea-videos\"\n" + arguments + "\n}\n"
}

// TestAccessPolicyDataSource gives the policies that the users have.
func TestAccessPolicyDataSource(t *testing.T) {
	e := acctest.Start(t)
	narrowed := strings.NewReplacer(
		`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::fovea-videos"}`,
		`{"Sid":"LocateBucket","Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::fovea-videos"},`+
			`{"Sid":"ListVideos","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::fovea-videos","Condition":{"StringLike":{"s3:prefix":["a/*","b/*"]}}}`,
		`"arn:aws:s3:::fovea-videos/*"`, `["arn:aws:s3:::fovea-videos/a/*","arn:aws:s3:::fovea-videos/b/*"]`,
	).Replace(readPolicy)
	for arguments, want := range map[string]string{
		"":                        readPolicy,
		`prefixes = ["b/", "a/"]`: narrowed,
		"access = \"manifest\"\nmanifest_key = \"lists/videos.json\"": manifestPolicy,
		"access = \"manifest\"": strings.ReplaceAll(manifestPolicy, "lists/videos.json", "manifest.json"),
		`access = "upload"`: strings.NewReplacer(`"ReadVideos"`, `"ReadAndUploadVideos"`,
			`"s3:GetObject"`, `["s3:AbortMultipartUpload","s3:GetObject","s3:ListMultipartUploadParts","s3:PutObject"]`).Replace(readPolicy),
		`additional_buckets = ["fovea-backup"]`: inBackupToo(readPolicy),
		"access = \"manifest\"\nmanifest_key = \"lists/videos.json\"\nadditional_buckets = [\"fovea-backup\"]": inBackupToo(manifestPolicy),
		fmt.Sprintf("kms_key_arns = [%q]", kmsKey):                                                             strings.TrimSuffix(readPolicy, "]}") + `,{"Sid":"UseVideoKeys","Effect":"Allow","Action":"kms:Decrypt","Resource":"` + kmsKey + `"}]}`,
	} {
		e.Run(t, resource.TestStep{
			Config:            e.Config("%s", accessPolicyBlock(arguments)),
			ConfigStateChecks: []statecheck.StateCheck{stateOf(theAccessPolicy)("json", knownvalue.StringExact(want))},
		})
	}
	if e.Fake != nil && e.Fake.Requests().Count("GetCallerIdentity") != e.Fake.Requests().Total() {
		t.Errorf("it sent requests: %v", e.Fake.Requests().Counts())
	}
}

// TestAccessPolicyOfTheProvider gives the policies with which the provider itself runs.
func TestAccessPolicyOfTheProvider(t *testing.T) {
	e := acctest.Start(t)
	grant := iampolicy.ProviderGrant{AccountID: "123456789012", Buckets: []string{"fovea-videos"}, ManifestKey: "manifest.json", Snapshots: "manifests/", Principals: []string{"*"}}
	if acctest.Lacks("IAM") {
		grant.AccountID = "*" // the provider block skips the request for it there
	}
	narrow := grant
	narrow.Buckets, narrow.ManifestKey, narrow.Principals = []string{"fovea-videos", "fovea-logs"}, "lists/videos.json", []string{"fovea/*", "fovea-backup"}
	narrow.Empty, narrow.KMSKeyARNs = true, []string{kmsKey}
	for name, tt := range map[string]struct {
		arguments string
		access    iampolicy.Access
		grant     iampolicy.ProviderGrant
	}{
		"plan":  {`access = "plan"`, iampolicy.Plan, grant},
		"apply": {`access = "apply"`, iampolicy.Apply, grant},
		"everything": {fmt.Sprintf(`
  access             = "apply"
  additional_buckets = ["fovea-logs"]
  manifest_key       = "lists/videos.json"
  principals         = ["fovea/*", "fovea-backup"]
  force_destroy      = true
  kms_key_arns       = [%q]`, kmsKey), iampolicy.Apply, narrow},
	} {
		t.Run(name, func(t *testing.T) {
			document, err := tt.grant.Policy(tt.access)
			if err != nil {
				t.Fatal(err)
			}
			want, err := document.JSON()
			if err != nil {
				t.Fatal(err)
			}
			e.Run(t, resource.TestStep{
				Config:            e.Config("%s", accessPolicyBlock(tt.arguments)),
				ConfigStateChecks: []statecheck.StateCheck{stateOf(theAccessPolicy)("json", knownvalue.StringExact(want))},
			})
		})
	}
}

func TestAccessPolicyDataSourceInput(t *testing.T) {
	e := acctest.Start(t)
	for arguments, want := range map[string]string{
		`access = "write"`:                           "value must be one of",
		`prefixes = ["*"]`:                           "it has *, which a policy takes for a pattern",
		`prefixes = [""]`:                            "To name no prefix, leave the argument out.",
		`kms_key_arns = ["1"]`:                       "it is not an ARN",
		"access = \"manifest\"\nprefixes = [\"a/\"]": "for the manifest's key alone, and lists the whole bucket. Leave prefixes out.",
		"manifest_key = \"\"":                        "it is empty",
		"access = \"plan\"\nprefixes = [\"a/\"]":     "The provider manages the bucket as a whole. Remove prefixes.",
		"access = \"plan\"\nprincipals = [\"/a\"]":   "without a slash at the start",
		"access = \"plan\"\nprincipals = []":         "at least 1 elements",
		`principals = ["*"]`:                         "principals is for access",
		`additional_buckets = ["fovea-videos"]`:      "The bucket fovea-videos is named twice",
		`force_destroy = true`:                       "force_destroy is for access",
		"access = \"apply\"\nadditional_buckets = [for i in range(300) : \"fovea-production-videos-${i}\"]": "IAM allows at most 10240",
	} {
		e.Run(t, resource.TestStep{Config: e.Config("%s", accessPolicyBlock(arguments)), ExpectError: acctest.Message(want)})
	}
}
