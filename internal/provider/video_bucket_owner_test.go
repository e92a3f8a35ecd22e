package provider_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// The server's own account, and another one.
const (
	ownAccount   = "123456789012"
	otherAccount = "210987654321"
)

// unowned gives the S3 operations on a bucket that did not name its owner.
func unowned(e *acctest.Env, bucket string) []string {
	var operations []string
	for _, entry := range e.Fake.Requests().Entries() {
		source := entry.Operation == "CopyObject" && entry.ExpectedSourceOwner != ownAccount
		if entry.Bucket == bucket && (entry.ExpectedOwner != ownAccount || source) {
			operations = append(operations, entry.Operation)
		}
	}
	return operations
}

func TestVideoBucketNamesItsOwner(t *testing.T) {
	e := acctest.Start(t).AtAWS(t)
	name := acctest.Name(t)
	config := bucketConfig(e, name, "force_destroy = true\ntags = { team = \"video\" }") + `
resource "fovea_bucket_cors" "this" {
  bucket = fovea_video_bucket.this.bucket
  rules  = [{ allowed_origins = ["https://videos.example.com"] }]
}

resource "fovea_manifest" "this" {
  bucket    = fovea_video_bucket.this.bucket
  snapshots = { keep = 1 }
}
`
	var unnamed []string
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, PlanOnly: true},
		resource.TestStep{ResourceName: theBucket, ImportState: true, ImportStateId: name},
		resource.TestStep{
			PreConfig: func() {
				unnamed = unowned(e, name)
				e.Fake.Requests().Reset()
			},
			Config: config, Destroy: true,
		},
	)
	// The plan of the manifest looks for the bucket before anything has made it.
	if made := slices.Index(unnamed, "CreateBucket"); made < 0 || made < len(unnamed)-1 {
		t.Errorf("requests that name no owner: got %q, want none after CreateBucket", unnamed)
	}
	// A destroy gives the process the state of the manifest, whose versions it lists,
	// before that of the bucket.
	for _, operation := range unowned(e, name) {
		if slices.Contains([]string{"DeleteObjects", "DeleteBucket"}, operation) {
			t.Errorf("destroy: %s names no owner", operation)
		}
	}
	if e.Fake.Requests().Count("DeleteObjects") == 0 {
		t.Error("the destroy has not emptied the bucket")
	}
}

func TestVideoBucketNamesNoOwnerElsewhere(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it looks at the headers of requests")
	for kind, e := range map[string]*acctest.Env{"another endpoint": e, "unknown account": e.AtAWS(t)} {
		name := acctest.Name(t)
		e.Run(t, resource.TestStep{Config: e.ConfigWith("  skip_requesting_account_id = "+map[bool]string{true: "true", false: "false"}[kind == "unknown account"],
			"resource \"fovea_video_bucket\" \"this\" {\n  bucket = %q\n}\n", name)})
		for _, entry := range e.Fake.Requests().Entries() {
			if entry.Bucket == name && entry.ExpectedOwner != "" {
				t.Errorf("%s: %s names the owner %s", kind, entry.Operation, entry.ExpectedOwner)
			}
		}
	}
}

// giveAway makes a bucket of another account, which lets this one do everything.
func giveAway(t *testing.T, e *acctest.Env, bucket string) {
	t.Helper()
	root := e.Fake.AddAccount(otherAccount)
	other := e.S3As(t, root.AccessKeyID, root.SecretAccessKey)
	if _, err := other.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + ownAccount + `:root"},"Action":"s3:*",` +
		`"Resource":["arn:aws:s3:::` + bucket + `","arn:aws:s3:::` + bucket + `/*"]}]}`
	if _, err := other.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
}

func TestVideoBucketMustBeOurs(t *testing.T) {
	for name, steps := range map[string]func(e *acctest.Env, bucket string) []resource.TestStep{
		"import": func(e *acctest.Env, bucket string) []resource.TestStep {
			giveAway(t, e, bucket)
			return []resource.TestStep{{
				Config: bucketConfig(e, bucket, ""), ResourceName: theBucket, ImportState: true, ImportStateId: bucket,
				ExpectError: acctest.Message("The credentials belong to account " + ownAccount + ". If the bucket belongs to another account, use credentials of that account"),
			}}
		},
		"create": func(e *acctest.Env, bucket string) []resource.TestStep {
			giveAway(t, e, bucket)
			return []resource.TestStep{{
				Config:      bucketConfig(e, bucket, ""),
				ExpectError: acctest.Message("so it is probably another account's"),
			}}
		},
		"name taken over": func(e *acctest.Env, bucket string) []resource.TestStep {
			config := bucketConfig(e, bucket, "")
			refused := acctest.Message("The credentials belong to account " + ownAccount + ". If the bucket belongs to another account, use credentials of that account")
			return []resource.TestStep{
				{Config: config},
				{
					PreConfig: func() {
						if _, err := e.S3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
							t.Fatal(err)
						}
						giveAway(t, e, bucket)
					},
					Config: config, ExpectError: refused,
				},
				// The end of the test destroys what the state has, which must be our bucket.
				{
					PreConfig: func() {
						root := e.Fake.AddAccount(otherAccount)
						if _, err := e.S3As(t, root.AccessKeyID, root.SecretAccessKey).DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
							t.Fatal(err)
						}
					},
					Config: config,
				},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t).AtAWS(t)
			e.Run(t, steps(e, acctest.Name(t))...)
		})
	}
}

// TestDocumentsOfAnotherAccountsBucket shows that only fovea_video_bucket wants the
// bucket to be the caller's.
func TestDocumentsOfAnotherAccountsBucket(t *testing.T) {
	e := acctest.Start(t).AtAWS(t)
	name := acctest.Name(t)
	giveAway(t, e, name)
	config := e.Config(`
resource "fovea_bucket_cors" "this" {
  bucket = %[1]q
  rules  = [{ allowed_origins = ["https://videos.example.com"] }]
}

data "fovea_videos" "this" {
  bucket = %[1]q
}
`, name)
	e.Run(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, PlanOnly: true})
	if n := e.Fake.Requests().Count("PutBucketCors"); n != 1 {
		t.Errorf("PutBucketCors: got %d requests, want 1", n)
	}
	for _, entry := range e.Fake.Requests().Entries() {
		if entry.ExpectedOwner != "" {
			t.Errorf("%s names the owner %s", entry.Operation, entry.ExpectedOwner)
		}
	}
}
