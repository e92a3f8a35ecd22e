package provider_test

import (
	"testing"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// used configures the data source.
func (l library) used(arguments string) string {
	return l.Config("data \"fovea_bucket_usage\" \"this\" {\n  bucket = %q\n%s\n}\n", l.bucket, arguments)
}

func usageIs(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, want := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue("data.fovea_bucket_usage.this", tfjsonpath.New(name), want))
	}
	return checks
}

func class(objects, bytes int64, more map[string]knownvalue.Check) knownvalue.Check {
	checks := map[string]knownvalue.Check{"object_count": number(objects), "total_bytes": number(bytes)}
	for name, want := range more {
		checks[name] = want
	}
	return knownvalue.ObjectPartial(checks)
}

func dollars(amount float64) knownvalue.Check { return knownvalue.Float64Exact(amount) }

func TestBucketUsage(t *testing.T) {
	l := newLibrary(t, "a.mp4", "a.info.json")
	l.FakeOnly(t, "other servers keep storage classes differently")
	l.put("clips/b.webm", "0123456789", s3types.StorageClassGlacierIr)
	l.run(
		resource.TestStep{Config: l.used(""), ConfigStateChecks: usageIs(map[string]knownvalue.Check{
			"object_count": number(3), "total_bytes": number(30), "video_count": number(1), "video_bytes": number(10),
			"noncurrent_count": knownvalue.Null(), "noncurrent_bytes": knownvalue.Null(), "estimated_monthly_cost": dollars(0),
			"by_storage_class": knownvalue.MapExact(map[string]knownvalue.Check{
				"STANDARD":   class(2, 20, map[string]knownvalue.Check{"noncurrent_count": knownvalue.Null(), "estimated_monthly_cost": dollars(0)}),
				"GLACIER_IR": class(1, 10, nil),
			}),
		})},
		resource.TestStep{Config: l.used("prefix = \"clips/\"\n suffixes = [\".webm\"]"), ConfigStateChecks: usageIs(map[string]knownvalue.Check{
			"object_count": number(1), "video_count": number(1), "by_storage_class": knownvalue.MapSizeExact(1),
		})},
		// At a price of 2^30 a GB, a byte costs one.
		resource.TestStep{Config: l.used(`price_per_gb_month = { STANDARD = 1073741824 }`), ConfigStateChecks: usageIs(map[string]knownvalue.Check{
			"estimated_monthly_cost": dollars(20),
			"by_storage_class":       knownvalue.MapPartial(map[string]knownvalue.Check{"STANDARD": class(2, 20, map[string]knownvalue.Check{"estimated_monthly_cost": dollars(20)})}),
		})},
	)
}

func TestBucketUsageCountsVersions(t *testing.T) {
	l := newLibrary(t)
	l.FakeOnly(t, "it looks at versions")
	l.versioned()
	l.upload("a.mp4", "a.mp4", "a.mp4")
	l.run(
		resource.TestStep{Config: l.used("noncurrent_versions = true\n price_per_gb_month = { STANDARD = 1073741824 }"), ConfigStateChecks: usageIs(map[string]knownvalue.Check{
			"object_count": number(1), "total_bytes": number(10), "noncurrent_count": number(2), "noncurrent_bytes": number(20), "estimated_monthly_cost": dollars(30),
			"by_storage_class": knownvalue.MapExact(map[string]knownvalue.Check{
				"STANDARD": class(1, 10, map[string]knownvalue.Check{"noncurrent_count": number(2), "noncurrent_bytes": number(20)}),
			}),
		})},
	)
}

// TestBucketUsageWithoutAPrice warns of a class that nobody has priced, and gives
// no cost that leaves it out.
func TestBucketUsageWithoutAPrice(t *testing.T) {
	l := newLibrary(t, "a.mp4")
	l.FakeOnly(t, "it answers with a class that S3 does not have")
	l.Fake.Inject(fakeaws.Fault{Operation: "ListObjectsV2", ContentType: "application/xml", Body: `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
		`<Name>` + l.bucket + `</Name><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>` +
		`<Contents><Key>a.mp4</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;x&quot;</ETag><Size>10</Size><StorageClass>COLDEST</StorageClass></Contents></ListBucketResult>`})
	l.run(
		resource.TestStep{Config: l.used(""), ConfigStateChecks: usageIs(map[string]knownvalue.Check{
			"estimated_monthly_cost": knownvalue.Null(),
			"by_storage_class":       knownvalue.MapExact(map[string]knownvalue.Check{"COLDEST": class(1, 10, map[string]knownvalue.Check{"estimated_monthly_cost": knownvalue.Null()})}),
		})},
		resource.TestStep{Config: l.used(`price_per_gb_month = { COLDEST = 0.1 }`), ConfigStateChecks: usageIs(map[string]knownvalue.Check{"estimated_monthly_cost": dollars(0)})},
	)
}

func TestBucketUsageBadInput(t *testing.T) {
	l := newLibrary(t)
	for arguments, want := range map[string]string{
		`price_per_gb_month = { STANDARD = -1 }`: "value must be at least 0.000000, got: -1.000000",
		`suffixes = ["mp4"]`:                     `"mp4" cannot be used: it does not begin with a dot`,
		`prefix = "/clips"`:                      "it begins with a slash",
	} {
		l.run(resource.TestStep{Config: l.used(arguments), ExpectError: acctest.Message(want)})
	}
	l.run(resource.TestStep{Config: l.Config("data \"fovea_bucket_usage\" \"this\" {\n  bucket = \"none-here\"\n}\n"), ExpectError: acctest.Message("Could not find the bucket none-here")})
}

func TestBucketUsageExample(t *testing.T) {
	e := acctest.Start(t)
	e.Run(t, resource.TestStep{Config: e.Config("%s", manifestExample(t, acctest.Name(t), "data-sources/fovea_bucket_usage/data-source.tf"))})
}
