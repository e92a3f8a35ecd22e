package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// newStorage is a bucket that is well.
func newStorage(t *testing.T) storage {
	t.Helper()
	return storage{bucket: acctest.Name(t), origins: fmt.Sprintf("%q", theApp)}
}

// upload puts a video into the bucket of a configuration.
func (s storage) upload(t *testing.T, e *acctest.Env, key string, class s3types.StorageClass) {
	t.Helper()
	putVideo(t, e, s.bucket, key, []byte("0123456789"), class)
}

// TestStorageCheckFaults makes faults on purpose, and does what the remedy says.
func TestStorageCheckFaults(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers check no permissions, or have no IAM")
	const kmsKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	pass := func(name string) finding { return finding{name: name, want: "pass ok"} }
	encrypted := func(s *storage) {
		s.settings = fmt.Sprintf("encryption = { algorithm = \"aws:kms\", kms_key_arn = %q }", kmsKey)
	}
	const denyURLs = `source_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:GetObject", ` +
		`Resource = "${fovea_video_bucket.app.arn}/*", Condition = { StringEquals = { "s3:authType" = "REST-QUERY-STRING" } } }] })]`
	archive := func(class string) func(*storage) {
		return func(s *storage) {
			s.lifecycle = fmt.Sprintf("rules = [{ id = \"Old\", transitions = [{ days = 365, storage_class = %q }] }]", class)
		}
	}
	for name, tt := range map[string]struct {
		fault  func(*storage) // on top of a bucket that is well
		spoil  func(t *testing.T, s storage)
		found  []finding
		repair func(*storage) // what the remedies say, in the configuration
		mend   func(t *testing.T, s storage)
		then   []finding
	}{
		"CORS without the origin": {
			fault:  func(s *storage) { s.origins = `"https://other.example.com"` },
			found:  []finding{{"cors", "fail cors-refused", []string{"fovea_bucket_cors", "allowed_origins", theApp}}, pass("presigned_url")},
			repair: func(s *storage) { s.origins += fmt.Sprintf(", %q", theApp) },
			then:   []finding{pass("cors")},
		},
		"no CORS": {
			fault:  func(s *storage) { s.origins = "" },
			found:  []finding{{"cors", "fail cors-missing", []string{"fovea_bucket_cors", "allowed_origins", theApp}}},
			repair: func(s *storage) { s.origins = fmt.Sprintf("%q", theApp) },
			then:   []finding{pass("cors")},
		},
		"no manifest": {
			fault:  func(s *storage) { s.manifest = "-" },
			found:  []finding{{"manifest", "fail manifest-missing", []string{"fovea_manifest", "key = \"manifest.json\""}}},
			repair: func(s *storage) { s.manifest = "" },
			then:   []finding{pass("manifest")},
		},
		"a stale manifest": {
			fault:  func(s *storage) { s.manifest = "scan_on_plan = false" },
			spoil:  func(t *testing.T, s storage) { s.upload(t, e, "clips/late.mp4", "") },
			found:  []finding{{"manifest", "fail manifest-stale", []string{"fovea_manifest", "triggers"}}},
			repair: func(s *storage) { s.manifest += "\n  triggers = { at = \"later\" }" },
			then:   []finding{pass("manifest")},
		},
		"a denied listing": {
			fault:  func(s *storage) { s.user = `prefixes = ["clips/"]` },
			found:  []finding{{"list", "fail list-denied", []string{"fovea_access_user", "prefixes"}}, pass("credentials"), pass("get")},
			repair: func(s *storage) { s.user = "" },
			then:   []finding{pass("list")},
		},
		"a denied object": {
			fault:  func(s *storage) { s.user = `access = "manifest"` },
			found:  []finding{{"get", "fail get-denied", []string{"fovea_access_user", `access to "read"`}}, pass("list"), {"presigned_url", "skipped not-reached", nil}},
			repair: func(s *storage) { s.user = `access = "read"` },
			then:   []finding{pass("get"), pass("presigned_url")},
		},
		"a KMS key without a grant": {
			fault:  encrypted,
			spoil:  func(t *testing.T, s storage) { s.upload(t, e, "clips/encrypted.mp4", "") },
			found:  []finding{{"get", "fail kms-denied", []string{"kms_key_arns", "fovea_access_user", kmsKey}}, {"presigned_url", "fail kms-denied", nil}},
			repair: func(s *storage) { s.user = fmt.Sprintf("kms_key_arns = [%q]", kmsKey) },
			then:   []finding{pass("get"), pass("presigned_url")},
		},
		"a policy that denies presigned URLs": {
			fault:  func(s *storage) { s.policy = denyURLs },
			found:  []finding{{"presigned_url", "fail presigned-url-refused", []string{"fovea_bucket_policy", "source_policy_documents", "s3:authType"}}, pass("get")},
			repair: func(s *storage) { s.policy = "deny_insecure_transport = true" },
			then:   []finding{pass("presigned_url")},
		},
		"an inactive key": {
			fault:  func(s *storage) { s.key = `status = "Inactive"` },
			found:  []finding{{"credentials", "fail access-key-unknown", []string{"fovea_access_key", `status`, `"Active"`}}, {"list", "skipped not-reached", nil}},
			repair: func(s *storage) { s.key = `status = "Active"` },
			then:   []finding{pass("credentials"), pass("list")},
		},
		"archived videos": {
			fault: func(s *storage) { s.include = `"archived_videos", "get"` },
			spoil: func(t *testing.T, s storage) { s.upload(t, e, "clips/old.mp4", s3types.StorageClassGlacier) },
			found: []finding{{"archived_videos", "fail videos-archived", []string{"aws s3api restore-object", "fovea_bucket_lifecycle", "storage_class"}}, pass("get")},
			mend: func(t *testing.T, s storage) {
				if _, err := e.S3.RestoreObject(t.Context(), &s3.RestoreObjectInput{
					Bucket: &s.bucket, Key: aws.String("clips/old.mp4"), RestoreRequest: &s3types.RestoreRequest{Days: aws.Int32(1)},
				}); err != nil {
					t.Fatal(err)
				}
			},
			then: []finding{pass("archived_videos")},
		},
		"a lifecycle that archives": {
			fault: func(s *storage) {
				s.include = `"lifecycle"`
				archive("GLACIER")(s)
			},
			found:  []finding{{"lifecycle", "warn lifecycle-archives", []string{"fovea_bucket_lifecycle", `storage_class to "GLACIER_IR"`, `"Old"`}}},
			repair: archive("GLACIER_IR"),
			then:   []finding{pass("lifecycle")},
		},
		"settings that are off": {
			fault: func(s *storage) {
				s.include = `"versioning", "public_access", "tls_only", "encryption"`
				s.settings = "versioning = \"Suspended\"\n  public_access_block = { block_public_policy = false, restrict_public_buckets = false }"
				s.policy = "deny_insecure_transport = false\n" + strings.NewReplacer(`"Deny"`, `"Allow"`, `Condition = { StringEquals = { "s3:authType" = "REST-QUERY-STRING" } }`, "").Replace(denyURLs)
			},
			found: []finding{
				{"versioning", "warn versioning-off", []string{"fovea_video_bucket", `versioning`, `"Enabled"`}},
				{"public_access", "fail policy-public", []string{"fovea_bucket_policy", "source_policy_documents", "public_access_block"}},
			},
			repair: func(s *storage) { s.settings, s.policy = "", "deny_insecure_transport = true" },
			then:   []finding{pass("versioning"), pass("public_access"), pass("tls_only"), pass("encryption")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStorage(t)
			healthy := func(want bool) statecheck.StateCheck {
				return stateOf(theStorageCheck)("healthy", knownvalue.Bool(want))
			}
			bad := s.change(tt.fault)
			good := bad
			if tt.repair != nil {
				good = bad.change(tt.repair)
			}
			worst := true
			for _, f := range tt.found {
				worst = worst && !strings.HasPrefix(f.want, "fail")
			}
			// The videos of the fault come into a bucket that is there.
			steps := []resource.TestStep{{Config: e.Config("%s", bad)}}
			second := found(e, bad, tt.found...)
			second.PreConfig = func() {
				s.upload(t, e, "clips/a.mp4", "")
				if tt.spoil != nil {
					tt.spoil(t, s)
				}
			}
			second.ConfigStateChecks = append(second.ConfigStateChecks, healthy(worst))
			third := found(e, good, tt.then...)
			if tt.mend != nil {
				third.PreConfig = func() { tt.mend(t, s) }
			}
			third.ConfigStateChecks = append(third.ConfigStateChecks, healthy(true))
			e.Run(t, append(steps, second, third)...)
		})
	}
}
