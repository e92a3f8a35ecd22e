package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const inventoryKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func newInventory(t *testing.T) document {
	t.Helper()
	d := newDocument(t, "fovea_bucket_inventory", "GetBucketInventoryConfiguration", "PutBucketInventoryConfiguration", "DeleteBucketInventoryConfiguration")
	d.FakeOnly(t, "it takes the DELETE of an inventory configuration for that of the bucket")
	return d
}

// to delivers the inventories to the bucket itself.
func (d document) to(further string) string {
	return fmt.Sprintf("destination = {\n bucket_arn = \"arn:aws:s3:::%s\"\n%s\n}\n", d.bucket, further)
}

func (d document) destination(prefix string, account, key knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"bucket_arn": knownvalue.StringExact("arn:aws:s3:::" + d.bucket), "prefix": knownvalue.StringExact(prefix), "account_id": account, "kms_key_arn": key,
	})
}

func TestBucketInventory(t *testing.T) {
	d := newInventory(t)
	text, null := knownvalue.StringExact, knownvalue.Null()
	steps := []resource.TestStep{{
		Config:           d.config(d.to("")),
		ConfigPlanChecks: d.planned(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			d.state("id", text(d.bucket+"/FOVEAVideos")), d.state("name", text("FOVEAVideos")),
			d.state("frequency", text("Daily")), d.state("format", text("Parquet")), d.state("prefix", text("")),
			d.state("included_object_versions", text("Current")), d.state("enabled", knownvalue.Bool(true)),
			d.state("destination", d.destination("", null, null)),
			d.state("fields", texts("ETag", "IntelligentTieringAccessTier", "LastModifiedDate", "Size", "StorageClass")),
		},
	}}
	steps = append(steps, d.imported(d.bucket, d.bucket+"/FOVEAVideos")...)
	steps = append(steps, resource.TestStep{
		Config: d.config(d.to(`prefix = "lists"
 account_id = "123456789012"
 kms_key_arn = "`+inventoryKey+`"`) + `
  frequency = "Weekly"
  format = "CSV"
  prefix = "clips/"
  included_object_versions = "All"
  enabled = false`),
		ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate),
		ConfigStateChecks: []statecheck.StateCheck{
			d.state("frequency", text("Weekly")), d.state("format", text("CSV")), d.state("prefix", text("clips/")),
			d.state("included_object_versions", text("All")), d.state("enabled", knownvalue.Bool(false)),
			d.state("destination", d.destination("lists", text("123456789012"), text(inventoryKey))),
		},
	})
	steps = append(steps, d.imported(d.bucket)...)
	steps = append(steps,
		resource.TestStep{Config: d.config(d.to("")), ConfigPlanChecks: d.planned(plancheck.ResourceActionUpdate)},
		resource.TestStep{
			Config: d.config(`name = "Clips"` + "\n" + d.to("")), ConfigPlanChecks: d.planned(plancheck.ResourceActionReplace),
			ConfigStateChecks: []statecheck.StateCheck{d.state("id", text(d.bucket+"/Clips"))},
		})
	d.Run(t, append(steps, d.imported(d.bucket+"/Clips")...)...)
	for _, name := range []string{"FOVEAVideos", "Clips"} {
		_, err := d.S3.GetBucketInventoryConfiguration(t.Context(), &s3.GetBucketInventoryConfigurationInput{Bucket: &d.bucket, Id: &name})
		if !awserr.Is(err, "NoSuchConfiguration") {
			t.Errorf("%s is still there after the destroy: %v", name, err)
		}
	}
}

func TestBucketInventoryDrift(t *testing.T) {
	d := newInventory(t)
	change := func(how func(*s3types.InventoryConfiguration, *s3types.InventoryS3BucketDestination)) func(document) {
		return func(d document) {
			out, err := d.S3.GetBucketInventoryConfiguration(t.Context(), &s3.GetBucketInventoryConfigurationInput{Bucket: &d.bucket, Id: ptr("FOVEAVideos")})
			if err != nil {
				t.Fatal(err)
			}
			c := out.InventoryConfiguration
			how(c, c.Destination.S3BucketDestination)
			d.do(d.S3.PutBucketInventoryConfiguration(t.Context(), &s3.PutBucketInventoryConfigurationInput{Bucket: &d.bucket, Id: c.Id, InventoryConfiguration: c}))
		}
	}
	type config = *s3types.InventoryConfiguration
	type target = *s3types.InventoryS3BucketDestination
	d.drifts(func(d document) string { return d.to("") },
		drift{[]string{"enabled"}, change(func(c config, _ target) { c.IsEnabled = ptr(false) })},
		drift{[]string{"frequency"}, change(func(c config, _ target) { c.Schedule.Frequency = "Weekly" })},
		drift{[]string{"format"}, change(func(_ config, d target) { d.Format = "ORC" })},
		drift{[]string{"prefix"}, change(func(c config, _ target) { c.Filter = &s3types.InventoryFilter{Prefix: ptr("other/")} })},
		drift{[]string{"included_object_versions"}, change(func(c config, _ target) { c.IncludedObjectVersions = "All" })},
		drift{[]string{"fields"}, change(func(c config, _ target) { c.OptionalFields = c.OptionalFields[1:] })},
		drift{[]string{"destination"}, change(func(_ config, d target) { d.Prefix = ptr("elsewhere") })},
		drift{[]string{"destination"}, change(func(_ config, d target) { d.AccountId = ptr("123456789012") })},
		drift{[]string{"destination"}, change(func(_ config, d target) {
			d.Encryption = &s3types.InventoryEncryption{SSEKMS: &s3types.SSEKMS{KeyId: ptr(inventoryKey)}}
		})},
	)
}

