package s3bucket

import (
	"context"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Logging says where the access logs of a bucket go; ErrAbsent when none are kept.
//
// A target that this store made a moment ago is waited for. One that cannot take the
// logs is a *LogTargetError.
var Logging = &Document[types.LoggingEnabled]{
	Kind:  "logging configuration",
	Equal: equalLogging,
	get:   getLogging,
	put: func(ctx context.Context, client *s3.Client, id ID, logging types.LoggingEnabled) error {
		return putLogging(ctx, client, id, &logging)
	},
	remove: func(ctx context.Context, client *s3.Client, id ID) error { return putLogging(ctx, client, id, nil) },
	judge:  judgeLogging,
}

func getLogging(ctx context.Context, client *s3.Client, id ID) (types.LoggingEnabled, error) {
	out, err := client.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: &id.Bucket})
	if err != nil {
		return types.LoggingEnabled{}, err
	}
	if out.LoggingEnabled == nil {
		return types.LoggingEnabled{}, ErrAbsent
	}
	return *out.LoggingEnabled, nil
}

// putLogging ends logging when logging is nil: S3 has no DELETE for it.
func putLogging(ctx context.Context, client *s3.Client, id ID, logging *types.LoggingEnabled) error {
	_, err := client.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket:              &id.Bucket,
		BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: logging},
	})
	return err
}

func judgeLogging(_ context.Context, s *Store, id ID, logging types.LoggingEnabled, err error) error {
	target := aws.ToString(logging.TargetBucket)
	switch {
	case awserr.IsWithMessage(err, "InvalidTargetBucketForLogging", "does not exist") && s.recent(s.made, target):
		return passingError{err}
	case awserr.Is(err, "InvalidTargetBucketForLogging", "CrossLocationLoggingProhibited"):
		return &LogTargetError{id.Bucket, target, err}
	}
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

// LogTargetError says that S3 refuses a bucket as the target of another's access
// logs.
type LogTargetError struct {
	Bucket, Target string
	Err            error // the server's answer
}

// Error implements error.
func (e *LogTargetError) Error() string {
	return fmt.Sprintf("the bucket %s cannot take the access logs of %s: %v", e.Target, e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *LogTargetError) Unwrap() error { return e.Err }
