package provider_test

import (
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

func newMetrics(t *testing.T) document {
	t.Helper()
	return newDocument(t, "fovea_bucket_metrics", "GetBucketMetricsConfiguration", "PutBucketMetricsConfiguration", "DeleteBucketMetricsConfiguration")
}

func metricsFilter(prefix, tags, accessPoint knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{"prefix": prefix, "tags": tags, "access_point": accessPoint})
}

func TestBucketMetrics(t *testing.T) {
	d := newMetrics(t)
	null := knownvalue.Null()
	steps := []resource.TestStep{{
		Config:           d.config(""),
		ConfigPlanChecks: d.planned(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			d.state("id", knownvalue.StringExact(d.bucket+"/EntireBucket")),
			d.state("name", knownvalue.StringExact("EntireBucket")),
			d.state("filter", null),
		},
	}}
	steps = append(steps, d.imported(d.bucket, d.bucket+"/EntireBucket")...)
	for _, filter := range []struct {
		arguments string
		want      knownvalue.Check
	}{
		{`{ prefix = "clips/" }`, metricsFilter(knownvalue.StringExact("clips/"), null, null)},
		{`{ tags = { team = "video" } }`, metricsFilter(null, knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("video")}), null)},
		{`{ prefix = "clips/", access_point = "arn:aws:s3:us-east-1:123456789012:accesspoint/videos" }`,
			metricsFilter(knownvalue.StringExact("clips/"), null, knownvalue.StringExact("arn:aws:s3:us-east-1:123456789012:accesspoint/videos"))},
		{`{}`, metricsFilter(null, null, null)},
	} {
		steps = append(steps, resource.TestStep{
			Config:            d.config("filter = " + filter.arguments),
			ConfigPlanChecks:  d.planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{d.state("filter", filter.want)},
		})
	}
	steps = append(steps, resource.TestStep{
		Config:            d.config(`name = "clips"` + "\n" + `filter = { prefix = "clips/" }`),
		ConfigPlanChecks:  d.planned(plancheck.ResourceActionReplace),
		ConfigStateChecks: []statecheck.StateCheck{d.state("id", knownvalue.StringExact(d.bucket+"/clips"))},
	})
	d.Run(t, append(steps, d.imported(d.bucket+"/clips")...)...)
	for _, name := range []string{"EntireBucket", "clips"} {
		_, err := d.S3.GetBucketMetricsConfiguration(t.Context(), &s3.GetBucketMetricsConfigurationInput{Bucket: &d.bucket, Id: &name})
		if !awserr.Is(err, "NoSuchConfiguration") {
			t.Errorf("%s is still there after the destroy: %v", name, err)
		}
	}
}

func TestBucketMetricsDrift(t *testing.T) {
	d := newMetrics(t)
	put := func(filter s3types.MetricsFilter) func(document) {
		return func(d document) {
			d.do(d.S3.PutBucketMetricsConfiguration(t.Context(), &s3.PutBucketMetricsConfigurationInput{
				Bucket: &d.bucket, Id: ptr("EntireBucket"), MetricsConfiguration: &s3types.MetricsConfiguration{Id: ptr("EntireBucket"), Filter: filter},
			}))
		}
	}
	const arguments = `filter = { prefix = "clips/", tags = { team = "video" } }`
	tag := s3types.Tag{Key: ptr("team"), Value: ptr("video")}
	d.drifts(always(arguments),
		drift{[]string{"filter"}, put(nil)},
		drift{[]string{"filter"}, put(&s3types.MetricsFilterMemberPrefix{Value: "clips/"})},
		drift{[]string{"filter"}, put(&s3types.MetricsFilterMemberTag{Value: tag})},
		drift{[]string{"filter"}, put(&s3types.MetricsFilterMemberAccessPointArn{Value: "arn:aws:s3:us-east-1:123456789012:accesspoint/videos"})},
		drift{[]string{"filter"}, put(&s3types.MetricsFilterMemberAnd{Value: s3types.MetricsAndOperator{Prefix: ptr("other/"), Tags: []s3types.Tag{tag}}})},
	)
}

func TestBucketMetricsDisappears(t *testing.T) {
	d := newMetrics(t)
	d.disappears("", func() {
		d.do(d.S3.DeleteBucketMetricsConfiguration(t.Context(), &s3.DeleteBucketMetricsConfigurationInput{Bucket: &d.bucket, Id: ptr("EntireBucket")}))
	})
}

func TestBucketMetricsRequests(t *testing.T) { newMetrics(t).costs("", nil) }

func TestBucketMetricsMissingOnTheServer(t *testing.T) {
	newMetrics(t).missing("", "metrics configuration")
}

func TestBucketMetricsBadInput(t *testing.T) {
	for name, tt := range map[string]struct {
		arguments string
		want      map[string]string
	}{
		"name with a space": {`"name": "Entire Bucket"`, map[string]string{"name": `"Entire Bucket" cannot be used: it has a character that S3 does not allow. A name has 1 to 64 letters, digits, dots, hyphens and underscores.`}},
		"empty name":        {`"name": ""`, map[string]string{"name": "it is empty"}},
		"long name":         {`"name": "12345678901234567890123456789012345678901234567890123456789012345"`, map[string]string{"name": "it has more than 64 characters"}},
		"another ARN":       {`"filter": {"access_point": "arn:aws:s3:::videos"}`, map[string]string{"filter.access_point": `it is the ARN of something else. It must be an ARN like "arn:aws:s3:us-east-1:123456789012:accesspoint/example".`}},
		"slash in front":    {`"filter": {"prefix": "/clips"}`, map[string]string{"filter.prefix": "it begins with a slash"}},
		"no bucket":         {`"bucket": "Videos"`, map[string]string{"bucket": "it has the upper-case letter V"}},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := tt.arguments
			if name != "no bucket" {
				arguments = `"bucket": "videos", ` + arguments
			}
			finds(t, "fovea_bucket_metrics", "{"+arguments+"}", tt.want)
		})
	}
}

func TestBucketMetricsBadImport(t *testing.T) {
	d := newMetrics(t)
	for _, id := range []string{"/EntireBucket", d.bucket + "/"} {
		d.Run(t, resource.TestStep{
			Config: d.config(""), ResourceName: d.address(), ImportState: true, ImportStateId: id,
			ExpectError: acctest.Message(`"` + id + `" cannot be imported. It must be the name of the bucket, as in "fovea-videos", or that and the name of the configuration, as in "fovea-videos/EntireBucket".`),
		})
	}
	d.Run(t, resource.TestStep{
		Config: d.config(""), ResourceName: d.address(), ImportState: true, ImportStateId: d.bucket + "/other",
		ExpectError: acctest.Message("Cannot import non-existent remote object"),
	})
}

func TestBucketMetricsIdentity(t *testing.T) {
	d := newMetrics(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: d.config(""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(d.address(), map[string]knownvalue.Check{
						"bucket": knownvalue.StringExact(d.bucket), "name": knownvalue.StringExact("EntireBucket"),
					}),
				},
			},
			{ResourceName: d.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