func TestBucketInventoryDisappears(t *testing.T) {
	d := newInventory(t)
	d.disappears(d.to(""), func() {
		d.do(d.S3.DeleteBucketInventoryConfiguration(t.Context(), &s3.DeleteBucketInventoryConfigurationInput{Bucket: &d.bucket, Id: ptr("FOVEAVideos")}))
	})
}

func TestBucketInventoryRequests(t *testing.T) {
	d := newInventory(t)
	d.costs(d.to(""), nil)
}

func TestBucketInventoryMissingOnTheServer(t *testing.T) {
	d := newInventory(t)
	d.missing(d.to(""), "inventory configuration")
}

// TestBucketInventoryNeverDeletesABucket has a server that takes the DELETE of the
// configuration for that of the bucket, which is empty.
func TestBucketInventoryNeverDeletesABucket(t *testing.T) {
	e := acctest.Start(t)
	if e.Fake != nil || e.Endpoint == "" {
		t.Skip("it needs moto")
	}
	bucket := acctest.Name(t)
	makeBucket(t, e, bucket)
	config := e.Config("resource \"fovea_bucket_inventory\" \"this\" {\n bucket = %q\n included_object_versions = \"All\" # as moto has it\n destination = {\n  bucket_arn = \"arn:aws:s3:::%[1]s\"\n }\n}\n", bucket)
	forget := e.Config("removed {\n  from = fovea_bucket_inventory.this\n  lifecycle {\n    destroy = false\n  }\n}\n")
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, Destroy: true, ExpectError: acctest.Message("the inventory configuration of the bucket " + bucket + " was not removed")},
		resource.TestStep{Config: forget},
	)
	if _, err := e.S3.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket}); err != nil {
		t.Error(err)
	}
}

func TestBucketInventoryRefusedDestinations(t *testing.T) {
	d := newInventory(t)
	far := d.bucket + "-far"
	d.do(d.S3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &far, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"}}))
	for target, further := range map[string]string{far: "", d.bucket + "-absent": "", d.bucket: `account_id = "999999999999"`} {
		d.Run(t, resource.TestStep{
			Config: d.config(fmt.Sprintf("destination = {\n bucket_arn = \"arn:aws:s3:::%s\"\n%s\n}", target, further)),
			ExpectError: acctest.Message("Inventories of " + d.bucket + " cannot be delivered to arn:aws:s3:::" + target +
				". The destination must exist, be in the same region, and belong to the account that account_id names. Error: InvalidS3DestinationBucket"),
		})
	}
}

func TestBucketInventoryBadInput(t *testing.T) {
	const to = `"destination": {"bucket_arn": "arn:aws:s3:::lists"}`
	for name, tt := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"no bucket": {`"bucket": "Videos", ` + to, map[string]string{"bucket": "it has the upper-case letter V"}},
		"name":      {`"bucket": "videos", "name": "my list", ` + to, map[string]string{"name": "it has a character that S3 does not allow"}},
		"ORC":       {`"bucket": "videos", "format": "ORC", ` + to, map[string]string{"format": `value must be one of: ["CSV" "Parquet"], got: "ORC"`}},
		"frequency": {`"bucket": "videos", "frequency": "Hourly", ` + to, map[string]string{"frequency": `value must be one of: ["Weekly" "Daily"], got: "Hourly"`}},
		"versions":  {`"bucket": "videos", "included_object_versions": "None", ` + to, map[string]string{"included_object_versions": `value must be one of: ["All" "Current"], got: "None"`}},
		"prefix":    {`"bucket": "videos", "prefix": "/clips", ` + to, map[string]string{"prefix": "it begins with a slash"}},
		"destination": {`"bucket": "videos", "destination": {"bucket_arn": "lists", "prefix": "s3/", "account_id": "12", "kms_key_arn": "alias/lists"}`, map[string]string{
			"destination.bucket_arn":  "it is not an ARN, but perhaps the name of a bucket",
			"destination.prefix":      `"s3/" cannot be used: it ends in a slash, with which S3 delivers inventories that name files which are not there.`,
			"destination.account_id":  "it does not have 12 digits",
			"destination.kms_key_arn": "it is an alias, and a policy that names one grants nothing",
		}},
		"no destination": {`"bucket": "videos"`, map[string]string{"destination": "required"}},
	} {
		t.Run(name, func(t *testing.T) { finds(t, "fovea_bucket_inventory", "{"+tt.arguments+"}", tt.want) })
	}
}

func TestBucketInventoryBadImport(t *testing.T) {
	d := newInventory(t)
	for id, want := range map[string]string{
		"/FOVEAVideos":      `"/FOVEAVideos" cannot be imported. It must be the name of the bucket, as in "fovea-videos", or that and the name of the configuration, as in "fovea-videos/FOVEAVideos".`,
		d.bucket + "/other": "Cannot import non-existent remote object",
	} {
		d.Run(t, resource.TestStep{
			Config: d.config(d.to("")), ResourceName: d.address(), ImportState: true, ImportStateId: id, ExpectError: acctest.Message(want),
		})
	}
}

func TestBucketInventoryIdentity(t *testing.T) {
	d := newInventory(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: d.config(d.to("")),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(d.address(), map[string]knownvalue.Check{
						"bucket": knownvalue.StringExact(d.bucket), "name": knownvalue.StringExact("FOVEAVideos"),
					}),
				},
			},
			{ResourceName: d.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
