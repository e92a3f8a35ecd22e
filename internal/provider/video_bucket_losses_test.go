package provider_test

import (
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestVideoBucketLosses changes settings that end reading although no policy changes.
// Each is warned of by the plan that changes it, and by no later one.
func TestVideoBucketLosses(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "other servers lack some of the settings")
	bucket := acctest.Name(t)
	const (
		open   = "object_ownership = \"BucketOwnerPreferred\"\npublic_access_block = {\n  ignore_public_acls = false\n  restrict_public_buckets = false\n}\n"
		closed = "public_access_block = {\n  ignore_public_acls = true\n  restrict_public_buckets = true\n}\n"
		key    = "encryption = {\n  algorithm = \"aws:kms\"\n  kms_key_arn = \"arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-00000000000"
	)
	block := func(arguments string) string { return bucketBlock(bucket, arguments) }
	w := newWorkspace(t, e, block(open))
	w.saysNot(w.apply(), "[reading-lost]", "[kms-key-needs-grant]")
	w.configure(block(closed))
	w.says(w.apply(), "The ACLs of the bucket "+bucket+" no longer let anybody read [reading-lost]",
		"Public access to the bucket "+bucket+" ends: ignore_public_acls [reading-lost]", "Public access to the bucket "+bucket+" ends: restrict_public_buckets [reading-lost]")
	w.configure(block(closed + key + "1\"\n}\n"))
	w.says(w.apply(), "Objects of the bucket "+bucket+" will need a KMS key [kms-key-needs-grant]", "kms_key_arns of each fovea_access_user and fovea_access_role")
	w.saysNot(w.mustRun("plan"), "[reading-lost]", "[kms-key-needs-grant]")
	w.configure(block(closed + key + "2\"\n}\n"))
	w.says(w.apply(), "[kms-key-needs-grant]")
	w.configure(block(closed))
	w.saysNot(w.apply(), "[reading-lost]", "[kms-key-needs-grant]")
}
