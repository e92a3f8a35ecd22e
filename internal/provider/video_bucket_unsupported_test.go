package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestVideoBucketOnALesserServer works on servers that lack a document, or only
// have its reading. The default of it is passed over, with one warning, and the
// state does not claim it; what is asked for is an error.
func TestVideoBucketOnALesserServer(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it plays a server that lacks a document")
	var cases [][]resource.TestStep
	var imports []resource.TestStep
	var passedOver []string
	for name, tt := range map[string]struct{ attribute, get, put, asked, document string }{
		"encryption":          {"encryption", "GetBucketEncryption", "PutBucketEncryption", `encryption = { algorithm = "AES256" }`, "default encryption"},
		"public access block": {"public_access_block", "GetPublicAccessBlock", "PutPublicAccessBlock", `public_access_block = {}`, "public access block"},
		"object ownership":    {"object_ownership", "GetBucketOwnershipControls", "PutBucketOwnershipControls", `object_ownership = "BucketOwnerEnforced"`, "object ownership"},
		"versioning":          {"versioning", "GetBucketVersioning", "PutBucketVersioning", `versioning = "Enabled"`, "versioning configuration"},
		"readable versioning": {"versioning", "", "PutBucketVersioning", `versioning = "Enabled"`, "versioning configuration"},
	} {
		bucket, label := acctest.Name(t), labelOf(name)
		address := "fovea_video_bucket." + label
		var active faults
		for _, operation := range []string{tt.get, tt.put} {
			fault := on(operation, lacking)
			fault.Bucket = bucket
			if operation != "" {
				active.inject(e, fault)
			}
		}
		block := func(arguments string) string { return labelled(bucketBlock(bucket, arguments), label) }
		notClaimed := []statecheck.StateCheck{stateOf(address)(tt.attribute, knownvalue.Null())}
		unsupported := acctest.Message("which does not implement the " + tt.document + " of S3, or not all of it. Leave that part out of the configuration, or use a server that has it.")
		passedOver = append(passedOver, "The default of "+tt.attribute+" cannot be set for the bucket "+bucket+", so it is skipped: the attribute stays null.")
		cases = append(cases, []resource.TestStep{
			{Config: block(tt.asked), ExpectError: unsupported},
			{
				PreConfig: func() { gone(t, e, bucket) },
				Config:    block(""),
				ConfigPlanChecks: before(
					action(address, plancheck.ResourceActionCreate),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New(tt.attribute)),
				),
				ConfigStateChecks: notClaimed,
			},
			{
				Config:            block(`tags = { team = "video" }`),
				ConfigPlanChecks:  before(action(address, plancheck.ResourceActionUpdate), changes{address, []string{"tags"}}),
				ConfigStateChecks: notClaimed,
			},
			{
				PreConfig:         func() { deleteBucket(t, e, bucket) },
				Config:            block(""),
				ConfigPlanChecks:  before(action(address, plancheck.ResourceActionCreate)),
				ConfigStateChecks: notClaimed,
			},
			{Config: block(tt.asked), ExpectError: unsupported},
			{PreConfig: func() { active.lift() }, Config: block(tt.asked)},
			{Config: block(""), ConfigPlanChecks: nothing(), ConfigStateChecks: defaultsOf(address, bucket)},
		})
		imports = append(imports, resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: bucket, ImportStateVerify: tt.get != ""})
	}
	var heard warnings
	test := sideBySide(t, e, cases...)
	test.ProtoV6ProviderFactories = heard.factories()
	for step, words := range map[int][]string{1: passedOver, 2: nil, 3: passedOver} {
		test.Steps[step].PostApplyFunc = heard.expect(t, words...)
	}
	test.Steps = slices.Insert(test.Steps, 5, imports...)
	resource.Test(t, test)
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

// TestVideoBucketOnThisServer makes the bucket of the docs on whatever server is
// under test, which may lack documents for real.
func TestVideoBucketOnThisServer(t *testing.T) {
	e := acctest.Start(t)
	bucket := acctest.Name(t)
	var passed []string
	var missing []statecheck.StateCheck
	asked := []resource.TestStep{}
	for attribute, document := range map[string]string{"encryption": "default encryption", "public_access_block": "public access block"} {
		if !acctest.Lacks(document) {
			continue
		}
		passed = append(passed, "The default of "+attribute+" cannot be set for the bucket "+bucket+", so it is skipped: the attribute stays null.")
		missing = append(missing, bucketState(attribute, knownvalue.Null()))
		asked = append(asked, resource.TestStep{
			Config: bucketConfig(e, bucket, attribute+" = {}"),
			ExpectError: inOrder("Could not set "+attribute+" of the bucket", "is on the server", strings.TrimPrefix(e.Endpoint, "http://"),
				"which does not implement the "+document+" of S3, or not all of it. Leave that part out of the configuration, or use a server that has it."),
		})
	}
	var heard warnings
	heard.run(t, slices.Concat([]resource.TestStep{
		{Config: bucketConfig(e, bucket, ""), ConfigStateChecks: missing, PostApplyFunc: heard.expect(t, passed...)},
		{Config: bucketConfig(e, bucket, ""), ConfigPlanChecks: nothing(), PostApplyFunc: heard.expect(t)},
		{
			Config:            bucketConfig(e, bucket, `versioning = "Suspended"`),
			ConfigPlanChecks:  before(changes{theBucket, []string{"versioning"}}),
			ConfigStateChecks: missing,
			PostApplyFunc:     heard.expect(t, "Versioning of the bucket "+bucket+" will be suspended [bucket-versioning-ends]"),
		},
	}, asked, []resource.TestStep{
		{
			PreConfig:         func() { deleteBucket(t, e, bucket) },
			Config:            bucketConfig(e, bucket, ""),
			ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: missing,
		},
		{ResourceName: theBucket, ImportState: true, ImportStateId: bucket, ImportStateVerify: true},
		{Config: bucketConfig(e, bucket, ""), ConfigPlanChecks: nothing(), ConfigStateChecks: missing},
	})...)
	gone(t, e, bucket)
}
