package s3bucket

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const metricsDocument = "metrics configuration"

// Metrics returns one of a bucket's request metrics configurations by name, which
// is its Id.
func (s *Store) Metrics(ctx context.Context, bucket, name string) (types.MetricsConfiguration, error) {
	p := part{metricsDocument, bucket}
	return read(ctx, s, p, func(client *s3.Client) (types.MetricsConfiguration, error) {
		out, err := client.GetBucketMetricsConfiguration(ctx, &s3.GetBucketMetricsConfigurationInput{Bucket: &bucket, Id: &name})
		if err != nil {
			return types.MetricsConfiguration{}, err
		}
		if c := out.MetricsConfiguration; c != nil && aws.ToString(c.Id) == name {
			return *c, nil
		}
		return types.MetricsConfiguration{}, p.otherDocument(out.ResultMetadata)
	})
}

// PutMetrics makes or replaces the configuration of that Id.
func (s *Store) PutMetrics(ctx context.Context, bucket string, metrics types.MetricsConfiguration) error {
	return write(ctx, s, part{metricsDocument, bucket}, metrics, named(s.Metrics, aws.ToString(metrics.Id)), equalMetrics, func(client *s3.Client) error {
		_, err := client.PutBucketMetricsConfiguration(ctx, &s3.PutBucketMetricsConfigurationInput{
			Bucket: &bucket, Id: metrics.Id, MetricsConfiguration: &metrics,
		})
		return err
	})
}

// DeleteMetrics removes a configuration by name. It is no error if there is none.
func (s *Store) DeleteMetrics(ctx context.Context, bucket, name string) error {
	return removeNamed(ctx, s, part{metricsDocument, bucket}, named(s.Metrics, name), func(client *s3.Client) error {
		_, err := client.DeleteBucketMetricsConfiguration(ctx, &s3.DeleteBucketMetricsConfigurationInput{Bucket: &bucket, Id: &name})
		return err
	})
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
