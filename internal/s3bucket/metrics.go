package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Metrics is one of the request metrics configurations of a bucket, by its Id.
var Metrics = &Document[types.MetricsConfiguration]{
	Kind:    "metrics configuration",
	Equal:   equalMetrics,
	several: true,
	get:     getMetrics,
	put:     putMetrics,
	remove:  removeMetrics,
}

func getMetrics(ctx context.Context, client *s3.Client, id ID) (types.MetricsConfiguration, error) {
	out, err := client.GetBucketMetricsConfiguration(ctx, &s3.GetBucketMetricsConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	if err != nil {
		return types.MetricsConfiguration{}, err
	}
	if c := out.MetricsConfiguration; c != nil && aws.ToString(c.Id) == id.Name {
		return *c, nil
	}
	return types.MetricsConfiguration{}, otherDocument(out.ResultMetadata)
}

func putMetrics(ctx context.Context, client *s3.Client, id ID, metrics types.MetricsConfiguration) error {
	_, err := client.PutBucketMetricsConfiguration(ctx, &s3.PutBucketMetricsConfigurationInput{
		Bucket: &id.Bucket, Id: &id.Name, MetricsConfiguration: &metrics,
	})
	return err
}

func removeMetrics(ctx context.Context, client *s3.Client, id ID) error {
	_, err := client.DeleteBucketMetricsConfiguration(ctx, &s3.DeleteBucketMetricsConfigurationInput{Bucket: &id.Bucket, Id: &id.Name})
	return err
}

func equalMetrics(a, b types.MetricsConfiguration) bool {
	return aws.ToString(a.Id) == aws.ToString(b.Id) && metricsFilter(a.Filter).equal(metricsFilter(b.Filter))
}

func metricsFilter(f types.MetricsFilter) filter {
	switch f := f.(type) {
	case *types.MetricsFilterMemberPrefix:
		return filter{prefix: f.Value}
	case *types.MetricsFilterMemberTag:
		return filter{tags: tagMap(oneTag(&f.Value))}
	case *types.MetricsFilterMemberAccessPointArn:
		return filter{accessPoint: f.Value}
	case *types.MetricsFilterMemberAnd:
		return filter{
			prefix:      aws.ToString(f.Value.Prefix),
			tags:        tagMap(f.Value.Tags),
			accessPoint: aws.ToString(f.Value.AccessPointArn),
		}
	}
	return filter{}
}
