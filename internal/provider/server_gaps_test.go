package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest/compat"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// lackable are resources that a server may not have, with the least configuration
// of each; BUCKET stands for the name of a bucket that is there.
var lackable = map[string]string{
	"fovea_bucket_lifecycle":           `bucket = "BUCKET"`,
	"fovea_bucket_logging":             "bucket = \"BUCKET\"\n  target_bucket = \"BUCKET-logs\"",
	"fovea_bucket_metrics":             `bucket = "BUCKET"`,
	"fovea_bucket_intelligent_tiering": `bucket = "BUCKET"`,
	"fovea_bucket_inventory":           "bucket = \"BUCKET\"\n  destination = { bucket_arn = \"arn:aws:s3:::BUCKET-lists\" }",
	"fovea_bucket_replication": "bucket = \"BUCKET\"\n  role_arn = \"arn:aws:iam::123456789012:role/BUCKET\"\n" +
		"  rules = [{ destination = { bucket_arn = \"arn:aws:s3:::BUCKET-backup\" } }]",
	"fovea_access_user":      "name = \"BUCKET\"\n  bucket = \"BUCKET\"",
	"fovea_access_key":       `user = "BUCKET"`,
	"fovea_access_role":      "name = \"BUCKET\"\n  bucket = \"BUCKET\"",
	"fovea_replication_role": "name = \"BUCKET\"\n  source_bucket_arn = \"arn:aws:s3:::BUCKET\"\n  destination_bucket_arns = [\"arn:aws:s3:::BUCKET-backup\"]",
}

// gapBlock has the resource "this" of a kind.
func gapBlock(kind, bucket string) string {
	return fmt.Sprintf("resource %q \"this\" {\n  %s\n}\n", kind, strings.ReplaceAll(lackable[kind], "BUCKET", bucket))
}

// missingOn expects the diagnostic that names server, part and remedy.
func missingOn(e *acctest.Env, gap compat.Gap) []string {
	server := strings.TrimPrefix(e.Endpoint, "http://")
	if gap.Part == "IAM" {
		return []string{"The request went to the server", server, "which does not implement IAM. Leave out of the configuration what needs IAM, " +
			"or name a server that has it in the endpoints block of the provider."}
	}
	return []string{"is on the server", server, "which does not implement the " + gap.Part +
		" of S3, or not all of it. Leave that part out of the configuration, or use a server that has it."}
}

// TestPartsThatTheServerLacks expects an error for each, and that no delete goes to
// a server that would take it for that of the bucket.
func TestPartsThatTheServerLacks(t *testing.T) {
	for _, gap := range gapsOrSkip(t) {
		for _, kind := range gap.Kinds {
			t.Run(kind, func(t *testing.T) {
				e, bucket, requests := watchedBucket(t)
				e.Run(t, resource.TestStep{Config: e.Config("%s", gapBlock(kind, bucket)), ExpectError: inOrder(missingOn(e, gap)...)})
				stillThere(t, e, bucket, requests)
			})
		}
	}
}

// TestPartsMadeOnAnotherServer has documents in the state that the server lacks,
// made on one that has them: to destroy them is refused.
func TestPartsMadeOnAnotherServer(t *testing.T) {
	for _, gap := range gapsOrSkip(t) {
		for _, kind := range gap.Kinds {
			if kind != "fovea_bucket_metrics" && kind != "fovea_bucket_intelligent_tiering" && kind != "fovea_bucket_lifecycle" {
				continue // which need more than a bucket to be made
			}
			t.Run(kind, func(t *testing.T) {
				e, bucket, requests := watchedBucket(t)
				other := acctest.Elsewhere(t)
				makeBucket(t, other, bucket)
				there := other.Config("%s", gapBlock(kind, bucket))
				resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Unrecorded(), Steps: []resource.TestStep{
					{Config: there},
					{Config: e.Config("%s", gapBlock(kind, bucket)), Destroy: true, ExpectError: inOrder(missingOn(e, gap)...)},
					{Config: there, ConfigPlanChecks: nothing()},
				}})
				stillThere(t, e, bucket, requests)
			})
		}
	}
}

// TestNoDeleteOfPartsThatTheServerLacks asks for the deletes past Terraform, which
// reads a document before it destroys it unless it is told not to.
func TestNoDeleteOfPartsThatTheServerLacks(t *testing.T) {
	deletes := map[string]func(s *s3bucket.Store, bucket string) error{
		"lifecycle configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.Lifecycle.Remove(t.Context(), s, s3bucket.Of(bucket))
		},
		"logging configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.Logging.Remove(t.Context(), s, s3bucket.Of(bucket))
		},
		"replication configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.Replication.Remove(t.Context(), s, s3bucket.Of(bucket))
		},
		"public access block": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.PublicAccessBlock.Remove(t.Context(), s, s3bucket.Of(bucket))
		},
		"metrics configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.Metrics.Remove(t.Context(), s, s3bucket.ID{Bucket: bucket, Name: "EntireBucket"})
		},
		"inventory configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.Inventory.Remove(t.Context(), s, s3bucket.ID{Bucket: bucket, Name: "FOVEAVideos"})
		},
		"Intelligent-Tiering configuration": func(s *s3bucket.Store, bucket string) error {
			return s3bucket.IntelligentTiering.Remove(t.Context(), s, s3bucket.ID{Bucket: bucket, Name: "AutoTiering"})
		},
	}
	for _, gap := range gapsOrSkip(t) {
		remove, ok := deletes[gap.Part]
		if !ok {
			continue
		}
		t.Run(gap.Part, func(t *testing.T) {
			e, bucket, requests := watchedBucket(t)
			keyID, secret := e.Keys()
			clients, problems := awsclient.New(t.Context(), awsclient.Settings{
				Region: e.Region, AccessKey: keyID, SecretKey: secret, PathStyle: true, Endpoints: awsclient.Endpoints{S3: e.Endpoint},
				SkipCredentialsValidation: true, SkipRequestingAccountID: true,
			})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if err := remove(s3bucket.New(clients), bucket); err == nil || !strings.Contains(err.Error(), "does not implement the "+gap.Part) {
				t.Errorf("got %v", err)
			}
			stillThere(t, e, bucket, requests)
		})
	}
}

// gapsOrSkip are the gaps of the server under test.
func gapsOrSkip(t *testing.T) []compat.Gap {
	t.Helper()
	gaps := acctest.Gaps()
	if len(gaps) == 0 {
		t.Skip(acctest.ServerName() + " is not known to lack anything")
	}
	return gaps
}

// watchedBucket makes a bucket on a server whose requests are noted.
func watchedBucket(t *testing.T) (e *acctest.Env, bucket string, requests *acctest.Requests) {
	t.Helper()
	direct := acctest.Start(t)
	bucket = acctest.Name(t)
	makeBucket(t, direct, bucket)
	t.Cleanup(func() { deleteBucket(t, direct, bucket) })
	e, requests = direct.Watch(t)
	return e, bucket, requests
}

// stillThere expects that nothing was deleted, and that somebody looked.
func stillThere(t *testing.T, e *acctest.Env, bucket string, requests *acctest.Requests) {
	t.Helper()
	if deletes := requests.Sent("DELETE"); len(deletes) > 0 {
		t.Errorf("sent %v", deletes)
	}
	if len(requests.Sent("GET"))+len(requests.Sent("PUT"))+len(requests.Sent("POST")) == 0 {
		t.Error("nothing was sent to the server that is watched")
	}
	if _, err := e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket}); err != nil {
		t.Errorf("the bucket: %v", err)
	}
}
