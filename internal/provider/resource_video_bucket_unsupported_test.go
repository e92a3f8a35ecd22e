package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/parafovea/terraform-provider-fovea/internal/acctest"
)

// TestVideoBucketOnALesserServer works on servers that lack a document. The
// default of it is passed over, with one warning; what is asked for is an error.
func TestVideoBucketOnALesserServer(t *testing.T) {
	for attribute, tt := range map[string]struct{ get, put, asked, document string }{
		"encryption":          {"GetBucketEncryption", "PutBucketEncryption", `encryption = { algorithm = "AES256" }`, "default encryption"},
		"public_access_block": {"GetPublicAccessBlock", "PutPublicAccessBlock", `public_access_block = {}`, "public access block"},
		"object_ownership":    {"GetBucketOwnershipControls", "PutBucketOwnershipControls", `object_ownership = "BucketOwnerEnforced"`, "object ownership"},
		"versioning":          {"GetBucketVersioning", "PutBucketVersioning", `versioning = "Enabled"`, "versioning configuration"},
	} {
		t.Run(attribute, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "it plays a server that lacks a document")
			name := acctest.Name(t)
			e.Fake.Inject(on(tt.get, lacking))
			e.Fake.Inject(on(tt.put, lacking))
			var heard warnings
			heard.run(t,
				resource.TestStep{
					Config:      bucketConfig(e, name, tt.asked),
					ExpectError: acctest.Message("which does not implement the " + tt.document + " of S3, or not all of it. Leave that part out of the configuration, or use a server that has it."),
				},
				resource.TestStep{
					PreConfig:         func() { gone(t, e, name) },
					Config:            bucketConfig(e, name, ""),
					ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
					ConfigStateChecks: defaultsInState(name),
					PostApplyFunc:     heard.expect(t, "The default of "+attribute+" could not be set for the bucket "+name+", and is passed over."),
				},
				resource.TestStep{
					Config:           bucketConfig(e, name, `tags = { team = "video" }`),
					ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
					PostApplyFunc:    heard.expect(t),
				},
				resource.TestStep{ResourceName: theBucket, ImportState: true, ImportStateId: name, ImportStateVerify: true},
			)
		})
	}
}

func TestVideoBucketOnAServerWithoutTags(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it plays a server that lacks a document")
	name := acctest.Name(t)
	for _, operation := range []string{"GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging"} {
		e.Fake.Inject(on(operation, lacking))
	}
	e.Run(t,
		resource.TestStep{Config: bucketConfig(e, name, `tags = { team = "video" }`), ExpectError: acctest.Message("which does not implement the tag set of S3")},
		resource.TestStep{Config: bucketConfig(e, name, ""), ConfigStateChecks: defaultsInState(name)},
		resource.TestStep{ResourceName: theBucket, ImportState: true, ImportStateId: name, ImportStateVerify: true},
	)
}
