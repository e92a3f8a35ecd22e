package s3bucket

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

const loggingDocument = "logging configuration"

// Logging returns where a bucket's access logs go, ErrAbsent when none are kept.
func (s *Store) Logging(ctx context.Context, bucket string) (types.LoggingEnabled, error) {
	return read(ctx, s, part{loggingDocument, bucket}, func(client *s3.Client) (types.LoggingEnabled, error) {
		out, err := client.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: &bucket})
		if err != nil {
			return types.LoggingEnabled{}, err
		}
		if out.LoggingEnabled == nil {
			return types.LoggingEnabled{}, ErrAbsent
		}
		return *out.LoggingEnabled, nil
	})
}

// PutLogging says where a bucket's access logs go. A target that this store made a
// moment ago is waited for.
func (s *Store) PutLogging(ctx context.Context, bucket string, logging types.LoggingEnabled) error {
	return write(ctx, s, part{loggingDocument, bucket}, logging, s.Logging, equalLogging, func(client *s3.Client) error {
		err := putLogging(ctx, client, bucket, &logging)
		if awserr.IsWithMessage(err, "InvalidTargetBucketForLogging", "does not exist") && s.recent(s.made, aws.ToString(logging.TargetBucket)) {
			return passingError{err}
		}
		return err
	})
}

// DeleteLogging ends access logging. It is no error if there was none.
func (s *Store) DeleteLogging(ctx context.Context, bucket string) error {
	return remove(ctx, s, part{loggingDocument, bucket}, s.Logging, func(client *s3.Client) error {
		return putLogging(ctx, client, bucket, nil)
	})
}

// putLogging ends logging when logging is nil: S3 has no DELETE for it.
func putLogging(ctx context.Context, client *s3.Client, bucket string, logging *types.LoggingEnabled) error {
	_, err := client.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket:              &bucket,
		BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: logging},
	})
	return err
}

func equalLogging(a, b types.LoggingEnabled) bool {
	return aws.ToString(a.TargetBucket) == aws.ToString(b.TargetBucket) &&
		aws.ToString(a.TargetPrefix) == aws.ToString(b.TargetPrefix) &&
		partitionedBy(a) == partitionedBy(b) &&
		sameElements(a.TargetGrants, b.TargetGrants, func(a, b types.TargetGrant) bool { return reflect.DeepEqual(a, b) })
}

// partitionedBy returns the source of the dates in the keys of logs, "" for keys
// without dates in folders, which is the default.
func partitionedBy(logging types.LoggingEnabled) types.PartitionDateSource {
	if logging.TargetObjectKeyFormat == nil || logging.TargetObjectKeyFormat.PartitionedPrefix == nil {
		return ""
	}
	return logging.TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource
}
